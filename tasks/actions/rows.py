"""Locking a task and saving it with its event: the frame that every action on a task shares."""

from datetime import datetime
from typing import Any

from common.errors import StaleVersionError
from ledger import actions as ledger
from ledger.actors import Actor
from tasks.models import Task, TaskQuerySet
from tasks.states import task_state


def lock_task(pk: int) -> Task:
    """The task under its row lock until the transaction ends.

    It is read once the lock is held: a statement that had to wait would still see the lead of before.
    """
    _locking(Task.objects.all()).get(pk=pk)
    return _whole(Task.objects.all()).get(pk=pk)


def check_version(task: Task, version: int | None) -> None:
    """Raise StaleVersionError when the task moved on since `version`; to be asked after the permission."""
    if version is not None and task.version != version:
        raise StaleVersionError(current=task)


def lock_tasks(tasks: TaskQuerySet) -> list[Task]:
    """Several tasks under their row locks, always taken in one order, so that two callers cannot block each other."""
    locked = [task.pk for task in _locking(tasks).order_by("pk")]
    whole = _whole(Task.objects.filter(pk__in=locked)).prefetch_related("milestones", "assignments", "zones")
    return list(whole.order_by("pk"))


def _locking(tasks: TaskQuerySet) -> TaskQuerySet:
    return tasks.select_for_update(no_key=True, of=("self",))


def _whole(tasks: TaskQuerySet) -> TaskQuerySet:
    return tasks.select_related("plan", "pillar").with_lead()


def save_task(
    task: Task, *, fields: list[str], verb: str, before: dict[str, Any], by: Actor, now: datetime, reason: str = ""
) -> Task:
    """Store the named fields as the next version and write the event, in the caller's transaction."""
    task.version += 1
    task.updated_at = now
    task.save(update_fields=[*fields, "version", "updated_at"])
    ledger.append(
        kind="task", key=task.key, verb=verb, by=by, at=now, state=task_state(task), before=before, reason=reason
    )
    return task
