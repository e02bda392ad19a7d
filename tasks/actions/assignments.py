"""责任移交: the lists of responsible units change, link by link, when one unit succeeds another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions import lock_agencies
from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from ledger import actions as ledger
from ledger.models import Event
from tasks.actions.rows import check_version, lock_tasks
from tasks.links import Link, Links, move_link, move_obstacle
from tasks.models import Assignment, Task
from tasks.permissions import can_move_assignments
from tasks.readers.assignments import heirs_on, links_of, read_links, write_links
from tasks.states import task_state
from tasks.status import ENDED

BASIS_LENGTH = 200


class MoveError(DomainError):
    """现在不能撤回移交."""

    code = "move_not_undone"


@dataclass(frozen=True)
class Move:
    """One link to move: the task's key, the unit that holds it, and its successor."""

    task: int
    source: str
    target: str


@dataclass(frozen=True)
class MoveResult:
    """What became of one link: moved if `refusal` is empty, else why not; `task` is None for one that is not known."""

    move: Move
    task: Task | None
    refusal: str


@transaction.atomic
def move_assignments(*, links: Sequence[Move], basis: str, on: date, by: User, now: datetime) -> list[MoveResult]:
    """Each successor stands in the list of units where its predecessor stood, from the day `on`, with an event a task.

    What hangs on the lead (drafts, extensions, notices) follows the task; what the predecessor has given stays its own.
    A link that cannot move is refused with its reason and keeps none of the others back: the task has ended (history
    keeps its unit), the unit holds it no more, or no succession says so. Raises NotAllowedError, and InvalidError for a
    missing basis, a day to come, or no link at all.
    """
    require(can_move_assignments(by))
    basis = check_text("basis", basis, limit=BASIS_LENGTH)
    _check_entered(links, basis, on=on, now=now)
    tasks = _lock(each.task for each in links)
    lock_agencies({each.target for each in links})  # none of them is just being dissolved
    lists, heirs = links_of(tasks), heirs_on(now.date())  # fit today, whatever the day of the move
    results = []
    for move in links:
        task, held = tasks.get(move.task), lists.get(move.task, ())
        refusal = _refusal(move, task, held, since=heirs.get(move.source, {}).get(move.target), on=on)
        if task is not None and not refusal:
            lists[move.task] = move_link(held, move.source, move.target, on=on)
            _store(task, held, lists[move.task], verb="reassigned", by=by, now=now, reason=basis)
        results.append(MoveResult(move, task, refusal))
    return results


@transaction.atomic
def undo_move(*, task: Task, reason: str, by: User, now: datetime, version: int | None = None) -> Task:
    """The list of units stands again as it did before the last move, although the unit may be dissolved.

    Raises NotAllowedError, StaleVersionError, InvalidError without a reason, and MoveError when the task has ended or
    no move led to the list that stands.
    """
    require(can_move_assignments(by))
    reason = check_text("reason", reason)
    if not reason:
        raise InvalidError({"reason": [_("请写明撤回理由。")]})
    task = _lock([task.pk])[task.pk]
    check_version(task, version)
    if task.status in ENDED:
        raise MoveError(_("任务已结束，责任单位不能再改。"))
    stands = links_of([task.pk])[task.pk]
    before = _before(task, stands)
    _store(task, stands, before, verb="reassignment_undone", by=by, now=now, reason=reason)
    return task


def _check_entered(links: Sequence[Move], basis: str, *, on: date, now: datetime) -> None:
    if not basis:
        raise InvalidError({"basis": [_("请注明依据文件。")]})
    if on > now.date():
        raise InvalidError({"on": [_("移交日期不能晚于今天。")]})
    if not links:
        raise InvalidError({"links": [_("没有选择要移交的责任。")]})


def _lock(keys: Iterable[int]) -> dict[int, Task]:
    """Tasks of the plan in force under their row locks, read once they are held: who leads may have changed before."""
    locked = [each.pk for each in lock_tasks(Task.objects.current().filter(pk__in=keys))]
    tasks = Task.objects.filter(pk__in=locked).select_related("plan", "pillar").prefetch_related("milestones", "zones")
    return {each.pk: each for each in tasks}


def _refusal(move: Move, task: Task | None, held: Links, *, since: date | None, on: date) -> str:
    if task is None:
        return _("没有这项任务。")
    return move_obstacle(task.status, held, (move.source, move.target), since=since, on=on)


def _before(task: Task, stands: Links) -> Links:
    """The list that the last move found, if what it made is what stands."""
    events = Event.objects.filter(kind="task", key=task.key, verb="reassigned").order_by("-sequence")
    for changed in events.values_list("changed", flat=True):
        before, after = changed["links"]
        if read_links(after) == stands:
            return read_links(before)
    raise MoveError(_("责任单位在移交之后又有变动，或没有移交过，不能撤回。"))


def _store(task: Task, held: Links, links: Links, *, verb: str, by: User, now: datetime, reason: str) -> None:
    """The whole list anew, as its places and the one lead are unique at every moment; then the event."""
    before = {**task_state(task), "links": write_links(held)}
    task.assignments.all().delete()
    Assignment.objects.bulk_create(_row(task, order, link) for order, link in enumerate(links, start=1))
    task.version += 1
    task.updated_at = now
    task.save(update_fields=["version", "updated_at"])
    ledger.append(
        kind="task", key=task.key, verb=verb, by=by, at=now, before=before, reason=reason,
        state={**task_state(task), "links": write_links(links)},
    )  # fmt: skip


def _row(task: Task, order: int, link: Link) -> Assignment:
    return Assignment(
        task=task,
        agency_id=link.agency,
        role=Assignment.Role.LEAD if order == 1 else Assignment.Role.CO,
        order=order,
        plan_agency_id=link.plan_unit,
        moved_on=link.moved_on,
        joined=list(link.joined),
    )
