"""留痕 in words: what an event's kind, verb, fields and values are called, from the rooms whose objects they are."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, ApiToken, Leave, User
from common.texts import join_clauses, join_words
from ledger.models import Event
from progress.models import Closing, Contribution, Evidence, Period, Report
from progress.readers.closing_history import VERBS as CLOSING_VERBS
from progress.readers.closing_history import hearing_word
from progress.readers.contributions import composition_word
from supervision.models import Bulletin, Delivery, Endpoint, Notice
from tasks.actions.loading import KINDS as PLAN_KINDS
from tasks.lights import POLICY_LABELS
from tasks.models import (
    BulkChange,
    CalendarDay,
    Exemption,
    Extension,
    Goal,
    Measure,
    Milestone,
    Pillar,
    Plan,
    PolicyVersion,
    QuarterLight,
    Safeguard,
    Task,
)
from tasks.periods import PERIOD_CODE, period_label
from tasks.status import TRANSITIONS
from zones.models import Zone

Row = dict[str, Any]

# Kinds whose key begins with plan/number.
OF_TASKS = frozenset({
    "task", "task_text", "report", "evidence", "measure", "extension", "contribution", "exemption", "closing", "notice",
})  # fmt: skip

# Those whose key goes on with the code of a period.
OF_PERIODS = frozenset({"report", "evidence", "contribution"})

KIND_MODELS: dict[str, type[Model]] = {
    "task": Task, "report": Report, "evidence": Evidence, "period": Period, "calendar": CalendarDay, "agency": Agency,
    "contribution": Contribution, "closing": Closing,
    "user": User, "token": ApiToken, "delivery": Delivery, "endpoint": Endpoint, "leave": Leave,
    "plan": Plan, "goal": Goal, "pillar": Pillar,
    "safeguard": Safeguard, "zone": Zone, "measure": Measure, "milestone": Milestone, "extension": Extension,
    "bulk": BulkChange, "exemption": Exemption, "policy": PolicyVersion, "quarter_light": QuarterLight,
    "notice": Notice, "bulletin": Bulletin,
}  # fmt: skip

KIND_LABELS: dict[str, Any] = {
    **PLAN_KINDS,
    "report": _("进展报送"),
    "evidence": _("佐证材料"),
    "contribution": _("配合情况"),
    "closing": _("办结申请"),
    "period": _("报送期"),
    "task_text": _("任务原文"),
    "calendar": _("工作日历"),
    "user": _("使用者"),
    "token": _("接口令牌"),
    "delivery": _("送达"),
    "notice": _("督办通知"),
    "bulletin": _("通报"),
    "endpoint": _("推送地址"),
    "leave": _("代办"),
    "extension": _("延期申请"),
    "bulk": _("批量办理"),
    "exemption": _("不评"),
    "policy": _("规则版本"),
    "quarter_light": _("期末亮灯"),
    "attempt": _("未获准的操作"),
}

VERB_LABELS: dict[str, Any] = {
    **{each.verb: each.label for each in TRANSITIONS},
    **CLOSING_VERBS,
    "contributed": _("反馈配合情况"),
    "contribution_changed": _("修改配合情况"),
    "deadline_set": _("设定时限"),
    "deadline_restored": _("撤销时限调整"),
    "standing_set": _("列为常态化任务"),
    "cycle_set": _("设定报送周期"),
    "milestones_set": _("设定节点"),
    "measure_set": _("更新举措状态"),
    "deliverable_set": _("设定成果形式"),
    "extension_drafted": _("填写延期申请"),
    "extension_saved": _("修改延期申请"),
    "extension_sent": _("报出延期申请"),
    "extension_withdrawn": _("撤回延期申请"),
    "extension_granted": _("同意延期"),
    "extension_refused": _("不同意延期"),
    "extension_lapsed": _("延期申请失效"),
    "bulk_done": _("批量办理"),
    "bulk_undone": _("撤销批量办理"),
    "renamed": _("录入新名称"),
    "name_taken_up": _("启用新名称"),
    "merged": _("登记合并"),
    "split": _("登记分设"),
    "moved_unit": _("转入承接单位"),
    "reassigned": _("移交责任"),
    "reassignment_undone": _("撤回责任移交"),
    "marked_demo": _("标为演示数据"),
    "progress_recorded": _("审定进度记入任务"),
    "light_moved": _("亮灯日期变动"),
    "quarter_closed": _("季度末亮灯记入"),
    "exemption_granted": _("登记不评"),
    "exemption_ended": _("提前终止不评"),
    "policy_set": _("调整规则"),
    "calendar_set": _("调整工作日历"),
    "opened": _("开启报送期"),
    "redated": _("报送期时限顺延"),
    "settled": _("报送期结账"),
    "report_expected": _("应报时限变动"),
    "loaded": _("载入"),
    "corrected": _("按官方原文订正"),
    "refused": _("操作未获准"),
    "retried": _("重新送达"),
    "notice_drafted": _("拟督办通知"),
    "notice_issued": _("发出督办通知"),
    "notice_declined": _("决定不发督办通知"),
    "notice_lapsed": _("撤下督办通知"),
    "notice_received": _("签收督办通知"),
    "notice_answered": _("答复督办通知"),
    "notice_settled": _("了结督办通知"),
    "bulletin_drafted": _("拟通报"),
    "bulletin_issued": _("印发通报"),
    "key_rotated": _("更换密钥"),
    "replaced": _("换发令牌"),
    "changes_replayed": _("重新推送变更"),
    "retired": _("停用"),
    "tested": _("发送测试消息"),
    "leave_set": _("登记离岗代办"),
    "leave_cancelled": _("取消离岗代办"),
    "created": _("建立"),
    "updated": _("修改"),
    "revoked": _("撤销"),
    "deactivated": _("停用"),
    "reactivated": _("恢复使用"),
}

# What is kept in a state beside the columns of its model.
FIELD_LABELS: dict[str, Any] = {
    **POLICY_LABELS,
    "lead": _("牵头单位"),
    "supporting": _("配合单位"),
    "hearings": _("配合单位意见"),
    "evidence": _("佐证材料"),
    "milestones": pgettext_lazy("several", "节点"),
    "task": _("任务"),
    "successors": _("承接单位"),
    "effective_on": _("生效日期"),
    "expires_at": _("有效期至"),
}

# Counters and marks that follow from the change itself and tell a reader nothing more.
SILENT = frozenset({
    "id", "version", "revision", "is_demo", "drafted_at", "submitted_at", "reviewed_at", "sha256", "links", "named",
})  # fmt: skip
AGENCY_FIELDS = frozenset({"lead", "supporting", "agency", "ask_to", "successors"})
PERIOD_FIELDS = frozenset({"period", "last_period", "report_period"})
LONGEST = 120


def event_rows(events: Iterable[Event], *, agencies: dict[str, str]) -> list[Row]:
    """Events as people read them: who did what to which object, when, why, and each field's old and new value."""
    return [_row(event, agencies) for event in events]


