from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, require
from progress.actions.content import ReportContent, check_content, check_owed
from progress.actions.rows import (
    PeriodLockedError,
    check_version,
    lock_report,
    record,
    require_transition,
    save_report_row,
)
from progress.actions.working_copies import end_working_copy
from progress.models import Period, Report
from progress.permissions import can_draft, can_edit
from progress.states import report_state
from tasks.actions import lock_task
from tasks.models import Task
from tasks.status import REPORTING, Status


class TaskNotReportingError(DomainError):
    """任务现在不需报送."""

    code = "task_not_reporting"


class ReportExistsError(DomainError):
    """本期已有报送; `report` is the one that stands."""

    code = "report_exists"

    def __init__(self, report: Report):
        super().__init__(_("这项任务本期已有一份报送，请在它上面修改。"))
        self.report = report


class PeriodNotBegunError(DomainError):
    """报送期未开始."""

    code = "period_not_begun"


@transaction.atomic
def draft_report(
    *, task: Task, period: Period, content: ReportContent, by: User, now: datetime, is_demo: bool = False
) -> Report:
    """The lead unit has a draft for this task and period, not yet seen by the office.

    Raises NotAllowedError, TaskNotReportingError, PeriodNotBegunError, PeriodLockedError, ReportExistsError,
    ReportNotOwedError for a month or half-year that the task does not report, and InvalidError.
    """
    task = lock_task(task.pk)
    require(can_draft(by, task))
    check_time(task, period, now)
    existing = Report.objects.filter(task=task, period=period).first()
    if existing:
        raise ReportExistsError(existing)
    check_owed(task, period)
    check_content(content, task=task, period=period.code)
    report = Report(task=task, period=period, drafted_at=now, drafted_by=by, is_demo=is_demo, **content.fields())
    report.save(force_insert=True)
    report.lead_code = task.lead_code
    end_working_copy(task.pk, period.code, by)
    record(report, verb="drafted", before=None, by=by, now=now)
    return report


@transaction.atomic
def save_report(*, report: Report, content: ReportContent, version: int, by: User, now: datetime) -> Report:
    """The draft says this now; a returned report becomes the next revision's draft. `version` is the one that was read.

    Raises NotAllowedError, StaleVersionError, ReportTransitionError, PeriodLockedError, InvalidError.
    """
    report = lock_report(report.pk)
    require(can_edit(by, report))
    check_version(report, version, by)
    change = require_transition(report, "save")
    check_still_accepted(report, now)
    check_content(content, task=report.task, period=report.period_id)
    before = report_state(report)
    if report.status != change.target:
        report.revision += 1
    entered = content.fields()
    if any(getattr(report, name) != value for name, value in entered.items()):
        report.drafted_at, report.drafted_by = now, by  # saving another's words unchanged does not make them one's own
    report.status = change.target
    _clear_signatures(report)
    if (report.ask, report.ask_to_id) != (entered["ask"], entered["ask_to_id"]):
        _clear_answer(report)
    for name, value in entered.items():
        setattr(report, name, value)
    end_working_copy(report.task_id, report.period_id, by)
    fields = [*entered, "revision", "status", "drafted_at", "drafted_by", *_SIGNATURES, *_ANSWER]
    return save_report_row(report, fields=fields, verb="saved", before=before, by=by, now=now)


_ANSWER = ["ask_due_on", "answer", "answered_at", "answered_by"]
_SIGNATURES = ["submitted_at", "submitted_by", "reviewed_at", "reviewed_by"]


def _clear_signatures(report: Report) -> None:
    """A new text carries nobody's signature; who signed the old one stays in the ledger."""
    report.submitted_at = report.submitted_by = report.reviewed_at = report.reviewed_by = None


def _clear_answer(report: Report) -> None:
    """Another question has no answer yet; the answer to the old one stays in the ledger."""
    report.answer, report.ask_due_on, report.answered_at, report.answered_by = "", None, None, None


def check_time(task: Task, period: Period, now: datetime) -> None:
    """Raise unless the task is under way and the period runs: begun and not locked."""
    check_reporting(task)
    if now.date() < period.starts_on:
        raise PeriodNotBegunError(_("%(period)s 尚未开始。") % {"period": period.label})
    check_not_locked(period, now)


def check_reporting(task: Task) -> None:
    """Raise TaskNotReportingError unless the task is under way."""
    if task.status == Status.ISSUED:
        raise TaskNotReportingError(_("任务待签收，请先签收再报送。"))
    if task.status not in REPORTING:
        raise TaskNotReportingError(_("任务现在是“%(status)s”，不需报送。") % {"status": task.get_status_display()})


def check_not_locked(period: Period, now: datetime) -> None:
    """Raise PeriodLockedError after the period's lock: late is accepted and counted, locked is refused."""
    if period.is_locked(on=now.date()):
        raise PeriodLockedError(
            _("%(period)s 已于 %(day)s 锁定，不再接收报送。")
            % {"period": period.label, "day": period.locks_on.isoformat()}
        )


def check_still_accepted(report: Report, now: datetime) -> None:
    """The same for a report that exists; one that came in once may be corrected after the lock, or it would be lost."""
    if report.received_on is None:
        check_not_locked(report.period, now)
