"""应报时限: until when the next report on a task has to be in, kept on the task so that its light needs no history.

The rule: the earliest limit among the reports that the task owes and that have not been received, nor a report for a
later period. So a report that never came keeps the task waiting, and yellow, also after its period is locked; the next
report that comes in settles that too, whatever period it is for. A report that the office has returned is out again.
Which period that is, the progress room finds out (`progress.actions.expectations`); here it is only written down.
"""

from datetime import date, datetime

from django.db import transaction

from ledger.actors import Actor
from tasks.actions.lights import refresh_light
from tasks.actions.rows import lock_task, save_task
from tasks.models import Task
from tasks.states import task_state


@transaction.atomic
def expect_report(*, task: Task, period: str, limit: date | None, by: Actor, now: datetime) -> Task:
    """The task waits for the report of this period until this limit, and its light knows; "" and None: for none.

    Writes nothing, and no event, while that is so already.
    """
    task = lock_task(task.pk)
    if (task.report_period, task.report_due_on) == (period, limit):
        return task
    before = task_state(task)
    task.report_period, task.report_due_on = period, limit
    fields = ["report_period", "report_due_on", *refresh_light(task, on=now.date())]
    return save_task(task, fields=fields, verb="report_expected", before=before, by=by, now=now)
