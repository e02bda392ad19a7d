"""批量报送: the single action for each of many reports, with a result for each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common.errors import DomainError, require
from progress.actions.content import ReportContent
from progress.actions.drafting import draft_report, save_report
from progress.actions.sending import submit_report
from progress.models import Period, Report
from progress.permissions import can_draft
from tasks.actions.rows import lock_tasks
from tasks.models import Task

Outcome = Report | DomainError


class NoReportError(DomainError):
    """没有这份报送: a version was named of a report that is not there."""

    code = "not_found"
    status = 404
    message = _("这项任务本期还没有报送；起草时不要给 version。")


@dataclass(frozen=True)
class DraftItem:
    """What one task's report for a period is to say; with `version` the draft that stands is changed."""

    task: Task
    period: Period
    content: ReportContent
    version: int | None = None


@dataclass(frozen=True)
class SubmitItem:
    """A report that is to be sent to the office as it is in this version."""

    report: Report
    version: int


@transaction.atomic
def write_reports(*, items: Sequence[DraftItem], by: User, now: datetime) -> list[Outcome]:
    """Each report stands as a draft with what its item says, or its refusal stands in its place; one after the other.

    Refusals are those of `draft_report` and `save_report`, and NoReportError.
    """
    tasks = _lock(each.task.pk for each in items)
    return [_try(partial(_write, each, tasks[each.task.pk], by=by, now=now)) for each in items]


@transaction.atomic
def submit_reports(*, items: Sequence[SubmitItem], by: User, now: datetime) -> list[Outcome]:
    """Each report is with the office, or its refusal stands in its place. Refusals are those of `submit_report`."""
    _lock(each.report.task_id for each in items)
    return [_try(partial(submit_report, report=each.report, version=each.version, by=by, now=now)) for each in items]


def _lock(tasks: Iterable[int]) -> dict[int, Task]:
    """Every task is locked before the first event, in one order whatever that of the items, so that two batches cannot
    block each other: an event takes the ledger's head, for which everybody else waits with a task in hand.
    """
    return {task.pk: task for task in lock_tasks(Task.objects.filter(pk__in=set(tasks)))}


def _try(act: Callable[[], Report]) -> Outcome:
    """What one action did or why not; it is atomic, so inside the batch's transaction a refusal takes back just it."""
    try:
        return act()
    except DomainError as refusal:
        return refusal


def _write(item: DraftItem, task: Task, *, by: User, now: datetime) -> Report:
    if item.version is None:
        return draft_report(task=task, period=item.period, content=item.content, by=by, now=now)
    require(can_draft(by, task))
    report = Report.objects.filter(task=task, period=item.period).first()
    if report is None:
        raise NoReportError
    return save_report(report=report, content=item.content, version=item.version, by=by, now=now)
