from datetime import datetime

from django.db import transaction

from ledger.actors import Actor
from tasks.actions.lights import refresh_light
from tasks.actions.rows import lock_task, save_task
from tasks.models import Task
from tasks.states import task_state
from tasks.status import REPORTING


@transaction.atomic
def record_progress(*, task: Task, percent: int, result: str, period: str, by: Actor, now: datetime) -> Task:
    """The approved percent and word of a period become the task's own, and its light is recomputed.

    Nothing changes for a period older than the one already recorded, or once closing was asked or the task has ended: a
    late approval must not set progress back.
    """
    task = lock_task(task.pk)
    if task.status not in REPORTING or task.last_period > period:
        return task
    before = task_state(task)
    task.percent, task.last_result, task.last_period, task.last_approved_at = percent, result, period, now
    fields = ["percent", "last_result", "last_period", "last_approved_at", *refresh_light(task)]
    return save_task(task, fields=fields, verb="progress_recorded", before=before, by=by, now=now)
