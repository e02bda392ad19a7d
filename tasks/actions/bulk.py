"""批量办理: the single action for each of many tasks, with a result for each, and its undoing by inverse actions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.texts import check_text
from ledger import actions as ledger
from ledger.models import Audience
from tasks.actions.deadlines import (
    DEADLINE_FIELDS,
    MilestoneInput,
    restore_deadline,
    set_cycle,
    set_deadline,
    set_milestones,
)
from tasks.actions.rows import lock_tasks
from tasks.models import BulkChange, Task, TaskQuerySet
from tasks.permissions import can_change_many

Row = dict[str, Any]
Facts = dict[str, Any]
REASON_LENGTH = 200


class NothingToChangeError(DomainError):
    """与现在相同."""

    code = "nothing_to_change"


class BulkUndoneError(DomainError):
    """这次批量办理已经撤销."""

    code = "bulk_undone"


@dataclass(frozen=True)
class Single:
    """What is done to one task, what it changes there as plain values, and what takes it back to such values."""

    do: Callable[..., Task]
    facts: Callable[[Task], Facts]
    undo: Callable[..., Task]


def _deadline_facts(task: Task) -> Facts:
    return {name: _plain(getattr(task, name)) for name in DEADLINE_FIELDS}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _restore_deadline(*, values: Facts, **more: Any) -> Task:
    dates = {name: value and date.fromisoformat(value) for name, value in values.items() if name.endswith("_date")}
    return restore_deadline(values={**values, **dates}, **more)


def _milestone_facts(task: Task) -> Facts:
    marks = sorted(task.milestones.all(), key=lambda each: each.due_on)
    return {"milestones": [[each.name, each.due_on.isoformat(), each.planned_percent] for each in marks]}


def _restore_milestones(*, values: Facts, **more: Any) -> Task:
    marks = [MilestoneInput(name, date.fromisoformat(day), percent) for name, day, percent in values["milestones"]]
    return set_milestones(milestones=marks, **more)


def _cycle_facts(task: Task) -> Facts:
    return {"cycle": task.cycle}


def _restore_cycle(*, values: Facts, **more: Any) -> Task:
    return set_cycle(**values, **more)


SINGLES: dict[str, Single] = {
    BulkChange.Kind.DEADLINES: Single(set_deadline, _deadline_facts, _restore_deadline),
    BulkChange.Kind.MILESTONES: Single(set_milestones, _milestone_facts, _restore_milestones),
    BulkChange.Kind.CYCLE: Single(set_cycle, _cycle_facts, _restore_cycle),
}


@transaction.atomic
def change_many(
    *, kind: str, tasks: TaskQuerySet, values: dict[str, Any], by: User, now: datetime, reason: str = ""
) -> BulkChange:
    """Each of the tasks is changed by the single action of this kind, under its rules; `values` are that action's.

    A task that is refused says why in its row, and the others are changed. Raises NotAllowedError, and InvalidError
    when there is no task.
    """
    rows = _each(kind=kind, tasks=tasks, values=values, reason=reason, by=by, now=now)
    reason = check_text("reason", reason, limit=REASON_LENGTH)
    change = BulkChange(kind=kind, reason=reason, rows=rows, done_at=now, done_by=by)
    change.save(force_insert=True)
    record_change(change, verb="bulk_done", before=None, by=by, now=now)
    return change


@transaction.atomic
def preview_many(
    *, kind: str, tasks: TaskQuerySet, values: dict[str, Any], by: User, now: datetime, reason: str = ""
) -> list[Row]:
    """The rows that change_many would give, with nothing changed: the change is made and taken back."""
    rows = _each(kind=kind, tasks=tasks, values=values, reason=reason, by=by, now=now)
    transaction.set_rollback(True)
    return rows


@transaction.atomic
def undo_many(*, change: BulkChange, by: User, now: datetime) -> BulkChange:
    """Every task that has not moved on since is again as it was before; the others say so in their row.

    Raises NotAllowedError and BulkUndoneError.
    """
    require(can_change_many(by))
    tasks = lock_tasks(Task.objects.filter(pk__in=[row["task"] for row in change.rows if row["ok"]]))
    change = BulkChange.objects.select_for_update(no_key=True, of=("self",)).get(pk=change.pk)
    if change.undone_at:
        raise BulkUndoneError(_("这次批量办理已经撤销过。"))
    undo = partial(SINGLES[change.kind].undo, by=by, now=now, reason=_("撤销批量办理"))
    known, before = {task.pk: task for task in tasks}, _state(change)
    change.rows = [{**row, **_take_back(row, known[row["task"]], undo)} if row["ok"] else row for row in change.rows]
    change.undone_at, change.undone_by = now, by
    change.save(update_fields=["rows", "undone_at", "undone_by"])
    record_change(change, verb="bulk_undone", before=before, by=by, now=now)
    return change


def _each(*, kind: str, tasks: TaskQuerySet, values: dict[str, Any], reason: str, by: User, now: datetime) -> list[Row]:
    """Every row is locked before the first event, in one order, so that two bulk changes cannot block each other."""
    require(can_change_many(by))
    single, locked = SINGLES[kind], lock_tasks(tasks)
    if not locked:
        raise InvalidError({"tasks": [_("请至少选择一项任务。")]})
    do = partial(single.do, **values, reason=reason, by=by, now=now)
    return [change_one(task, do, single.facts) for task in locked]


def change_one(task: Task, do: Callable[..., Task], facts: Callable[[Task], Facts]) -> Row:
    """One task changed under its rules, and what became of it: what it was and is, or why not."""
    before = facts(task)
    row = {"task": task.pk, "number": task.number, "ok": False, "error": "", "before": before, "after": before}
    try:
        with transaction.atomic():
            done = do(task=task)
            after = facts(done)
            if after == before:
                raise NothingToChangeError(_("与现在相同，没有改动。"))
    except DomainError as refusal:
        return {**row, "error": _why(refusal), "code": refusal.code, "version": task.version}
    return {**row, "ok": True, "after": after, "version": done.version}


def _take_back(row: Row, task: Task, undo: Callable[..., Task]) -> Row:
    try:
        with transaction.atomic():
            undo(task=task, values=row["before"], version=row["version"])
    except StaleVersionError:
        return {"undone": False, "undo_error": _("办理之后任务又有新的变动，没有撤销。")}
    except DomainError as refusal:
        return {"undone": False, "undo_error": _why(refusal)}
    return {"undone": True, "undo_error": ""}


def _why(refusal: DomainError) -> str:
    """A refusal in one line: with the fields' own messages, where there are any."""
    if isinstance(refusal, InvalidError):
        return "".join(str(message) for messages in refusal.errors.values() for message in messages)
    return str(refusal)


def record_change(change: BulkChange, *, verb: str, before: Row | None, by: User, now: datetime) -> None:
    ledger.append(
        kind="bulk", key=str(change.pk), verb=verb, by=by, at=now, state=_state(change), before=before,
        reason=change.reason, audience=Audience.RESTRICTED,
    )  # fmt: skip


def _state(change: BulkChange) -> Row:
    """Which tasks were changed and which not; what changed there stands in the tasks' own events."""
    return {
        "id": change.pk,
        "kind": change.kind,
        "done": _numbers(change, "ok"),
        "undone": _numbers(change, "undone"),
        "tasks": len(change.rows),
        "undone_at": change.undone_at,
    }


def _numbers(change: BulkChange, mark: str) -> list[int]:
    return [row["number"] for row in change.rows if row.get(mark)]
