"""撤销: the last change of a task's dates or cycle is taken back by its inverse, with the values of the ledger."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, require
from ledger.models import Event
from tasks.actions.deadlines import DEADLINE_FIELDS, MilestoneInput, restore_deadline, set_cycle, set_milestones
from tasks.actions.rows import lock_task
from tasks.models import Task
from tasks.permissions import can_set_up

Changed = dict[str, Any]


class NothingToUndoError(DomainError):
    """之后又有变动, 或最近一次变动不能这样撤销."""

    code = "nothing_to_undo"


@transaction.atomic
def undo_last_change(*, task: Task, version: int, by: User, now: datetime) -> Task:
    """The deadline, the milestones or the cycle are again as before the change that made this `version`.

    Only while that is the task's last change: later ones are not lost. Raises NotAllowedError, NothingToUndoError and
    whatever the inverse action raises.
    """
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    last = Event.objects.about("task", task.key).first()
    made = last.state["version"] if last and last.state else None
    if last is None or last.verb not in INVERSES or not task.version == made == version:
        raise NothingToUndoError(_("这之后任务又有新的变动，不能撤销。请打开任务，看现在的情况再办理。"))
    undo = INVERSES[last.verb]
    return undo(task, last.changed, version=version, by=by, now=now, reason=_("撤销刚才的改动"))


def _restore_deadline(task: Task, changed: Changed, **more: Any) -> Task:
    values = {name: changed[name][0] if name in changed else getattr(task, name) for name in DEADLINE_FIELDS}
    dates = {name: _date(value) for name, value in values.items() if name.endswith("_date")}
    return restore_deadline(task=task, values={**values, **dates}, **more)


def _restore_milestones(task: Task, changed: Changed, **more: Any) -> Task:
    before, _after = changed.get("milestones", ([], []))
    marks = [MilestoneInput(**{**mark, "due_on": _date(mark["due_on"])}) for mark in before]
    return set_milestones(task=task, milestones=marks, **more)


def _restore_cycle(task: Task, changed: Changed, **more: Any) -> Task:
    return set_cycle(task=task, cycle=changed["cycle"][0] if "cycle" in changed else task.cycle, **more)


def _date(value: Any) -> Any:
    """A date of the ledger, which keeps it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


INVERSES: dict[str, Callable[..., Task]] = {
    "deadline_set": _restore_deadline,
    "standing_set": _restore_deadline,
    "milestones_set": _restore_milestones,
    "cycle_set": _restore_cycle,
}
