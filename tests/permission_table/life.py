"""延期 and 批量办理, and what else is set up beside a task's deadline."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.http import QueryDict

from tasks.actions import (
    ExtensionInput,
    change_many,
    draft_extension,
    grant_extension,
    send_extension,
)
from tasks.forms.bulk import fingerprint
from tasks.models import Extension, Task
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
    group,
    post,
)

SENT = LEAD | OFFICE | LEADER  # who sees a request that the unit has sent and that is not granted
DUE = date(2026, 12, 31)  # of every task here
VERSION = {"version": AS_IT_IS}
REQUEST = {"wanted_date": "2027-01-06", "percent": "90", "reason": "前置审批推迟。"}
GRANT = {**VERSION, "decide": "grant", "granted_date": "2027-01-06"}
REFUSAL = {**VERSION, "decide": "refuse", "decision": "应按期完成"}
CYCLE = {"task": "1", "cycle": "month", "reason": ""}


def previewed(data: dict[str, str]) -> str:
    sent = QueryDict(mutable=True)
    sent.update(data)
    return fingerprint(sent)


ROWS: tuple[Row, ...] = (
    # -- 延期 -----------------------------------------------------------------------------------------------------
    get("tasks:extensions", READERS),
    get("tasks:extension_new", LEAD, on="task", seen=READERS),
    get("tasks:extension_new", LEAD, on="asking_task", seen=READERS, status=302),
    post("tasks:extension_new", LEAD, REQUEST, on="task", seen=READERS),
    post("tasks:extension_new", OUTSIDER, REQUEST, on="other_task", seen=READERS),
    post("tasks:extension_new", LEAD, REQUEST, on="late", seen=READERS, status=409),
    get("tasks:extension", on="request", seen=LEAD),
    get("tasks:extension", on="asked", seen=SENT),
    get("tasks:extension", on="granted", seen=READERS),
    get("tasks:extension_edit", on="request", seen=LEAD),
    post("tasks:extension_edit", LEAD, {**VERSION, **REQUEST}, on="request", seen=LEAD),
    get("tasks:extension_edit", LEAD, on="asked", seen=SENT, status=302),
    post("tasks:extension_edit", LEAD, {**VERSION, **REQUEST}, on="asked", seen=SENT, status=409),
    post("tasks:extension_send", APPROVER, VERSION, on="request", seen=LEAD),
    post("tasks:extension_send", group(), VERSION, on="own_request", seen=LEAD),  # maker is never checker
    post("tasks:extension_send", APPROVER, VERSION, on="asked", seen=SENT, status=409),
    post("tasks:extension_withdraw", LEAD, VERSION, on="request", seen=LEAD),
    post("tasks:extension_withdraw", APPROVER, VERSION, on="asked", seen=SENT),
    post("tasks:extension_answer", OFFICE, GRANT, on="asked", seen=SENT),
    post("tasks:extension_answer", OFFICE, REFUSAL, on="asked", seen=SENT),
    post("tasks:extension_answer", DIRECTOR, {**GRANT, "granted_date": "2027-03-31"}, on="asked_long", seen=SENT),
    post("tasks:extension_answer", DIRECTOR, REFUSAL, on="asked_long", seen=SENT),
    post("tasks:extension_answer", group(), GRANT, on="request", seen=LEAD),
    post("tasks:extension_answer", OFFICE, GRANT, on="granted", seen=READERS, status=409),
    # -- what is set up beside the deadline ---------------------------------------------------------------------------
    post("tasks:standing", OFFICE, VERSION, on="undated", seen=READERS),
    post("tasks:standing", OFFICE, VERSION, on="task", seen=READERS, status=409),
    post("tasks:cycle", OFFICE, {**VERSION, "cycle": "month"}, on="task", seen=READERS),
    post("tasks:cycle", OFFICE, {**VERSION, "cycle": "month"}, on="closed", seen=READERS, status=409),
    post("tasks:deliverable", OFFICE, {"deliverable": "facility"}, on="measure", seen=READERS),
    # -- 批量办理 -------------------------------------------------------------------------------------------------
    get("tasks:bulk", OFFICE),
    get("tasks:bulk_choose", OFFICE),
    get("tasks:bulk_change", OFFICE, on="bulk_cycle", query="task=1"),
    post("tasks:bulk_change", OFFICE, CYCLE, on="bulk_cycle", status=200, changing=group()),
    post("tasks:bulk_change", OFFICE, {**CYCLE, "confirm": "1", "previewed": previewed(CYCLE)}, on="bulk_cycle"),
    get("tasks:bulk_result", on="bulk_done", seen=OFFICE),
    post("tasks:bulk_undo", OFFICE, on="bulk_done", seen=OFFICE),
)


def stage(world: SimpleNamespace) -> None:
    """Requests in every state, a task without a date, and a bulk change that can be taken back."""
    world.request = _request(world, 81)
    world.own_request = _request(world, 82, by=world.lead_approver)
    world.asked, world.asked_long, waiting = (
        send_extension(extension=_request(world, number, days=days), by=world.lead_approver, now=NOW)
        for number, days in ((83, 6), (84, 90), (85, 6))
    )
    world.granted = grant_extension(
        extension=waiting, granted_date=waiting.wanted_date, by=world.supervisor, now=NOW
    )  # fmt: skip
    world.asking_task = world.request.task
    world.undated = TaskFactory(number=86, lead=world.lead, planned=True)
    tasks = Task.objects.filter(pk=TaskFactory(number=87, lead=world.lead).pk)
    world.bulk_done = change_many(kind="cycle", tasks=tasks, values={"cycle": "half"}, by=world.director, now=NOW)
    world.bulk_cycle = {"kind": "cycle"}


def _request(world: SimpleNamespace, number: int, *, days: int = 6, by: object = None) -> Extension:
    entered = ExtensionInput(wanted_date=DUE + timedelta(days=days), percent=90, reason="前置审批推迟。")
    task = TaskFactory(number=number, lead=world.lead)
    return draft_extension(task=task, entered=entered, by=by or world.lead_reporter, now=NOW)
