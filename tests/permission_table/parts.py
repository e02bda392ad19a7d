"""配合情况 and 需协调事项: giving a unit's part, and answering what is asked."""

from types import SimpleNamespace

from progress.actions import answer_ask, draft_report, give_contribution, submit_report
from progress.models import Ask
from tests.factories import NOW, TaskFactory, report_content
from tests.permission_table.rows import (
    AS_IT_IS,
    CO_UNIT,
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

SENT = LEAD | OFFICE | LEADER
ZONE_OFFICER = group("zone_officer")
CO_UNITS = CO_UNIT | ZONE_OFFICER
PART = {"text": "配套道路已通车。", "percent": "80", "version": ""}
ANSWER = {"text": "已列入议程。", "version": AS_IT_IS}

ROWS: tuple[Row, ...] = (
    get("progress:contributions", LEAD | CO_UNITS | OUTSIDER),
    # task 1 is supported by the co-unit and the zone's body
    get("progress:contribute", CO_UNITS, on="task", seen=READERS),
    post("progress:contribute", CO_UNITS, PART, on="task", seen=READERS),
    get("progress:contribute", group(), on="other_task", seen=READERS),
    post("progress:contribute", group(), PART, on="other_task", seen=READERS),
    # once the lead has sent its report
    get("progress:contribute", CO_UNIT, on="contributed", seen=READERS),
    post("progress:contribute", CO_UNIT, PART, on="contributed", seen=READERS, status=409),
    get("progress:asks", LEAD | CO_UNITS | OUTSIDER | OFFICE),
    get("progress:ask", on="unit_ask", seen=SENT | OUTSIDER),
    post("progress:ask", OUTSIDER, ANSWER, on="unit_ask", seen=SENT | OUTSIDER),
    get("progress:ask", on="office_ask", seen=SENT),
    post("progress:ask", OFFICE, ANSWER, on="office_ask", seen=SENT),
    get("progress:ask", on="answered_ask", seen=SENT | OUTSIDER),
    post("progress:ask", OUTSIDER, ANSWER, on="answered_ask", seen=SENT | OUTSIDER, status=409),
)


def stage(world: SimpleNamespace) -> None:
    """`contributed`, a task whose lead has sent its report; `unit_ask`, `office_ask`, `answered_ask`."""
    world.contributed = TaskFactory(number=51, lead=world.lead, supporting=[world.co])
    give_contribution(task=world.contributed, period=world.period, text="已完成。", by=world.co_reporter, now=NOW)
    _ask(world, world.contributed, to="")
    asks = {"unit_ask": "other-unit", "office_ask": "", "answered_ask": "other-unit"}
    for number, (name, code) in enumerate(asks.items(), start=52):
        setattr(world, name, _ask(world, TaskFactory(number=number, lead=world.lead), to=code))
    answer_ask(report=world.answered_ask, text="已安排。", by=world.outsider, now=NOW)
    world.answered_ask.refresh_from_db()


def _ask(world: SimpleNamespace, task: object, *, to: str) -> Ask:
    content = report_content(ask="请协调用地指标。", ask_to=to)
    report = draft_report(task=task, period=world.period, content=content, by=world.lead_reporter, now=NOW)
    submit_report(report=report, by=world.lead_approver, now=NOW)
    return Ask.objects.get(pk=report.pk)
