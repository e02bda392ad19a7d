"""督办通知, 通报 and 办公室计时: who sees which, and whose each change is."""

from datetime import date, timedelta
from types import SimpleNamespace

from supervision.actions import confirm_notice, sweep
from supervision.models import Bulletin, Level, Notice
from supervision.reminders import due_key
from tasks.models import Task
from tests.factories import NOW, TaskFactory
from tests.permission_table.rows import (
    APPROVER,
    AS_IT_IS,
    DIRECTOR,
    LEAD,
    LEADER,
    OFFICE,
    OUTSIDER,
    READERS,
    Row,
    get,
    post,
)

VERSION = {"version": AS_IT_IS}
DEMAND = {**VERSION, "demand": "请抓紧办理。", "document_number": ""}
ISSUE = {**DEMAND, "new_limit": "2026-11-25"}
DECLINE = {**VERSION, "reason": "已当面催办。"}
ANSWER = {**VERSION, "text": "月底前完成。"}
NOTE = {**VERSION, "note": "请限期整改。", "document_number": ""}
OUT = LEAD | OFFICE | LEADER  # who sees a notice that has been issued to the lead unit
UNITS = READERS - {"leader", "administrator"} - OFFICE

ROWS: tuple[Row, ...] = (
    get("supervision:notices", UNITS | OFFICE | LEADER),
    get("supervision:notice", on="urge_draft", seen=OFFICE),
    get("supervision:notice", on="supervise_draft", seen=OFFICE),
    get("supervision:notice", on="urge_issued", seen=OUT),
    # -- the office ------------------------------------------------------------------------------------------------
    post("supervision:notice_confirm", OFFICE, DEMAND, on="urge_draft", seen=OFFICE),
    post("supervision:notice_confirm", OFFICE, DEMAND, on="urge_issued", seen=OUT, status=409),
    post("supervision:notice_issue", DIRECTOR, ISSUE, on="supervise_draft", seen=OFFICE),
    post("supervision:notice_decline", OFFICE, DECLINE, on="urge_draft", seen=OFFICE),
    post("supervision:notice_decline", DIRECTOR, DECLINE, on="supervise_draft", seen=OFFICE),
    # -- the unit --------------------------------------------------------------------------------------------------
    post("supervision:notice_receive", LEAD, VERSION, on="urge_issued", seen=OUT),
    post("supervision:notice_answer", APPROVER, ANSWER, on="urge_issued", seen=OUT),
    post("supervision:notice_answer", OUTSIDER, ANSWER, on="other_notice", seen=OUTSIDER | OFFICE | LEADER),
    # -- bulletins and the office's own clock ------------------------------------------------------------------------
    get("supervision:bulletins", READERS),
    get("supervision:bulletin", on="bulletin_draft", seen=OFFICE),
    get("supervision:bulletin", on="bulletin_issued", seen=READERS),
    post("supervision:bulletin_issue", DIRECTOR, NOTE, on="bulletin_draft", seen=OFFICE),
    post("supervision:bulletin_issue", DIRECTOR, NOTE, on="bulletin_issued", seen=READERS, status=409),
    get("supervision:office_clock", OFFICE | LEADER),
)


def stage(world: SimpleNamespace) -> None:
    """A draft and an issued notice of each level, and two bulletins."""
    world.urge_draft, world.urge_issued, supervised, world.other_notice = (
        TaskFactory(number=number, lead=lead, overdue=True, cycle="quarter")
        for number, lead in ((95, world.lead), (96, world.lead), (97, world.lead), (98, world.other))
    )
    _out(supervised, Level.URGE, on=NOW - timedelta(days=12), world=world)
    sweep(now=NOW)
    world.urge_draft, world.urge_issued, world.supervise_draft, world.other_notice = (
        Notice.objects.get(task=task, status="draft")
        for task in (world.urge_draft, world.urge_issued, supervised, world.other_notice)
    )
    for name in ("urge_issued", "other_notice"):
        confirmed = confirm_notice(notice=getattr(world, name), demand="请抓紧办理。", by=world.supervisor, now=NOW)
        setattr(world, name, confirmed)
    _stage_bulletins(world)


def _stage_bulletins(world: SimpleNamespace) -> None:
    old = {"due_date": date(2026, 9, 30), "overdue_from": date(2026, 10, 1), "red_from": date(2026, 10, 1)}
    task = TaskFactory(number=99, lead=world.lead, overdue=True, cycle="quarter", **old)
    for level in (Level.URGE, Level.SUPERVISE):
        _out(task, level, on=NOW - timedelta(days=40), world=world)
    world.bulletin_draft = Bulletin.objects.create(on=date(2026, 10, 12), drafted_at=NOW)
    world.bulletin_issued = Bulletin.objects.create(
        on=date(2026, 7, 10), status="issued", year=2026, serial=90, drafted_at=NOW, issued_at=NOW - timedelta(days=99),
        issued_by=world.director,
    )  # fmt: skip


def _out(task: Task, level: int, *, on: object, world: SimpleNamespace) -> Notice:
    """A notice that has been out for a while."""
    return Notice.objects.create(
        level=level, clock=due_key(task.pk, task.due_date), task=task, agency=world.lead, agency_name=world.lead.name,
        reason="overdue", limit=task.due_date, status="issued", year=2026, serial=Notice.objects.count() + 100,
        demand="请抓紧办理。", new_limit=date(2026, 11, 25), drafted_at=on, issued_at=on, issued_by=world.director,
    )  # fmt: skip
