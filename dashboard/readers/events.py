"""留痕 in words: what an event's kind, verb, fields and values are called, from the rooms whose objects they are."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, ApiToken, User
from common.texts import join_clauses, join_words
from ledger.models import Event
from progress.models import Evidence, Period, Report
from progress.readers.history import VERBS as REPORT_VERBS
from supervision.models import Delivery
from tasks.actions.loading import KINDS as PLAN_KINDS
from tasks.models import CalendarDay, Goal, Measure, Milestone, Pillar, Plan, Safeguard, Task
from tasks.status import TRANSITIONS
from zones.models import Zone

Row = dict[str, Any]

# Kinds whose key begins with plan/number.
OF_TASKS = frozenset({"task", "task_text", "report", "evidence", "measure"})

KIND_MODELS: dict[str, type[Model]] = {
    "task": Task, "report": Report, "evidence": Evidence, "period": Period, "calendar": CalendarDay, "agency": Agency,
    "user": User, "token": ApiToken, "delivery": Delivery, "plan": Plan, "goal": Goal, "pillar": Pillar,
    "safeguard": Safeguard, "zone": Zone, "measure": Measure, "milestone": Milestone,
}  # fmt: skip

KIND_LABELS: dict[str, Any] = {
    **PLAN_KINDS,
    "report": _("进展报送"),
    "evidence": _("佐证材料"),
    "period": _("报送期"),
    "task_text": _("任务原文"),
    "calendar": _("工作日历"),
    "user": _("使用者"),
    "token": _("接口令牌"),
    "delivery": _("送达"),
    "attempt": _("未获准的操作"),
}

VERB_LABELS: dict[str, Any] = {
    **{each.verb: each.label for each in TRANSITIONS},
    **REPORT_VERBS,
    "deadline_set": _("设定时限"),
    "milestones_set": _("设定节点"),
    "measure_set": _("更新举措状态"),
    "marked_demo": _("标为演示数据"),
    "progress_recorded": _("审定进度记入任务"),
    "light_moved": _("亮灯日期变动"),
    "calendar_set": _("调整工作日历"),
    "opened": _("开启报送期"),
    "loaded": _("载入"),
    "corrected": _("按官方原文订正"),
    "refused": _("操作未获准"),
    "retried": _("重新送达"),
    "created": _("建立"),
    "updated": _("修改"),
    "revoked": _("撤销"),
    "deactivated": _("停用"),
    "reactivated": _("恢复使用"),
}

# What is kept in a state beside the columns of its model.
FIELD_LABELS: dict[str, Any] = {
    "lead": _("牵头单位"),
    "supporting": _("配合单位"),
    "milestones": pgettext_lazy("several", "节点"),
    "task": _("任务"),
}

# Counters and marks that follow from the change itself and tell a reader nothing more.
SILENT = frozenset({"id", "version", "revision", "is_demo", "drafted_at", "submitted_at", "reviewed_at", "sha256"})
AGENCY_FIELDS = frozenset({"lead", "supporting", "agency"})
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
    """The object's name beside its kind; the number of a task stands for itself."""
    if event.kind not in OF_TASKS:
        return event.key
    _plan, _number, *rest = event.key.split("/")
    name = (event.state or {}).get("name", "") if event.kind == "evidence" else ""
    return " ".join(filter(None, (*rest[:1], name)))


def _changes(event: Event, agencies: dict[str, str]) -> Iterator[Row]:
    model = KIND_MODELS.get(event.kind)
    for name, (old, new) in event.changed.items():
        if name in SILENT:
            continue
        yield {
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
    if name == "milestones":
        return join_clauses(f"{each['due_on']} {each['name']} {each['planned_percent']}%" for each in value)
    return _plain(_choice(model, name, value))


def _choice(model: type[Model] | None, name: str, value: Any) -> Any:
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
