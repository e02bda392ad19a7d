"""What each `code` of a refusal means, for the document. The rooms raise them; a test holds that none is missing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# Of the request itself.
OF_REQUESTS: dict[str, Any] = {
    "malformed": _("请求内容不是有效的 JSON，或请求本身有误。"),
    "invalid": _("填写的内容有误；errors 逐项指出位置和原因。"),
    "invalid_parameters": _("查询条件有误；errors 列出可用的条件或取值。"),
    "invalid_cursor": _("分页位置无效；从第一页重新取。"),
    "invalid_idempotency_key": _("幂等键不是 1 到 255 个可见的 ASCII 字符。"),
    "unknown_sequence": _("变更流里没有这个序号，如系统恢复到较早的备份之后；从头重新同步。"),
    "not_authenticated": _("没有登录，也没有带令牌。"),
    "authentication_failed": _("令牌无效、已吊销或已过期，或账号已停用。"),
    "not_allowed": _("这个账号或令牌看得到、但不能办理此事项；或者令牌缺少所需权限。"),
    "address_not_allowed": _("这个令牌不能从这个网络地址使用。"),
    "not_found": _("没有这个对象，或者看不到它。"),
    "method_not_allowed": _("这个地址不支持这种请求方法。"),
    "not_acceptable": _("不提供所要的格式。"),
    "request_in_progress": _("同一个幂等键的请求正在办理；按 Retry-After 稍后用同样的内容再试。"),
    "idempotency_key_reused": _("这个幂等键已用于另一个请求；新的请求用新的键。"),
    "stale_version": _("取数之后别人已经改过；正文给出所依据的版本和现在的内容。"),
    "too_large": _("请求内容过大，请分次提交。"),
    "unsupported_media_type": _("只接受 application/json。"),
    "precondition_required": _("没有用 If-Match 注明修改所依据的版本。"),
    "throttled": _("本分钟的请求数已用完；按 Retry-After 稍后再试。"),
    "defect": _("系统出错，已经记录；把 request_id 告诉管理员。"),
}

# Of the matter: what now cannot be done.
OF_MATTERS: dict[str, Any] = {
    "not_now": _("现在不能这样办理；detail 说明原因。"),
    "already_so": _("已经是这样。"),
    "agency_dissolved": _("单位已撤销。"),
    "last_administrator": _("这是最后一名在用的管理员。"),
    "leave_over": _("代办已经结束或取消。"),
    "token_replaced": _("令牌已有替换它的新令牌。"),
    "too_many_tokens": _("令牌数已到上限。"),
    "token_revoked": _("令牌已经吊销。"),
    "task_not_reporting": _("任务现在不需报送。"),
    "report_exists": _("本期已有报送；正文的 report 是它的编号。"),
    "report_not_owed": _("任务本期不需报送。"),
    "report_transition_not_allowed": _("这份报送现在不能这样办理。"),
    "period_not_begun": _("报送期还没有开始。"),
    "period_locked": _("报送期已锁定。"),
    "no_change_contradicted": _("“本期无变化”与已审定的情况不符，或已连续用满次数。"),
    "too_much_evidence": _("佐证材料已满。"),
    "evidence_gone": _("佐证材料的文件已不在存储中。"),
    "contribution_closed": _("牵头单位已报出，不再接收配合情况。"),
    "contribution_exists": _("本单位本期已反馈。"),
    "ask_not_open": _("协调事项现在不能答复。"),
    "ask_answered": _("协调事项已有答复。"),
    "closing_exists": _("任务已有办结申请。"),
    "closing_not_ready": _("还不能申请办结；detail 说明还缺什么。"),
    "closing_transition_not_allowed": _("这份办结申请现在不能这样办理。"),
    "nobody_silent": _("没有可记为未反馈的单位。"),
    "transition_not_allowed": _("任务的状态现在不能这样变更。"),
    "condition_not_met": _("变更状态的条件还不具备；detail 说明是哪一条。"),
    "needs_closing_case": _("办结要通过办结申请办理。"),
    "task_ended": _("任务已办结、销号或中止。"),
    "task_is_standing": _("常态化任务没有时限。"),
    "task_not_planned": _("任务已经下达。"),
    "task_not_running": _("任务不在办理中。"),
    "deadline_stands": _("任务已有时限。"),
    "extension_exists": _("已有一份未办完的延期申请。"),
    "extension_not_now": _("现在不能申请延期，或这份申请现在不能这样办理。"),
    "extension_waits": _("延期申请待答复期间，时限不另行调整。"),
    "exemption_stands": _("已有一段尚未结束的不评。"),
    "exemption_over": _("不评已经结束。"),
    "move_not_undone": _("现在不能撤回责任移交。"),
    "nothing_to_change": _("与现在相同，没有可改的。"),
    "nothing_to_undo": _("之后又有变动，或最近一次变动不能这样撤销。"),
    "bulk_undone": _("这次批量办理已经撤销。"),
    "paste_refused": _("有的行不能办理，全部没有写入。"),
    "too_many_views": _("保存的视图已到上限。"),
    "view_gone": _("视图已删去。"),
    "year_published": _("该年的节假日安排已登记。"),
    "bulletin_issued": _("这期通报已经印发。"),
    "bulletin_empty": _("没有可列入的事项。"),
    "notice_cause_gone": _("通知的事由已经消除。"),
    "notice_transition_not_allowed": _("这份通知现在不能这样办理。"),
    "delivery_not_dead": _("这条送达没有失败，不需要重发。"),
    "endpoint_gets_no_changes": _("这个推送地址不推送变更。"),
    "endpoint_retired": _("推送地址已停用，不再改动。"),
    "no_address": _("本人没有登记电子邮箱。"),
    "too_much_feedback": _("今天反馈的条数已到上限。"),
    "feedback_answered": _("意见已经答复。"),
}

MEANINGS: dict[str, Any] = OF_REQUESTS | OF_MATTERS

# `errors[].code`, beside a pointer.
OF_FIELDS: dict[str, Any] = {
    "required": _("必填。"),
    "null": _("不能是 null。"),
    "blank": _("不能为空。"),
    "empty": _("不能是空的列表。"),
    "invalid": _("内容或类型不对；detail 说明原因。"),
    "invalid_choice": _("不在可用的取值之列。"),
    "max_length": _("过长。"),
    "min_length": _("过短。"),
    "max_value": _("过大。"),
    "min_value": _("过小。"),
    "not_a_list": _("应是列表。"),
    "not_a_dict": _("应是对象。"),
    "unknown_field": _("没有这个字段。"),
}


def list_codes(codes: Any, meanings: dict[str, Any]) -> str:
    """Codes with their meanings, a line each, as descriptions hold them (Markdown)."""
    return "\n".join(f"* `{code}` - {meanings.get(code, code)}" for code in sorted(set(codes)))
