"""The API. Sessions and tokens alike; a token needs its scope first (403), whatever it asks for."""

from tests.permission_table.pages import SENT
from tests.permission_table.rows import (
    ANYONE,
    APPROVER,
    CHANGES,
    CLIENTS,
    EVERYBODY,
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

CONTENT = {"percent": 95, "result": "advancing", "progress": "完成平台一期建设。"}
NEW = {**CONTENT, "period": "2026Q4"}

READ = READERS | SCOPED["read"]  # whoever may read tasks, and tokens that read progress
OWN = LEAD | WRITING  # the lead unit's people and its client
SIGNS = APPROVER | WRITING
SEEN_WHEN_SENT = SENT | WRITING


def change(method: str, view: str, may: Group, **more: object) -> Row:
    return Row(view=view, method=method, may=may, data=CONTENT, **more)


API: tuple[Row, ...] = (
    get("api:schema", ANYONE | CLIENTS, scope="none"),
    # -- the plan, its tasks and what is late ------------------------------------------------------------------------
    get("api:plan", READ),
    get("api:pillars", READ),
    get("api:zones", READ),
    get("api:agencies", READ),
    get("api:tasks", READ),
    get("api:task", on="task", seen=READ),
    get("api:task", on="other_task", seen=READ),
    get("api:overdue", READ),
    get("api:periods", READ),
    get("api:summary", READ, query="by=light"),
    # -- the ledger -------------------------------------------------------------------------------------------------
    get("api:changes", EVERYBODY | CHANGES, scope="changes"),
    # -- reports ----------------------------------------------------------------------------------------------------
    get("api:task_reports", on="task", seen=READ),
    post("api:task_reports", OWN, NEW, on="late", seen=READ, status=201),
    post("api:task_reports", OUTSIDER | OTHER_WRITING, NEW, on="other_task", seen=READ, status=201),
    get("api:report", on="draft", seen=OWN),
    get("api:report", on="submitted", seen=SEEN_WHEN_SENT),
    get("api:report", on="returned", seen=SEEN_WHEN_SENT),
    get("api:report", on="approved", seen=READ),
    change("PUT", "api:report", OWN, on="draft", seen=OWN),
    change("PATCH", "api:report", OWN, on="draft", seen=OWN),
    change("PUT", "api:report", OWN, on="returned", seen=SEEN_WHEN_SENT),
    change("PATCH", "api:report", OWN, on="approved", seen=READ, status=409),
    post("api:report_submit", SIGNS, on="draft", seen=OWN),
    post("api:report_submit", WRITING, on="own_draft", seen=OWN),  # maker is never checker
    post("api:report_withdraw", SIGNS, on="submitted", seen=SEEN_WHEN_SENT),
    post("api:report_approve", OFFICE, on="submitted", seen=SEEN_WHEN_SENT),
    post("api:report_approve", group(), on="draft", seen=OWN),
    post("api:report_return", OFFICE, {"reason": "请补充"}, on="submitted", seen=SEEN_WHEN_SENT),
)
