from datetime import date, datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from common.workdays import WorkCalendar
from ledger import actions as ledger
from ledger.actors import Actor
from tasks.actions.rows import lock_tasks, save_task
from tasks.lights import LightPolicy
from tasks.models import QuarterLight, Task
from tasks.models.task import LIGHT_DATES
from tasks.periods import period_label, quarter_code, quarter_of
from tasks.readers.light_facts import Rules, judge, rules_in_force
from tasks.readers.quarter_lights import lights_at_close, quarter_ends, unclosed_tasks
from tasks.states import task_state

LIGHT_FIELDS = [*LIGHT_DATES, "light_policy", "light_calendar"]


def refresh_light(
    task: Task, *, on: date, calendar: WorkCalendar | None = None, policy: LightPolicy | None = None
) -> list[str]:
    """Recompute the stored dates of a locked task's light as of a day, and name the fields to save with the change.

    By the calendar and the policy in force unless others are given.
    """
    _judge_anew(task, rules_in_force(calendar=calendar, policy=policy), on=on)
    return LIGHT_FIELDS


def _judge_anew(task: Task, rules: Rules, *, on: date) -> None:
    task.keep_light(judge(task, rules, on=on))
    task.light_policy, task.light_calendar = rules.policy_number, rules.calendar_number


@transaction.atomic
def refresh_lights(*, by: Actor, now: datetime, reason: str) -> int:
    """Recompute every task's light after the calendar or a rule changed; an event for each that moved, and how many.

    All rows are locked before the first event, as the ledger's head is always the last lock; all tasks, as one may be
    about to run. A light that did not move keeps the numbers of the rules it was judged by.
    """
    return _refresh(lock_tasks(Task.objects.current()), by=by, now=now, reason=reason)


def _refresh(tasks: list[Task], *, by: Actor, now: datetime, reason: str) -> int:
    """The rules are read after the locks, so that they hold what somebody else has just entered."""
    prefetch_related_objects(tasks, "quarter_lights")
    rules, moved = rules_in_force(), 0
    for task in tasks:
        before, dates = task_state(task), task.light_dates()
        _judge_anew(task, rules, on=now.date())
        if task.light_dates() != dates:
            save_task(task, fields=LIGHT_FIELDS, verb="light_moved", before=before, by=by, now=now, reason=reason)
            moved += 1
    return moved


@transaction.atomic
def close_quarters(*, on: date, by: Actor, now: datetime) -> list[QuarterLight]:
    """The light that each running task had at the end of the latest two quarters that ended before `on` is kept.

    As the ledger knew it at the end of that day, so that a late run keeps the same; what is kept stays as it is. The
    lights that depend on it are recomputed. Run it before the first event of a transaction: it locks tasks.
    """
    ends = quarter_ends(on)
    tasks = lock_tasks(Task.objects.filter(pk__in=unclosed_tasks(ends)))
    if not tasks:
        return []
    closed = {end: _close(tasks, end) for end in ends}
    _refresh(tasks, by=by, now=now, reason=_("季度末亮灯记入"))
    for end, rows in closed.items():
        if rows:
            _tell_close(rows, quarter_code(*quarter_of(end)), by=by, now=now)
    return [row for rows in closed.values() for row in rows]


def _close(tasks: list[Task], end: date) -> list[QuarterLight]:
    """The rows that were still missing once the tasks were locked; whoever came first has written the others."""
    kept = set(QuarterLight.objects.filter(closed_on=end).values_list("task", flat=True))
    missing = [task for task in tasks if task.pk not in kept]
    lights = lights_at_close(missing, end)
    code = quarter_code(*quarter_of(end))
    return QuarterLight.objects.bulk_create(
        QuarterLight(task=task, quarter=code, closed_on=end, colour=light.colour, rule=light.rule)
        for task in missing
        for light in [lights[task.pk]]
    )


def _tell_close(rows: list[QuarterLight], code: str, *, by: Actor, now: datetime) -> None:
    lights = {row.task.key: row.colour for row in rows}
    state = {"quarter": code, "closed_on": rows[0].closed_on, "lights": lights}
    ledger.append(
        kind="quarter_light", key=code, verb="quarter_closed", by=by, at=now, state=state, reason=period_label(code)
    )
