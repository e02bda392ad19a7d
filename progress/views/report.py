"""One report, read-only, and its way to the office."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.models import Agency, User
from agencies.roles import Can
from common import clock
from common.errors import DomainError
from common.undoing import offer_undo
from ledger.models import Event
from progress.actions import submit_report, withdraw_report
from progress.models import Report
from progress.permissions import can_edit, can_review, can_submit, can_withdraw
from progress.readers import (
    addressee_label,
    composed,
    found_contradictions,
    last_approved,
    report_compare,
    report_history,
    report_rows,
)
from progress.status import EDITABLE, ReportStatus
from tasks.models import Task
from tasks.readers import task_rows


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A report as it stands, with everything that happened to it."""
    return _detail_page(request, visible_report(request, pk))


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """审签报出."""
    return _send(request, pk, submit_report, _("已报出，等待办公室审核。"), undo="progress:withdraw")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    return _send(request, pk, withdraw_report, _("已撤回，可以修改后再报出。"))


def visible_report(request: HttpRequest, pk: int) -> Report:
    """The report with its task, plan and period, if this person may see it; else 404."""
    reports = Report.objects.visible_to(request.user).select_related("task__plan", "task__pillar", "period")
    return get_object_or_404(reports, pk=pk)


def _send(
    request: HttpRequest, pk: int, act: Callable[..., Report], done: str, *, undo: str | None = None
) -> HttpResponse:
    report, version = visible_report(request, pk), request.POST.get("version", "")
    try:
        is_stale = version != str(report.version)
        sent = act(report=report, by=request.user, now=clock.now(), version=0 if is_stale else report.version)
    except DomainError as error:
        return _detail_page(request, visible_report(request, pk), error=error)
    if undo:
        offer_undo(request, done, reverse(undo, args=[pk]), {"version": sent.version})
    else:
        messages.success(request, done)
    return redirect("progress:detail", pk)


def _detail_page(request: HttpRequest, report: Report, *, error: DomainError | None = None) -> HttpResponse:
    user = request.user
    row = report_rows(Report.objects.visible_to(user).filter(pk=report.pk))[0]
    previous = last_approved(report.task_id, before=report.period_id)
    task = task_rows(Task.objects.visible_to(user).filter(pk=report.task_id), on=clock.today())[0]
    context = {
        "report": row,
        "period": report.period,
        "period_is_late": not row["received_on"] and report.period.is_late(on=clock.today()),
        "previous": previous,
        "compared": report_compare(row, previous_row(previous)),
        "task": task,
        "history": report_history(Event.objects.visible_to(user), report),
        "may": what_now(user, report, on=clock.today()),
        **compared_parts(report, user, lead=task["lead"]["label"]),
        "error": error,
    }
    return render(request, "progress/report_detail.html", context, status=error.status if error else 200)


def compared_parts(report: Report, user: User, *, lead: str) -> dict[str, Any]:
    """配合情况 beside the report, and for those who write or review it what does not agree."""
    parts = composed(report, on=clock.today())
    told = can_edit(user, report) or user.has(Can.READ_SUBMITTED)
    found = found_contradictions(parts, lead=lead, text=report.progress, percent=report.percent) if told else []
    return {"parts": parts, "contradictions": found}


def previous_row(report: Report | None) -> dict[str, Any] | None:
    """The compared fields of an earlier report, if there is one."""
    return as_row(report) if report else None


def as_row(report: Report) -> dict[str, Any]:
    """The compared fields of a stored report."""
    names = ("percent", "progress", "problems", "next_steps", "ask")
    return {
        **{name: getattr(report, name) for name in names},
        "ask_to_label": asked_of(report.ask, report.ask_to),
        "result_label": report.get_result_display(),
    }


def asked_of(ask: str, unit: Agency | None) -> str:
    """Who is asked, in words."""
    return addressee_label(ask, unit and unit.short_name, unit and unit.name_en)


def is_open(report: Report, *, on: date) -> bool:
    """Whether the report can still be worked on: until the period's lock, and after it once it has come in."""
    return report.received_on is not None or not report.period.is_locked(on=on)


def what_now(user: User, report: Report, *, on: date) -> dict[str, bool]:
    """Which buttons stand on a report for this person on a day, and which only with the reason why not."""
    still_open, is_own = is_open(report, on=on), can_edit(user, report)
    is_draft, is_sent = still_open and report.status == ReportStatus.DRAFT, report.status == ReportStatus.SUBMITTED
    return {
        "edit": is_own and still_open and report.status in EDITABLE,
        "locked": is_own and not still_open and report.status in EDITABLE,
        "submit": is_draft and can_submit(user, report),
        "wait_for_another": is_draft and can_withdraw(user, report) and not can_submit(user, report),
        "wait_for_approver": is_draft and is_own and not user.has(Can.SUBMIT),
        "withdraw": is_sent and can_withdraw(user, report) and not report.period.is_locked(on=on),
        "review": is_sent and can_review(user, report),
    }
