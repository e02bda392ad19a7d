from datetime import datetime

from django.db import transaction

from ledger.actors import Actor
from tasks.actions.lights import LIGHT_FIELDS, refresh_light
from tasks.actions.rows import lock_task, save_task
from tasks.lights import LightPolicy, hold
from tasks.models import PolicyVersion, Task
from tasks.periods import order_of
from tasks.policies import PolicyKind
from tasks.states import task_state
from tasks.status import REPORTING


@transaction.atomic
def record_progress(*, task: Task, percent: int, result: str, period: str, by: Actor, now: datetime) -> Task:
    """The approved percent and word of a period become the task's own, and its light is recomputed.

    A red light that the report sets right stays yellow until the quarter's end. Nothing changes for a period older than
    the one already recorded, or once closing was asked or the task has ended: a late approval must not set progress
    back.
    """
    task = lock_task(task.pk)
    if task.status not in REPORTING or order_of(task.last_period) > order_of(period):
        return task
    before = task_state(task)
    was, today = task.light(on=now.date()).colour, now.date()
    task.percent, task.last_result, task.last_period, task.last_approved_at = percent, result, period, now
    policy = PolicyVersion.objects.value(LightPolicy, PolicyKind.LIGHTS)
    refresh_light(task, on=today, policy=policy)
    task.keep_light(hold(task.light_dates(), was=was, now=task.light(on=today).colour, on=today, policy=policy))
    fields = ["percent", "last_result", "last_period", "last_approved_at", *LIGHT_FIELDS]
    return save_task(task, fields=fields, verb="progress_recorded", before=before, by=by, now=now)
