"""Which report a task has to send next, and by when: found out here, written down by `tasks.actions.expect_report`.

The rule is told in tasks/actions/expected.py. For settled periods the duties are those that were kept (`Expectation`);
for the others they follow the task as it stands. Whether a month is owed goes by the colour on its first day, and that
colour must not be the yellow of the very report that has just come in: it is judged as if none were missing. A month
that is owed because an earlier report is missing has a later limit than that one, so it never decides the answer.
Between a period's end and its lock a task that is resumed or reopened counts as owing it; once it is settled, no more.
"""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from ledger.actors import Actor
from progress.models import Expectation, Period, Report
from progress.status import RECEIVED
from tasks.actions import expect_report, refresh_light
from tasks.actions.rows import lock_tasks
from tasks.lights import Rule
from tasks.models import Task, TaskQuerySet
from tasks.periods import order_of
from tasks.status import REPORTING

Due = tuple[str, date | None]

NOTHING: Due = ("", None)


def expect_next(*, task: Task, by: Actor, now: datetime) -> None:
    """After a report came in, went back or was decided, its task waits for the next one that it owes.

    Part of the change that brought it about: in its transaction, with the task locked.
    """
    for period, limit in next_due(Task.objects.filter(pk=task.pk), on=now.date()).values():
        expect_report(task=task, period=period, limit=limit, by=by, now=now)


@transaction.atomic
def expect_reports(*, by: Actor, now: datetime) -> list[Task]:
    """The same for every task of the plan in force; those that changed. Three queries while nothing does."""
    tasks = Task.objects.current().filter(Q(status__in=REPORTING) | Q(report_due_on__isnull=False))
    moved = lock_tasks(Task.objects.filter(pk__in=next_due(tasks, on=now.date())))
    if not moved:
        return []
    # Read again under the locks: a report may just have come in.
    found = next_due(Task.objects.filter(pk__in=[task.pk for task in moved]), on=now.date())
    rows = [(task, *found[task.pk]) for task in moved if task.pk in found]
    return [expect_report(task=task, period=period, limit=limit, by=by, now=now) for task, period, limit in rows]


def next_due(tasks: TaskQuerySet, *, on: date) -> dict[int, Due]:
    """The period and limit of the report to send next, of each task that waits for another than that, or for none.

    Three queries, whatever the number of tasks.
    """
    periods = list(Period.objects.unsettled().begun(on=on).in_order())
    kept = _kept_and_missing(tasks)
    sent = Report.objects.filter(task=OuterRef("pk"), status__in=RECEIVED)
    last = sent.order_by("-period__ends_on", "period__starts_on").values("period")[:1]
    found = list(tasks.annotate(last_sent=Subquery(last)).order_by())
    due = {task.pk: _due(task, kept.get(task.pk), periods, on) for task in found}
    return {task.pk: due[task.pk] for task in found if due[task.pk] != (task.report_period, task.report_due_on)}


def _kept_and_missing(tasks: TaskQuerySet) -> dict[int, Due]:
    """The earliest settled duty of each task for which, or after which, nothing has come in."""
    ends, starts = OuterRef("period__ends_on"), OuterRef("period__starts_on")
    since = Q(period__ends_on__gt=ends) | Q(period__ends_on=ends, period__starts_on__lte=starts)
    sent = Report.objects.filter(since, task=OuterRef("task"), status__in=RECEIVED)
    missing = Expectation.objects.filter(~Exists(sent), task__in=tasks.order_by().values("pk"))
    rows = missing.order_by("-period__ends_on", "period__starts_on").values_list("task", "period", _LIMIT)
    return {task: (period, limit) for task, period, limit in rows}  # of several the earliest, which comes last, stays


_LIMIT = F("period__reports_due_on")


def _due(task: Task, kept: Due | None, periods: Iterable[Period], on: date) -> Due:
    if task.status not in REPORTING:
        return NOTHING
    if kept:
        return kept
    last = order_of(task.last_sent or "")  # type: ignore[attr-defined]  # annotated by next_due
    owed = (each for each in periods if each.order > last and _owes(task, each, on))
    return next(((each.code, each.reports_due_on) for each in owed), NOTHING)


def _owes(task: Task, period: Period, on: date) -> bool:
    """Whether the task owes this report, were no other missing."""
    dates = period.dates()
    if task.light(on=period.starts_on).rule == Rule.REPORT_MISSING:
        task = copy(task)
        task.report_due_on, task.report_period = None, ""
        refresh_light(task, on=on)
    return task.owes(dates)
