from datetime import datetime

from django.db import transaction

from common.workdays import WorkCalendar
from ledger.actors import Actor
from tasks.actions.rows import lock_tasks, save_task
from tasks.lights import LightFacts, light_dates, overdue_from
from tasks.models import CalendarDay, Task
from tasks.planned import Mark
from tasks.states import task_state

LIGHT_FIELDS = ["yellow_from", "yellow_rule", "red_from", "red_rule", "overdue_from"]


def light_facts(task: Task) -> LightFacts:
    """What the rules of the lights need to know of a task (one query for its milestones unless prefetched)."""
    return LightFacts(
        status=task.status,
        start=task.start_date,
        due=task.due_date,
        percent=task.percent,
        marks=tuple(Mark(each.due_on, each.planned_percent) for each in task.milestones.all()),
        closing_asked_on=task.closing_asked_on,
        closed_late=task.closed_late,
    )


def refresh_light(task: Task, *, calendar: WorkCalendar | None = None) -> list[str]:
    """Recompute the stored dates of a locked task's light and name the fields to save with the change itself."""
    calendar = calendar or CalendarDay.objects.as_calendar()
    facts = light_facts(task)
    dates = light_dates(facts, calendar)
    task.yellow_from, task.yellow_rule = dates.yellow_from, dates.yellow_rule
    task.red_from, task.red_rule = dates.red_from, dates.red_rule
    task.overdue_from = overdue_from(facts, calendar)
    return LIGHT_FIELDS


@transaction.atomic
def refresh_lights(*, by: Actor, now: datetime, reason: str) -> int:
    """Recompute every running task's light after the calendar or a rule changed; an event for each that moved.

    All rows are locked before the first event, as the ledger's head is always the last lock; all tasks, as one may be
    about to run. The calendar is read after the locks, so that it holds what somebody else has just entered.
    """
    tasks = lock_tasks(Task.objects.current())
    calendar, moved = CalendarDay.objects.as_calendar(), 0
    for task in tasks:
        before = task_state(task)
        refresh_light(task, calendar=calendar)
        if any(before[name] != getattr(task, name) for name in LIGHT_FIELDS):
            save_task(task, fields=LIGHT_FIELDS, verb="light_moved", before=before, by=by, now=now, reason=reason)
            moved += 1
    return moved
