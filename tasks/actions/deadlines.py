from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import NAME_LENGTH, check_text
from tasks.actions.lights import refresh_light
from tasks.actions.rows import check_version, lock_task, save_task
from tasks.models import DueBasis, Milestone, Task
from tasks.periods import Cycle
from tasks.permissions import can_set_up
from tasks.states import task_state
from tasks.status import ENDED, Status

NOTE_LENGTH = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # anything else is a slip of the hand
_YEARS = {"first": _FIRST_YEAR, "last": _LAST_YEAR}
# What setting a deadline changes, beside the light that follows from it.
DEADLINE_FIELDS = (
    "start_date", "due_date", "original_due_date", "due_basis", "due_note", "slip_count", "is_standing",
)  # fmt: skip


class TaskEndedError(DomainError):
    """已办结、销号或中止的任务不能再改时限."""

    code = "task_ended"


class StandingTaskError(DomainError):
    """常态化任务没有时限."""

    code = "task_is_standing"


class TaskNotPlannedError(DomainError):
    """任务已下达."""

    code = "task_not_planned"


class DeadlineStandsError(DomainError):
    """任务已有时限, 不能列为常态化任务."""

    code = "deadline_stands"


class ExtensionWaitsError(DomainError):
    """延期申请待答复期间, 时限不另行调整."""

    code = "extension_waits"


@dataclass(frozen=True)
class MilestoneInput:
    """A milestone as it is entered."""

    name: str
    due_on: date
    planned_percent: int


@transaction.atomic
def set_deadline(
    *,
    task: Task,
    start_date: date,
    due_date: date,
    basis: str,
    by: User,
    now: datetime,
    note: str = "",
    reason: str = "",
    version: int | None = None,
) -> Task:
    """The task runs from `start_date` to `due_date`; the first deadline stays beside every later one.

    A later deadline than the one that stood counts as a slip, and a task to be standing no longer is. Raises
    NotAllowedError, StaleVersionError, TaskEndedError, StandingTaskError, ExtensionWaitsError (a request is answered
    first: its answer is the new deadline), and InvalidError when the dates are in the wrong order, a change has no
    reason, or the plan is named as the basis of a date it does not set.
    """
    note, reason = check_text("note", note, limit=NOTE_LENGTH), check_text("reason", reason)
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    check_version(task, version)
    _check_deadline(task, start_date=start_date, due_date=due_date, basis=basis, reason=reason)
    before = task_state(task)
    task.start_date, task.due_basis, task.due_note = start_date, basis, note
    fields = [*put_deadline(task, due_date), "start_date", "due_basis", "due_note"]
    fields += refresh_light(task, on=now.date())
    return save_task(task, fields=fields, verb="deadline_set", before=before, by=by, now=now, reason=reason)


def put_deadline(task: Task, due_date: date) -> list[str]:
    """The deadline on a locked task, with what follows from it; the fields to save."""
    if task.due_date and due_date > task.due_date:
        task.slip_count += 1
    task.original_due_date = task.original_due_date or due_date
    task.due_date, task.is_standing = due_date, False
    return ["due_date", "original_due_date", "slip_count", "is_standing"]


def _check_deadline(task: Task, *, start_date: date, due_date: date, basis: str, reason: str) -> None:
    check_dates_open(task)
    if task.extension_asked_on and task.due_date != due_date:
        raise ExtensionWaitsError(_("牵头单位的延期申请待答复，请先答复；同意时可以另定日期。"))
    if start_date > due_date:
        raise InvalidError({"start_date": [_("起始时间不能晚于时限。")]})
    check_year("due_date", start_date, due_date)
    last_mark = max((each.due_on for each in task.milestones.all()), default=None)
    if last_mark and last_mark > due_date:
        raise InvalidError({"due_date": [_("时限早于已设的节点，请先调整节点。")]})
    if basis not in DueBasis.values:
        raise InvalidError({"basis": [_("请注明时限依据。")]})
    if basis == DueBasis.PLAN and not task.plan.sets_deadlines:
        raise InvalidError({"basis": [_("方案原文没有规定时限，依据只能是办公室确定或牵头单位方案。")]})
    kept = (task.start_date, task.due_date, task.due_basis) == (start_date, due_date, basis)
    if task.due_date and not kept and not reason:
        raise InvalidError({"reason": [_("调整已定的时限必须写明理由。")]})


def check_dates_open(task: Task) -> None:
    """Raise unless the task is one whose deadline and milestones can still be set."""
    if task.status in ENDED:
        raise TaskEndedError(_("任务已结束，时限和节点不能再改。"))
    if task.status == Status.STANDING:
        raise StandingTaskError(_("任务已转常态化，没有时限和节点。"))