def _row(event: Event, agencies: dict[str, str]) -> Row:
    is_new = event.state is not None and all(old is None for old, _new in event.changed.values())
    return {
        "sequence": event.sequence,
        "at": event.at,
        "by": event.actor_name,
        "agency": agencies.get(event.actor_agency, event.actor_agency),
        "kind": event.kind,
        "kind_label": KIND_LABELS.get(event.kind, event.kind),
        "verb_label": VERB_LABELS.get(event.verb, event.verb),
        "key": event.key,
        "task": _task_number(event),
        "object": _object(event),
        "reason": event.reason,
        "request_id": event.request_id,
        "is_new": is_new,
        "changes": [] if is_new else list(_changes(event, agencies)),
    }


def _task_number(event: Event) -> int | None:
    """The task that an event belongs to, by its key: plan/number, then what hangs on it."""
    parts = event.key.split("/")
    known = event.kind in OF_TASKS and len(parts) > 1 and parts[1].isdecimal()
    return int(parts[1]) if known else None


def _object(event: Event) -> str:
    """The object's name beside its kind; the number of a task stands for itself, a period is called by its name."""
    if event.kind == "period":
        return _period(event.key)
    if event.kind not in OF_TASKS:
        return event.key
    _plan, number, *rest = event.key.split("/")
    if event.kind == "measure":
        return ".".join((number, *rest))
    if event.kind not in OF_PERIODS:
        return _register_number(event.state or {}) if event.kind == "notice" else ""
    name = (event.state or {}).get("name", "") if event.kind == "evidence" else ""
    return " ".join(filter(None, (*map(_period, rest[:1]), name)))


def _register_number(state: Row) -> str:
    """The office's own number of a notice, once it has one."""
    return f"{state['year']}-{state['serial']}" if state.get("serial") else ""


def _period(code: str) -> str:
    """What people call a period; anything else as it is."""
    return period_label(code) if PERIOD_CODE.fullmatch(code) else ""


def _changes(event: Event, agencies: dict[str, str]) -> Iterator[Row]:
    model = KIND_MODELS.get(event.kind)
    for name, (old, new) in event.changed.items():
        if name in SILENT:
            continue
        yield {
            "name": name,
            "label": _label(model, name),
            "old": _words(model, name, old, agencies),
            "new": _words(model, name, new, agencies),
        }


def _field(model: type[Model] | None, name: str) -> Any:
    """The column behind a field of a state, None if there is none."""
    try:
        return model._meta.get_field(name) if model else None  # noqa: SLF001  documented by Django
    except FieldDoesNotExist:
        return None


def _label(model: type[Model] | None, name: str) -> Any:
    """What a field is called on its form."""
    return FIELD_LABELS.get(name) or getattr(_field(model, name), "verbose_name", name)


def _words(model: type[Model] | None, name: str, value: Any, agencies: dict[str, str]) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if name in AGENCY_FIELDS:
        codes = value if isinstance(value, list) else [value]
        return join_words(agencies.get(code, str(code)) for code in codes)
    if name == "composition":
        return join_clauses(f"{each['name']} {each['text'] or composition_word(each)}" for each in value)
    if name == "hearings":
        return join_clauses(f"{agencies.get(each['agency'], each['agency'])} {hearing_word(each)}" for each in value)
    if name == "milestones":
        return join_clauses(f"{each['due_on']} {each['name']} {each['planned_percent']}%" for each in value)
    return _plain(_choice(model, name, value))


def _choice(model: type[Model] | None, name: str, value: Any) -> Any:
    if name in PERIOD_FIELDS and isinstance(value, str):
        return _period(value) or value
    choices = dict(getattr(_field(model, name), "flatchoices", ()))
    return choices.get(value, value) if isinstance(value, str | int) else value


def _plain(value: Any) -> str:
    """Lists with commas, moments in local time, long texts cut."""
    if isinstance(value, list):
        return join_words(_plain(each) for each in value)
    text = str(value)
    moment = parse_datetime(text) if len(text) > len("2026-12-31T") and text[:4].isdecimal() else None
    if moment:
        return localtime(moment).strftime("%Y-%m-%d %H:%M")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
