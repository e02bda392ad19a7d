"""变更状态: what may be done with a task now, by whom, and what stands in the way."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from common.texts import join_words
from ledger.models import Event
from tasks.models import CalendarDay, Measure, Task, TaskQuerySet
from tasks.permissions import can_make
from tasks.status import REFUSAL_DAYS, WHO_LABELS, Condition, Status, Transition, transitions_from

Row = dict[str, Any]

# A closing is asked for, checked and decided on the pages of its own case, found by the task's number.
CASE_PAGE = "progress:closing"


def changes_open_to(user: User, task: Task, *, on: date) -> list[Row]:
    """The changes of state that are this person's to make, each with what still stands in its way and its page.

    Its page is named by `url_name` and `url_args` (no query, but for the order and the refusal, which cost two).
    """
    return [
        {
            "verb": each.verb,
            "label": each.label,
            "is_forward": each.is_forward,
            "in_case": each.in_case,
            "obstacle": unmet_condition(task, each, on=on),
            "url_name": CASE_PAGE if each.in_case else "tasks:status",
            "url_args": [task.number] if each.in_case else [task.number, each.verb],
        }
        for each in _changes(task)
        if can_make(user, task, each)
    ]


def changes_of_others(user: User, task: Task) -> list[Row]:
    """The changes that the table knows now and that wait for somebody else's hand (no query)."""
    return [
        {
            "verb": each.verb,
            "label": each.label,
            "is_forward": each.is_forward,
            "in_case": each.in_case,
            "who": each.who.value,
            "who_label": WHO_LABELS[each.who],
        }
        for each in _changes(task)
        if not can_make(user, task, each)
    ]


def _changes(task: Task) -> list[Transition]:
    return transitions_from(task.status, is_standing=task.is_standing)


def unmet_condition(task: Task, change: Transition, *, on: date) -> str:
    """Why the task is not ready for this change on a day, in the words of the person to act; empty when it is."""
    match change.condition:
        case Condition.SET_UP:
            lacking = list(_lacking(task))
            return _("下达前还缺：%(what)s。") % {"what": join_words(lacking)} if lacking else ""
        case Condition.COMPLETE if task.percent < 100:
            return _("已审定进度为 %(percent)s%%，达到 100%% 后才能申请办结。") % {"percent": task.percent}
        case Condition.IN_TIME:
            return _too_late_to_refuse(task, on)
    return ""


def _lacking(task: Task) -> Iterator[str]:
    """What an order cannot go out without."""
    if not task.lead_code:
        yield _("牵头单位")
    if not (task.due_date or task.is_standing):
        yield _("时限（或列为常态化任务）")
    measures = list(Measure.objects.filter(task=task.pk).order_by("order").values_list("order", "deliverable"))
    if not measures:
        yield _("举措")
    for order, deliverable in measures:
        if not deliverable:
            yield _("举措 %(code)s 的成果形式") % {"code": f"{task.number}.{order}"}


def refusal_until(task: Task) -> date | None:
    """The last day on which the unit may ask for reassignment; None for an order without its day (one query)."""
    if task.issued_on is None:
        return None
    return CalendarDay.objects.as_calendar().after(task.issued_on, REFUSAL_DAYS)


def _too_late_to_refuse(task: Task, on: date) -> str:
    until = refusal_until(task)
    if until is None or on <= until:
        return ""
    return _("申请改派须在下达后 3 个工作日内提出，已于 %(day)s 截止；请签收后与办公室商量。") % {
        "day": until.isoformat()
    }


def reassignment_requests(tasks: TaskQuerySet) -> list[Row]:
    """The planned tasks whose unit has sent the order back, with its reason, the oldest first (two queries).

    A planned task with an order's number can only have come back: the number stays, and the next order answers it.
    """
    returned = tasks.current().filter(status=Status.PLANNED).exclude(order_number="").select_related("plan")
    found = {task.key: task for task in returned}
    events = Event.objects.filter(kind="task", verb="refuse", key__in=sorted(found)).order_by("sequence")
    latest = {event.key: event for event in events}
    return [
        {
            "number": found[key].number,
            "title": found[key].title,
            "title_en": found[key].title_en,
            "is_demo": found[key].is_demo,
            "label": found[key].label,
            "lead": found[key].lead_code,
            "order_number": found[key].order_number,
            "reason": event.reason,
            "by": event.actor_name,
            "asked_at": event.at,
        }
        for key, event in sorted(latest.items(), key=lambda pair: pair[1].sequence)
    ]