def check_year(field: str, *days: date) -> None:
    """Raise InvalidError at `field` for a day that can only be a slip of the hand."""
    if not all(_FIRST_YEAR <= day.year <= _LAST_YEAR for day in days):
        raise InvalidError({field: [_("年份应在 %(first)d 至 %(last)d 之间。") % _YEARS]})


@transaction.atomic
def set_standing(*, task: Task, by: User, now: datetime, version: int | None = None) -> Task:
    """A task still to be issued runs without a deadline: received, it goes on as 常态化.

    Raises NotAllowedError, StaleVersionError, TaskNotPlannedError, and DeadlineStandsError.
    """
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    check_version(task, version)
    if task.status != Status.PLANNED:
        raise TaskNotPlannedError(_("任务已下达，不能再列为常态化任务；办理中的任务可以转常态化。"))
    if task.due_date:
        raise DeadlineStandsError(_("任务已有时限，不能列为常态化任务。"))
    before = task_state(task)
    task.is_standing = True
    fields = ["is_standing", *refresh_light(task, on=now.date())]
    return save_task(task, fields=fields, verb="standing_set", before=before, by=by, now=now)


@transaction.atomic
def restore_deadline(
    *, task: Task, values: Mapping[str, Any], version: int, by: User, now: datetime, reason: str
) -> Task:
    """What set_deadline did is undone: dates, basis, slips and standing are again what they were (DEADLINE_FIELDS).

    Only while nothing else has changed since (`version`). Raises NotAllowedError, StaleVersionError, TaskEndedError.
    """
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    check_version(task, version)
    check_dates_open(task)
    before = task_state(task)
    for name in DEADLINE_FIELDS:
        setattr(task, name, values[name])
    fields = [*DEADLINE_FIELDS, *refresh_light(task, on=now.date())]
    return save_task(task, fields=fields, verb="deadline_restored", before=before, by=by, now=now, reason=reason)


@transaction.atomic
def set_cycle(*, task: Task, cycle: str, by: User, now: datetime, reason: str = "", version: int | None = None) -> Task:
    """The task reports this often; "" goes by the general rule. It counts for every period not settled.

    Raises NotAllowedError, StaleVersionError, TaskEndedError and InvalidError.
    """
    reason = check_text("reason", reason)
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    check_version(task, version)
    if task.status in ENDED:
        raise TaskEndedError(_("任务已结束，不再报送。"))
    if cycle not in ("", *Cycle.values):
        raise InvalidError({"cycle": [_("请选择报送周期。")]})
    before = task_state(task)
    task.cycle = cycle
    return save_task(task, fields=["cycle"], verb="cycle_set", before=before, by=by, now=now, reason=reason)


@transaction.atomic
def set_milestones(
    *,
    task: Task,
    milestones: Sequence[MilestoneInput],
    by: User,
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Task:
    """The task's milestones are exactly these, rising in date and percent, within its time.

    Raises NotAllowedError, StaleVersionError, TaskEndedError and InvalidError.
    """
    reason = check_text("reason", reason)
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    check_version(task, version)
    ordered = sorted((_clean(each) for each in milestones), key=lambda each: each.due_on)
    _check_milestones(task, ordered)
    before = task_state(task)
    task.milestones.all().delete()
    Milestone.objects.bulk_create(
        Milestone(task=task, name=each.name, due_on=each.due_on, planned_percent=each.planned_percent)
        for each in ordered
    )
    fields = refresh_light(task, on=now.date())
    return save_task(task, fields=fields, verb="milestones_set", before=before, by=by, now=now, reason=reason)


def _clean(mark: MilestoneInput) -> MilestoneInput:
    return replace(mark, name=check_text("milestones", mark.name, limit=NAME_LENGTH))


def _check_milestones(task: Task, ordered: Sequence[MilestoneInput]) -> None:
    check_dates_open(task)
    if not (task.start_date and task.due_date):
        raise InvalidError({"milestones": [_("请先设定起止时间，再设节点。")]})
    for each in ordered:
        _check_milestone(each, task.start_date, task.due_date)
    for one, following in pairwise(ordered):
        if one.due_on == following.due_on or one.planned_percent >= following.planned_percent:
            raise InvalidError({"milestones": [_("节点的时间和计划进度都必须逐个增大。")]})


def _check_milestone(mark: MilestoneInput, start: date, due: date) -> None:
    if not mark.name:
        raise InvalidError({"milestones": [_("每个节点都要有名称。")]})
    if not start <= mark.due_on <= due:
        raise InvalidError({"milestones": [_("节点必须在起止时间之内。")]})
    if type(mark.planned_percent) is not int or not 0 <= mark.planned_percent <= 100:
        raise InvalidError({"milestones": [_("计划进度是 0 到 100 的整数。")]})
