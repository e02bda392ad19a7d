from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import NAME_LENGTH, check_text
from tasks.actions.lights import refresh_light
from tasks.actions.rows import check_version, lock_task, save_task
from tasks.models import DueBasis, Milestone, Task
from tasks.permissions import can_set_up
from tasks.states import task_state
from tasks.status import DONE, Status

NOTE_LENGTH = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # anything else is a slip of the hand
_YEARS = {"first": _FIRST_YEAR, "last": _LAST_YEAR}


class TaskEndedError(DomainError):
    """已办结、销号或中止的任务不能再改时限."""

    code = "task_ended"


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

    Raises NotAllowedError, StaleVersionError, TaskEndedError, and InvalidError when the dates are in the wrong order, a
    change has no reason, or the plan is named as the basis of a date it does not set.
    """
    note, reason = check_text("note", note, limit=NOTE_LENGTH), check_text("reason", reason)
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    check_version(task, version)
    _check_deadline(task, start_date=start_date, due_date=due_date, basis=basis, reason=reason)
    before = task_state(task)
    task.start_date, task.due_date, task.due_basis, task.due_note = start_date, due_date, basis, note
    task.original_due_date = task.original_due_date or due_date
    fields = ["start_date", "due_date", "due_basis", "due_note", "original_due_date", *refresh_light(task)]
    return save_task(task, fields=fields, verb="deadline_set", before=before, by=by, now=now, reason=reason)


def _check_deadline(task: Task, *, start_date: date, due_date: date, basis: str, reason: str) -> None:
    if task.status in DONE or task.status == Status.STOPPED:
        raise TaskEndedError(_("任务已结束，时限不能再改。"))
    if start_date > due_date:
        raise InvalidError({"start_date": [_("起始时间不能晚于时限。")]})
    if not (start_date.year >= _FIRST_YEAR and due_date.year <= _LAST_YEAR):
        raise InvalidError({"due_date": [_("年份应在 %(first)d 至 %(last)d 之间。") % _YEARS]})
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


@transaction.atomic
def set_milestones(
    *, task: Task, milestones: Sequence[MilestoneInput], by: User, now: datetime, version: int | None = None
) -> Task:
    """The task's milestones are exactly these, rising in date and percent, within its time.

    Raises NotAllowedError, StaleVersionError, TaskEndedError and InvalidError.
    """
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
    return save_task(task, fields=refresh_light(task), verb="milestones_set", before=before, by=by, now=now)


def _clean(mark: MilestoneInput) -> MilestoneInput:
    return replace(mark, name=check_text("milestones", mark.name, limit=NAME_LENGTH))


def _check_milestones(task: Task, ordered: Sequence[MilestoneInput]) -> None:
    if task.status in DONE or task.status == Status.STOPPED:
        raise TaskEndedError(_("任务已结束，节点不能再改。"))
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
