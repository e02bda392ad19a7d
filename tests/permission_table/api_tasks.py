"""The API of a task's state, 延期 and 督办通知; the objects are those of `life` and `engine`."""

from tests.permission_table.api import OWN, READ, SIGNS
from tests.permission_table.engine import OUT, UNITS
from tests.permission_table.rows import (
    DIRECTOR,
    LEAD,
    LEADER,
    OFFICE,
    OTHER_WRITING,
    OUTSIDER,
    WRITING,
    Group,
    Row,
    get,
    group,
    post,
)

REQUEST = {"wanted_date": "2027-01-06", "percent": 80, "reason": "前置审批推迟。"}
GRANT = {"granted_date": "2027-01-06", "decision": "同意。"}
LATER = {"granted_date": "2027-03-31"}
REFUSAL = {"decision": "应按期完成。"}
SENT = OWN | OFFICE | LEADER  # who sees a request that the unit has sent and that is not granted
DEMAND = {"demand": "请抓紧办理。"}
ISSUE = {**DEMAND, "new_limit": "2026-11-25"}
DECLINE = {"reason": "已当面催办。"}
ANSWER = {"text": "月底前完成。"}
ISSUED = OUT | WRITING  # who sees a notice to the lead unit once it is out
GETS_OR_GIVES = UNITS | OFFICE | LEADER | WRITING | OTHER_WRITING


def change(method: str, view: str, may: Group, **more: object) -> Row:
    return Row(view=view, method=method, may=may, data=REQUEST, **more)


def status(verb: str, may: Group, on: str, *, text: str = "", **more: object) -> Row:
    data = {"verb": verb, **({"text": text} if text else {})}
    return post("api:task_status", may, data, verb=verb, on=on, seen=READ, **more)


ROWS: tuple[Row, ...] = (
    # -- a task's state -------------------------------------------------------------------------------------------
    post("api:task_receipt", OWN, on="issued", seen=READ),
    post("api:task_receipt", OWN, on="task", seen=READ, status=409),
    post("api:task_receipt", OUTSIDER | OTHER_WRITING, on="other_task", seen=READ, status=409),
    status("issue", DIRECTOR, "planned"),
    status("receive", OWN, "issued"),
    status("refuse", SIGNS, "issued", text="非本单位职责"),
    status("suspend", DIRECTOR, "ongoing", text="会议纪要"),
    status("resume", DIRECTOR, "suspended", text="会议纪要"),
    status("make_standing", DIRECTOR, "ongoing", text="会议纪要"),
    status("stop", DIRECTOR, "ongoing", text="会议纪要"),
    status("sign_off", DIRECTOR, "closed"),
    status("reopen", DIRECTOR, "closed", text="回头看"),
    # -- 延期 -----------------------------------------------------------------------------------------------------
    get("api:extensions", READ),
    get("api:task_extensions", on="task", seen=READ),
    post("api:task_extensions", OWN, REQUEST, on="task", seen=READ, status=201),
    post("api:task_extensions", OWN, REQUEST, on="asking_task", seen=READ, status=409),
    post("api:task_extensions", OUTSIDER | OTHER_WRITING, REQUEST, on="other_task", seen=READ, status=201),
    get("api:extension", on="request", seen=OWN),
    get("api:extension", on="asked", seen=SENT),
    get("api:extension", on="granted", seen=READ),
    change("PUT", "api:extension", OWN, on="request", seen=OWN),
    change("PATCH", "api:extension", OWN, on="request", seen=OWN),
    change("PUT", "api:extension", OWN, on="asked", seen=SENT, status=409),
    change("PATCH", "api:extension", OWN, on="granted", seen=READ, status=409),
    post("api:extension_send", SIGNS, on="request", seen=OWN),
    post("api:extension_send", WRITING, on="own_request", seen=OWN),  # maker is never checker
    post("api:extension_send", SIGNS, on="asked", seen=SENT, status=409),
    post("api:extension_withdraw", OWN, on="request", seen=OWN),
    post("api:extension_withdraw", SIGNS, on="asked", seen=SENT),
    post("api:extension_grant", OFFICE, GRANT, on="asked", seen=SENT),
    post("api:extension_grant", DIRECTOR, LATER, on="asked_long", seen=SENT),
    post("api:extension_grant", group(), GRANT, on="request", seen=OWN),
    post("api:extension_grant", OFFICE, GRANT, on="granted", seen=READ, status=409),
    post("api:extension_refuse", OFFICE, REFUSAL, on="asked", seen=SENT),
    post("api:extension_refuse", DIRECTOR, REFUSAL, on="asked_long", seen=SENT),
    # -- 督办通知 -------------------------------------------------------------------------------------------------
    get("api:notices", GETS_OR_GIVES),
    get("api:notice", on="urge_draft", seen=OFFICE),
    get("api:notice", on="supervise_draft", seen=OFFICE),
    get("api:notice", on="urge_issued", seen=ISSUED),
    post("api:notice_confirm", OFFICE, DEMAND, on="urge_draft", seen=OFFICE),
    post("api:notice_confirm", OFFICE, DEMAND, on="urge_issued", seen=ISSUED, status=409),
    post("api:notice_issue", DIRECTOR, ISSUE, on="supervise_draft", seen=OFFICE),
    post("api:notice_decline", OFFICE, DECLINE, on="urge_draft", seen=OFFICE),
    post("api:notice_decline", DIRECTOR, DECLINE, on="supervise_draft", seen=OFFICE),
    post("api:notice_receive", LEAD | WRITING, on="urge_issued", seen=ISSUED),
    post("api:notice_answer", SIGNS, ANSWER, on="urge_issued", seen=ISSUED),
    post(
        "api:notice_answer", OUTSIDER | OTHER_WRITING, ANSWER, on="other_notice",
        seen=OUTSIDER | OTHER_WRITING | OFFICE | LEADER,
    ),
)  # fmt: skip
