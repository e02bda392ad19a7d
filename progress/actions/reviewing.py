from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, require
from common.texts import check_text
from progress.actions.content import check_no_change
from progress.actions.expectations import expect_next
from progress.actions.rows import check_version, lock_report, require_transition, save_report_row
from progress.models import Report
from progress.permissions import can_review
from progress.states import report_state
from tasks.actions import record_progress
from tasks.models import Result


@transaction.atomic
def approve_report(*, report: Report, by: User, now: datetime, result: str = "", version: int | None = None) -> Report:
    """The report is approved with a word, and its percent becomes the task's.

    `result` overrides the word the unit proposed. Raises NotAllowedError, StaleVersionError, ReportTransitionError,
    InvalidError.
    """
    report = lock_report(report.pk)
    require(can_review(by, report))
    check_version(report, version, by)
    change = require_transition(report, "approve")
    check_no_change(report)
    if result and result not in Result.values:
        raise InvalidError({"result": [_("请选择进展评价。")]})
    before = report_state(report)
    report.status, report.reviewed_at, report.reviewed_by = change.target, now, by
    report.result = result or report.result
    fields = ["status", "reviewed_at", "reviewed_by", "result"]
    save_report_row(report, fields=fields, verb="approved", before=before, by=by, now=now)
    record_progress(
        task=report.task, percent=report.percent, result=report.result, period=report.period_id, by=by, now=now
    )
    expect_next(task=report.task, by=by, now=now)
    return report


@transaction.atomic
def return_report(*, report: Report, reason: str, by: User, now: datetime, version: int | None = None) -> Report:
    """The unit has the report back with the reason; what it corrects becomes the next revision.

    Raises NotAllowedError, StaleVersionError, ReportTransitionError, InvalidError when no reason is given.
    """
    reason = check_text("reason", reason)
    report = lock_report(report.pk)
    require(can_review(by, report))
    check_version(report, version, by)
    change = require_transition(report, "return")
    if not reason:
        raise InvalidError({"reason": [_("退回时请写明理由，便于单位修改。")]})
    before = report_state(report)
    report.status, report.reviewed_at, report.reviewed_by = change.target, now, by
    report.return_reason = reason
    fields = ["status", "reviewed_at", "reviewed_by", "return_reason"]
    save_report_row(report, fields=fields, verb="returned", before=before, by=by, now=now, reason=reason)
    expect_next(task=report.task, by=by, now=now)
    return report
