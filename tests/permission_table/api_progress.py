"""The API of what is reported: lists, contributions, closing requests, asks, files and batches.

The objects are those that stand on the scene for the pages. `writing` is the lead unit's client: it drafts and sends
for its unit, whoever of the unit's people wrote.
"""

from types import SimpleNamespace

from progress.models import Contribution
from tests.permission_table import closing, pages, parts
from tests.permission_table.rows import (
    APPROVER,
    CO_UNIT,
    DIRECTOR,
    LEAD,
    OFFICE,
    OTHER_WRITING,
    OUTSIDER,
    READERS,
    SCOPED,
    WRITING,
    Group,
    Row,
    get,
    group,
    post,
)

READ = READERS | SCOPED["read"]
BATCHES = READERS | SCOPED["write"]  # a batch is answered, and each item of it says what was refused
OWN = LEAD | WRITING
SIGNS = APPROVER | WRITING
ASKED = OUTSIDER | OTHER_WRITING
SENT_REPORT = pages.SENT | WRITING
UNITS = closing.UNITS | WRITING
SENT = closing.SENT | WRITING
SEES_ASK = parts.SENT | WRITING

PART = {"period": "2026Q4", "text": "配套道路已通车。", "percent": 80}
ITEM = {"task": 21, "period": "2026Q4", "percent": 95, "result": "advancing", "progress": "完成一期。"}
NOBODYS = {"report": 2**31 - 1, "version": 1}
STATEMENT, FILE, REASON = closing.STATEMENT, {"file": "file"}, {"reason": "请补充验收结论。"}
ANSWER = {"text": "已列入议程。"}


def remove(may: Group, **more: object) -> Row:
    return Row(view="api:evidence", method="DELETE", may=may, **{"status": 204, **more})


ROWS: tuple[Row, ...] = (
    get("api:reports", READ),
    get("api:reports", READ, query="status=approved&late=false&ordering=-approved_at"),
    # -- batches ---------------------------------------------------------------------------------------------------
    post("api:report_batch", BATCHES, {"items": [ITEM]}, changing=OWN),
    post("api:report_batch", BATCHES, {"items": []}, status=400),
    post("api:report_batch_submit", BATCHES, {"items": [NOBODYS]}, changing=group()),
    # -- contributions: task 1 is supported by the co-unit and the zone's body --------------------------------------
    get("api:task_contributions", on="task", seen=READ),
    post("api:task_contributions", parts.CO_UNITS, PART, on="first_task", seen=READ, status=201),
    post("api:task_contributions", parts.CO_UNITS, PART, on="task", seen=READ, status=412),  # of nothing given yet
    post("api:task_contributions", group(), PART, on="other_task", seen=READ),
    post(
        "api:task_contributions", CO_UNIT, PART, on="told_task", seen=READ, status=409
    ),  # the lead has sent its report
    get("api:contribution", on="part", seen=SENT),
    # -- closing requests --------------------------------------------------------------------------------------------
    get("api:task_closing", on="sent_task", seen=SENT),
    get("api:task_closing", on="open_task", seen=UNITS),
    post("api:task_closing", OWN, STATEMENT, on="complete", seen=READ, status=201),
    post("api:task_closing", OWN, STATEMENT, on="task", seen=READ, status=409),  # below 100 %
    get("api:closing", on="closing_open", seen=UNITS),
    get("api:closing", on="closing_sent", seen=SENT),
    get("api:closing", on="closing_returned", seen=SENT),
    get("api:closing", on="closing_accepted", seen=READ),
    Row(view="api:closing", method="PUT", may=OWN, data=STATEMENT, on="closing_open", seen=UNITS),
    post("api:closing_hearing", CO_UNIT, {"answer": "agreed"}, on="closing_open", seen=UNITS),
    post("api:closing_hearing", CO_UNIT, {"answer": "agreed"}, on="closing_sent", seen=SENT, status=409),
    post("api:closing_silent", OWN, on="closing_overdue", seen=UNITS),
    post("api:closing_silent", OWN, on="closing_open", seen=UNITS, status=409),
    post("api:closing_send", SIGNS, on="closing_ready", seen=UNITS),
    post("api:closing_send", WRITING, on="closing_own", seen=UNITS),  # maker is never checker
    post("api:closing_withdraw", SIGNS, on="closing_sent", seen=SENT),
    post("api:closing_withdraw", SIGNS, on="closing_checked", seen=SENT, status=409),
    post("api:closing_check", OFFICE, {"note": "齐全"}, on="closing_sent", seen=SENT),
    post("api:closing_check", group(), on="closing_open", seen=UNITS),
    post("api:closing_return", OFFICE, REASON, on="closing_sent", seen=SENT),
    post("api:closing_accept", DIRECTOR, on="closing_checked", seen=SENT),
    post("api:closing_accept", group(), on="closing_by_director", seen=SENT),  # who checked decides not
    post("api:closing_accept", DIRECTOR, on="closing_sent", seen=SENT, status=409),
    # -- asks --------------------------------------------------------------------------------------------------------
    get("api:report_answer", on="unit_ask", seen=SEES_ASK | ASKED),
    post("api:report_answer", ASKED, ANSWER, on="unit_ask", seen=SEES_ASK | ASKED),
    get("api:report_answer", on="office_ask", seen=SEES_ASK),
    post("api:report_answer", OFFICE, ANSWER, on="office_ask", seen=SEES_ASK),
    post("api:report_answer", ASKED, ANSWER, on="answered_ask", seen=SEES_ASK | ASKED, status=409),
    # -- files -------------------------------------------------------------------------------------------------------
    post("api:report_evidence", OWN, FILE, on="draft", seen=OWN, status=201),
    post("api:report_evidence", OWN, FILE, on="submitted", seen=SENT_REPORT, status=409),
    post("api:closing_evidence", OWN, FILE, on="closing_open", seen=UNITS, status=201),
    get("api:evidence", on="draft_evidence", seen=OWN),
    get("api:evidence", on="approved_evidence", seen=READ),
    get("api:evidence", on="deliverable_open", seen=UNITS),
    remove(OWN, on="draft_evidence", seen=OWN),
    remove(OWN, on="deliverable_open", seen=UNITS),
    remove(OWN, on="approved_evidence", seen=READ, status=409),
)


def stage(world: SimpleNamespace) -> None:
    """`first_task` and `told_task` by their addresses alone, so that no version is sent; `part`, what one unit gave."""
    world.first_task = {"number": world.task.number}
    world.told_task = {"number": world.contributed.number}
    world.part = Contribution.objects.get(task=world.contributed)
