from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import NotAllowedError, require
from progress.actions.asks import ask_limit
from progress.actions.composition import freeze_composition
from progress.actions.content import check_no_change
from progress.actions.drafting import check_not_locked, check_reporting, check_still_accepted
from progress.actions.expectations import expect_next
from progress.actions.rows import check_version, lock_report, require_transition, save_report_row
from progress.actions.working_copies import end_working_copy
from progress.models import Report
from progress.permissions import can_submit, can_withdraw
from progress.states import report_state


@transaction.atomic
def submit_report(*, report: Report, by: User, now: datetime, version: int | None = None) -> Report:
    """The report is with the office in the unit's name; the first day it came in decides whether it counts as timely.

    What the co-responsible units have given is frozen with it, and what it asks gets its limit.

    Raises NotAllowedError (also for the one who wrote the draft), StaleVersionError, ReportTransitionError,
    TaskNotReportingError, PeriodLockedError, and NoChangeError when the task has moved since.
    """
    report = lock_report(report.pk)
    _require_submitter(report, by)
    check_version(report, version, by)
    change = require_transition(report, "submit")
    check_reporting(report.task)
    check_still_accepted(report, now)
    check_no_change(report)
    before = report_state(report)
    end_working_copy(report.task_id, report.period_id, by)
    report.status, report.submitted_at, report.submitted_by = change.target, now, by
    report.received_on, report.return_reason = report.received_on or now.date(), ""
    report.composition = freeze_composition(report, on=now.date())
    report.ask_due_on = ask_limit(report, on=now.date())
    fields = ["status", "submitted_at", "submitted_by", "received_on", "return_reason", "composition", "ask_due_on"]
    save_report_row(report, fields=fields, verb="submitted", before=before, by=by, now=now)
    expect_next(task=report.task, by=by, now=now)
    return report


@transaction.atomic
def withdraw_report(*, report: Report, by: User, now: datetime, version: int | None = None) -> Report:
    """The unit has its report back as a draft, before the office decided on it.

    Raises NotAllowedError, StaleVersionError, ReportTransitionError, and PeriodLockedError, since nothing is taken
    after the lock.
    """
    report = lock_report(report.pk)
    require(can_withdraw(by, report))
    check_version(report, version, by)
    change = require_transition(report, "withdraw")
    check_not_locked(report.period, now)
    before = report_state(report)
    report.status, report.submitted_at, report.submitted_by = change.target, None, None
    if report.revision == 1:  # nobody has answered it yet, so an empty report sent early cannot stop the clock
        report.received_on = None
    fields = ["status", "submitted_at", "submitted_by", "received_on"]
    save_report_row(report, fields=fields, verb="withdrawn", before=before, by=by, now=now)
    expect_next(task=report.task, by=by, now=now)
    return report


def _require_submitter(report: Report, by: User) -> None:
    if can_submit(by, report):
        return
    require(can_withdraw(by, report))
    raise NotAllowedError(_("本稿由您填写，须由本单位另一位审签人审签。"))
