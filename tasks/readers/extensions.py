"""延期 as plain dicts: the requests with their three dates, and how long the office has had to answer."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.workdays import WorkCalendar
from tasks.extensions import ExtensionPolicy, is_short
from tasks.lights import Colour
from tasks.models import CalendarDay, Extension, ExtensionQuerySet, PolicyVersion, Task
from tasks.policies import PolicyKind
from tasks.status import OPEN_EXTENSIONS, ExtensionStatus, Status

Row = dict[str, Any]

_FIELDS = (
    "pk", "task__number", "task__title", "task__title_en", "task__status", "task__due_date", "task__original_due_date",
    "task__slip_count", "lead_code", "lead_name", "lead_label", "status", "due_before", "wanted_date", "granted_date",
    "percent", "reason", "decision", "answer_due_on", "drafted_at", "drafted_by__name", "sent_at", "sent_by__name",
    "decided_at", "decided_by__name", "version", "is_demo",
)  # fmt: skip


def extension_policy() -> ExtensionPolicy:
    """The rules of requests in force (one query)."""
    return PolicyVersion.objects.value(ExtensionPolicy, PolicyKind.EXTENSIONS)


def extension_obstacle(task: Task, *, on: date) -> str:
    """Why the lead unit cannot ask for an extension on a day, in its words; empty when it can (at most two queries)."""
    if task.status != Status.ONGOING or task.due_date is None:
        return _("只有办理中、已设时限的任务可以申请延期。")
    policy = extension_policy()
    if on > task.due_date and not policy.late_allowed:
        return _("时限 %(day)s 已过，不再受理延期申请。") % {"day": task.due_date.isoformat()}
    granted = Extension.objects.filter(task=task.pk, status=ExtensionStatus.GRANTED).count()
    if granted >= policy.most:
        return _("这项任务已同意延期 %(count)d 次，不能再延。") % {"count": granted}
    return ""


def extension_rows(extensions: ExtensionQuerySet, *, on: date) -> list[Row]:
    """The requests of an already scoped queryset in its order (four queries).

    Each has the task's original deadline, the one it asked to move and what was granted; `office` is the office's own
    clock while it has to answer: green in time, yellow after its limit, red when as long again has passed.
    """
    name = "name_en" if get_language() == "en" else "short_name"
    lead = Agency.objects.filter(pk=OuterRef("lead_code"))
    labels = {"lead_name": Subquery(lead.values("name")[:1]), "lead_label": Subquery(lead.values(name)[:1])}
    rows = extensions.with_lead().annotate(**labels).values(*_FIELDS)
    policy, calendar = extension_policy(), CalendarDay.objects.as_calendar()
    return [_row(row, on, calendar, policy) for row in rows]


def _row(row: Row, on: date, calendar: WorkCalendar, policy: ExtensionPolicy) -> Row:
    until = row["granted_date"] or row["wanted_date"]
    return {
        "id": row["pk"],
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
            "label": row["task__title_en"] if get_language() == "en" else row["task__title"],
            "status": row["task__status"],
            "due_date": row["task__due_date"],
            "slip_count": row["task__slip_count"],
        },
        "lead": {"code": row["lead_code"], "name": row["lead_name"], "label": row["lead_label"]},
        **{name: row[name] for name in _FIELDS if name != "pk" and "__" not in name and not name.startswith("lead_")},
        "status_label": str(ExtensionStatus(row["status"]).label),
        "original_due_date": row["task__original_due_date"],
        "days": (until - row["due_before"]).days,
        "is_short": is_short(row["due_before"], row["wanted_date"], policy),
        "drafted_by": row["drafted_by__name"],
        "sent_by": row["sent_by__name"],
        "decided_by": row["decided_by__name"],
        "office": office_clock(row["answer_due_on"], on, calendar, policy)
        if row["status"] == ExtensionStatus.SENT
        else None,
    }


def office_clock(limit: date, on: date, calendar: WorkCalendar, policy: ExtensionPolicy) -> Row:
    """The office's own light while a request waits for its answer; source: 3 working days, red is ours."""
    if on <= limit:
        colour = Colour.GREEN
    elif on <= calendar.after(limit, policy.answer_days):
        colour = Colour.YELLOW
    else:
        colour = Colour.RED
    return {"colour": colour.value, "late_days": calendar.between(limit, on)}


def extension_lists(extensions: ExtensionQuerySet, *, on: date) -> dict[str, list[Row]]:
    """A scoped queryset's requests by who has to act: the office (longest waiting first), the unit, nobody (newest)."""
    rows = extension_rows(extensions.order_by("sent_at", "pk"), on=on)
    answered = [row for row in rows if row["status"] not in OPEN_EXTENSIONS]
    return {
        "waiting": [row for row in rows if row["status"] == ExtensionStatus.SENT],
        "drafts": [row for row in rows if row["status"] == ExtensionStatus.DRAFT],
        "answered": answered[::-1],
    }
