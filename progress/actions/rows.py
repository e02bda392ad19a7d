"""Locking a report with its task, and saving it with its event: the frame that every action on a report shares."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, StaleVersionError
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience, Event
from progress.models import Report
from progress.states import report_state
from progress.status import ReportStatus, ReportTransition, report_transition
from tasks.models import Task

AUDIENCES: dict[str, Audience] = {ReportStatus.DRAFT: Audience.UNIT, ReportStatus.APPROVED: Audience.PUBLIC}


class ReportTransitionError(DomainError):
    """这份报送现在不能这样办理."""

    code = "report_transition_not_allowed"


class PeriodLockedError(DomainError):
    """报送期已锁定."""

    code = "period_locked"


def lock_report(pk: int) -> Report:
    """The report and, before it, its task under their row locks until the transaction ends."""
    Task.objects.select_for_update(no_key=True, of=("self",)).filter(reports=pk).first()
    report = (
        Report.objects.select_for_update(no_key=True, of=("self",))
        .select_related("task__plan", "task__pillar", "period")
        .with_lead()
        .filter(pk=pk)
        .first()
    )
    if report is None:  # its writer has taken the draft back, perhaps while this one waited for the task
        raise ReportTransitionError(_("这份草稿已由填报人撤销，请重新填报。"))
    return report


def check_version(report: Report, version: int | None, by: User) -> None:
    """Raise StaleVersionError when the report moved on since `version`; to be asked after the permission.

    A report that its unit has taken back meanwhile is a draft again, whose text the office must not be shown.
    """
    if version is None or report.version == version:
        return
    if not Report.objects.visible_to(by).filter(pk=report.pk).exists():
        raise ReportTransitionError(_("这份报送已由单位撤回。"))
    raise StaleVersionError(current=report)


def require_transition(report: Report, verb: str) -> ReportTransition:
    """The change the table has for this verb now, or ReportTransitionError with the state it is in."""
    change = report_transition(report.status, verb)
    if change is None:
        raise ReportTransitionError(
            _("这份报送现在是“%(status)s”，不能办理此事项。") % {"status": report.get_status_display()}
        )
    return change


def save_report_row(
    report: Report,
    *,
    fields: list[str],
    verb: str,
    before: dict[str, Any] | None,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Report:
    """Store the named fields as the next version and write the event."""
    report.version += 1
    report.save(update_fields=[*fields, "version"])
    record(report, verb=verb, before=before, by=by, now=now, reason=reason)
    return report


def record(
    report: Report, *, verb: str, before: dict[str, Any] | None, by: Actor, now: datetime, reason: str = ""
) -> Event:
    """Write a report's event: a draft's for the unit alone, one with the office for both, an approved one for all."""
    audience = AUDIENCES.get(report.status, Audience.AGENCY)
    return ledger.append(
        kind="report",
        key=report.key,
        verb=verb,
        by=by,
        at=now,
        state=report_state(report),
        before=before,
        reason=reason,
        audience=audience,
        agency=report.lead_code or "",
    )
