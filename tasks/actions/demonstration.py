from datetime import datetime

from django.db import transaction

from ledger.actors import Actor
from tasks.actions.rows import lock_task, save_task
from tasks.models import Task
from tasks.states import task_state


@transaction.atomic
def mark_demo(*, task: Task, by: Actor, now: datetime) -> Task:
    """Whatever is entered on the task from now on is known, wherever it shows, to be demonstration data."""
    task = lock_task(task.pk)
    if task.is_demo:
        return task
    before = task_state(task)
    task.is_demo = True
    return save_task(task, fields=["is_demo"], verb="marked_demo", before=before, by=by, now=now)
