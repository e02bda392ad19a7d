"""The pages. `seen` says for whom the object exists (others: 404), `may` who may do it (others: 403)."""

from tests.permission_table.rows import (
    ADMINISTRATOR,
    ANYONE,
    APPROVER,
    AS_IT_IS,
    CO_UNIT,
    DIRECTOR,
    EVERYBODY,
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

APPROVAL = {"version": AS_IT_IS, "decision": "approve", "result": "advancing"}
RETURN = {"version": AS_IT_IS, "decision": "return", "reason": "请补充"}
VERSION = {"version": AS_IT_IS}
REPORT = {"percent": "95", "result": "advancing", "progress": "完成平台一期建设。"}
DEADLINE = {**VERSION, "start_date": "2026-01-01", "due_date": "2026-12-31", "basis": "office", "reason": "会议决定"}
MILESTONES = {
    **VERSION, "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "验收",
    "form-0-due_on": "2026-11-01", "form-0-planned_percent": "90",
}  # fmt: skip
PERSON = {**VERSION, "name": "赵一", "role": "reporter", "agency": "co-unit", "phone": "", "email": ""}
UNIT_NAME = {
    "name": "新名称", "short_name": "新名", "name_en": "New name", "valid_from": "2026-11-01", "basis": "〔2026〕1号",
}  # fmt: skip
REASONED = {**VERSION, "text": "会议纪要〔2026〕1号"}

SENT = LEAD | OFFICE | LEADER  # who sees a report that the unit has sent and that is not approved
KEEPERS = OFFICE | ADMINISTRATOR  # of the calendar and of the units' names
REMINDED = LEAD | DIRECTOR  # who has messages in the scene
SEES_CO_STAFF = KEEPERS | LEADER | CO_UNIT

PAGES: tuple[Row, ...] = (
    # -- the process itself, and the frame ------------------------------------------------------------------------
    get("healthz", ANYONE),
    get("readyz", ANYONE),
    get("api_docs", EVERYBODY),
    post("set_language", ANYONE, {"language": "en", "next": "/"}, changing=EVERYBODY),
    # -- dashboard ------------------------------------------------------------------------------------------------
    get("dashboard:home", EVERYBODY),
    get("dashboard:cockpit", READERS),
    get("dashboard:task", on="task", seen=READERS),
    get("dashboard:task", on="other_task", seen=READERS),
    # -- 台账, 方案, 日历 -------------------------------------------------------------------------------------------
    get("tasks:list", READERS),
    get("tasks:plan", READERS),
    get("tasks:deadline", OFFICE, on="task", seen=READERS),
    post("tasks:deadline", OFFICE, DEADLINE, on="task", seen=READERS),
    get("tasks:deadline", OFFICE, on="closed", seen=READERS, status=409),
    post("tasks:deadline", OFFICE, DEADLINE, on="closed", seen=READERS, status=409),
    get("tasks:milestones", OFFICE, on="task", seen=READERS),
    post("tasks:milestones", OFFICE, MILESTONES, on="task", seen=READERS),
    post("tasks:measure", LEAD, {"status": "done"}, on="measure", seen=READERS),
    get("tasks:calendar", READERS),
    post("tasks:calendar", KEEPERS, {"day": "2026-12-05", "kind": "workday", "name": "调休"}),
    post("tasks:calendar_publish", KEEPERS, {"source": "国办发明电〔2026〕1号"}, on="next_year"),
    # -- the life of a task: whose hand each change needs -----------------------------------------------------------
    get("tasks:status", DIRECTOR, verb="issue", on="planned", seen=READERS),
    post("tasks:status", DIRECTOR, VERSION, verb="issue", on="planned", seen=READERS),
    post("tasks:status", LEAD, VERSION, verb="receive", on="issued", seen=READERS),
    post("tasks:status", APPROVER, REASONED, verb="refuse", on="issued", seen=READERS),
    # a closing goes by its own case: its pages are led to, and nothing is changed past them
    get("tasks:status", APPROVER, verb="ask_closing", on="ongoing", seen=READERS, status=302),
    post("tasks:status", APPROVER, VERSION, verb="ask_closing", on="ongoing", seen=READERS, status=409),
    post("tasks:status", APPROVER, VERSION, verb="withdraw_closing", on="closing", seen=READERS, status=409),
    post("tasks:status", OFFICE, REASONED, verb="return_closing", on="closing", seen=READERS, status=409),
    post("tasks:status", DIRECTOR, VERSION, verb="close", on="closing", seen=READERS, status=409),
    post("tasks:status", DIRECTOR, VERSION, verb="sign_off", on="closed", seen=READERS),
    post("tasks:status", DIRECTOR, REASONED, verb="reopen", on="closed", seen=READERS),
    post("tasks:status", DIRECTOR, REASONED, verb="suspend", on="ongoing", seen=READERS),
    post("tasks:status", DIRECTOR, REASONED, verb="resume", on="suspended", seen=READERS),
    post("tasks:status", DIRECTOR, REASONED, verb="make_standing", on="ongoing", seen=READERS),
    post("tasks:status", DIRECTOR, REASONED, verb="stop", on="ongoing", seen=READERS),
    # not now, for those who may at all; a change that is nobody's is not found
    get("tasks:status", DIRECTOR, verb="issue", on="ongoing", seen=READERS, status=409),
    post("tasks:status", LEAD, VERSION, verb="receive", on="ongoing", seen=READERS, status=409),
    get("tasks:status", group(), verb="unheard-of", on="task", seen=group()),
    # -- 报送 -----------------------------------------------------------------------------------------------------
    get("progress:new", LEAD, on="late", seen=READERS),
    post("progress:new", LEAD, REPORT, on="late", seen=READERS),
    post("progress:new", OUTSIDER, REPORT, on="other_task", seen=READERS),
    get("progress:detail", on="draft", seen=LEAD),
    get("progress:detail", on="submitted", seen=SENT),
    get("progress:detail", on="returned", seen=SENT),
    get("progress:detail", on="approved", seen=READERS),
    get("progress:edit", on="draft", seen=LEAD),
    post("progress:edit", LEAD, {**VERSION, **REPORT}, on="draft", seen=LEAD),
    get("progress:edit", LEAD, on="returned", seen=SENT),
    post("progress:edit", LEAD, {**VERSION, **REPORT}, on="returned", seen=SENT),
    get("progress:edit", LEAD, on="approved", seen=READERS, status=302),
    post("progress:edit", LEAD, {**VERSION, **REPORT}, on="approved", seen=READERS, status=409),
    post("progress:submit", APPROVER, VERSION, on="draft", seen=LEAD),
    post("progress:submit", group(), VERSION, on="own_draft", seen=LEAD),  # maker is never checker
    post("progress:submit", APPROVER, VERSION, on="approved", seen=READERS, status=409),
    post("progress:withdraw", APPROVER, VERSION, on="submitted", seen=SENT),
    # -- 审核 -----------------------------------------------------------------------------------------------------
    get("progress:reviews", OFFICE),
    get("progress:review", OFFICE, on="submitted", seen=SENT),
    get("progress:review", group(), on="draft", seen=LEAD),
    post("progress:review", OFFICE, APPROVAL, on="submitted", seen=SENT),
    post("progress:review", OFFICE, RETURN, on="submitted", seen=SENT),
    post("progress:review", group(), APPROVAL, on="draft", seen=LEAD),
    # -- 佐证材料 --------------------------------------------------------------------------------------------------
    get("progress:evidence", on="draft_evidence", seen=LEAD),
    get("progress:evidence", on="submitted_evidence", seen=SENT),
    get("progress:evidence", on="returned_evidence", seen=SENT),
    get("progress:evidence", on="approved_evidence", seen=READERS),
    post("progress:evidence_add", LEAD, {"files": "file"}, on="draft", seen=LEAD),
    post("progress:evidence_add", LEAD, {"files": "file"}, on="returned", seen=SENT),
    post("progress:evidence_remove", LEAD, on="draft_evidence", seen=LEAD),
    post("progress:evidence_remove", LEAD, on="returned_evidence", seen=SENT),
    # -- 消息, 超期 ------------------------------------------------------------------------------------------------
    get("supervision:inbox", READERS),
    get("supervision:message", on="message", seen=group("lead_reporter"), status=302),
    post("supervision:message", group("lead_reporter"), on="message", seen=group("lead_reporter")),
    post("supervision:read_all", READERS, changing=REMINDED),
    get("supervision:overdue", READERS),
    # -- 单位与人员 -------------------------------------------------------------------------------------------------
    get("agencies:list", READERS),
    get("agencies:detail", on="co", seen=READERS),
    get("agencies:rename", KEEPERS, on="co", seen=READERS),
    post("agencies:rename", KEEPERS, UNIT_NAME, on="co", seen=READERS),
    get("agencies:people", READERS),
    get("agencies:person_new", ADMINISTRATOR),
    post("agencies:person_new", ADMINISTRATOR, {**PERSON, "version": "", "username": "zhao"}, status=200),
    get("agencies:person", on="co_reporter", seen=SEES_CO_STAFF),
    get("agencies:person", on="auditor", seen=KEEPERS | LEADER),
    get("agencies:person", on="leader", seen=KEEPERS | LEADER),
    get("agencies:person", on="client", seen=group()),  # service accounts are nobody's colleagues
    post("agencies:person", ADMINISTRATOR, PERSON, on="co_reporter", seen=SEES_CO_STAFF),
    post("agencies:person_deactivate", ADMINISTRATOR, VERSION, on="co_reporter", seen=SEES_CO_STAFF),
    post("agencies:person_deactivate", group(), VERSION, on="administrator", seen=KEEPERS | LEADER),  # nobody oneself
    post("agencies:person_reactivate", ADMINISTRATOR, VERSION, on="left", seen=SEES_CO_STAFF),
    post("agencies:person_password", ADMINISTRATOR, VERSION, on="co_reporter", seen=SEES_CO_STAFF, status=200),
    # -- 留痕 -----------------------------------------------------------------------------------------------------
    get("ledger:list", EVERYBODY),
)
