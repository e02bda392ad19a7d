"""审核: what waits for the office, and the decision on one report."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import User
from agencies.roles import Can
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from ledger.models import Event
from progress.actions import approve_report, return_report
from progress.actions.rows import ReportTransitionError
from progress.forms import ApprovalForm, ReturnForm
from progress.models import Report
from progress.permissions import can_review
from progress.readers import last_approved, report_compare, report_history, report_rows, review_queue
from progress.status import ReportStatus
from progress.views.report import compared_parts, previous_row, visible_report
from tasks.models import CalendarDay, Task
from tasks.readers import task_rows

FORMS: dict[str, type[ApprovalForm | ReturnForm]] = {"approve": ApprovalForm, "return": ReturnForm}
Forms = dict[str, ApprovalForm | ReturnForm]


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The queue, the longest waiting first."""
    require(request.user.has(Can.REVIEW))
    return _queue_page(request)


def _queue_page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    waiting = Report.objects.visible_to(request.user).current()
    rows = review_queue(waiting, on=clock.today(), calendar=CalendarDay.objects.as_calendar())
    return render(request, "progress/reviews.html", {"rows": rows}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One report beside what was last approved, and the decision."""
    try:
        report = visible_report(request, pk)
    except Http404:
        return _gone(request)
    require(can_review(request.user, report))
    if request.method == "POST":
        return _decide(request, report)
    return _review_page(request, report, _forms(report))


def _gone(request: HttpRequest) -> HttpResponse:
    """Not there, or no longer for the office to see: those who review get the queue, and the likely reason."""
    if not request.user.has(Can.REVIEW):
        raise Http404
    messages.warning(request, _("这份报送不在待审核之列，可能已由单位撤回。"))
    return _queue_page(request, status=404)


def _forms(report: Report) -> Forms:
    """Both decisions stand on one page, so each form has ids of its own."""
    start = {"result": report.result, "version": report.version}
    return {name: form(initial=start, auto_id=f"{name}_%s") for name, form in FORMS.items()}


def _decide(request: HttpRequest, report: Report) -> HttpResponse:
    decision = "return" if request.POST.get("decision") == "return" else "approve"
    form = FORMS[decision](request.POST, auto_id=f"{decision}_%s")
    forms = {**_forms(report), decision: form}
    if not form.is_valid():
        return _review_page(request, report, forms, status=InvalidError.status)
    try:
        _act(form, report, request.user)
    except (StaleVersionError, ReportTransitionError) as error:
        return _conflict_page(request, report, forms, error)
    except DomainError as error:
        show_error(form, error)
        return _review_page(request, report, forms, status=error.status)
    return _go_on(request, report, _("已退回。") if decision == "return" else _("已审定。"))


def _conflict_page(request: HttpRequest, report: Report, forms: Forms, error: DomainError) -> HttpResponse:
    """Somebody was faster: who, and what stands now."""
    try:
        current = visible_report(request, report.pk)
    except Http404:
        return _gone(request)
    return _review_page(request, current, forms, conflict=error, status=409)


def _act(form: ApprovalForm | ReturnForm, report: Report, by: User) -> Report:
    entered = {**form.cleaned_data, "report": report, "by": by, "now": clock.now()}
    return return_report(**entered) if isinstance(form, ReturnForm) else approve_report(**entered)


def _go_on(request: HttpRequest, report: Report, done: str) -> HttpResponse:
    """The next report in the queue that this person may decide, or the empty queue."""
    words = {"number": report.task.number, "period": report.period.label, "done": done}
    messages.success(request, _("任务 %(number)s %(period)s：%(done)s") % words)
    waiting = Report.objects.visible_to(request.user).current().waiting().exclude(pk=report.pk)
    following = next((each for each in waiting if can_review(request.user, each)), None)
    return redirect("progress:review", following.pk) if following else redirect("progress:reviews")


def _review_page(
    request: HttpRequest, report: Report, forms: Forms, *, conflict: DomainError | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    reports = Report.objects.visible_to(user)
    row = report_rows(reports.filter(pk=report.pk))[0]
    previous = last_approved(report.task_id, before=report.period_id)
    task = task_rows(Task.objects.visible_to(user).filter(pk=report.task_id), on=clock.today())[0]
    context: dict[str, Any] = {
        "report": row,
        "period": report.period,
        "previous": previous,
        "compared": report_compare(row, previous_row(previous)),
        "task": task,
        **compared_parts(report, user, lead=task["lead"]["label"]),
        "history": report_history(Event.objects.visible_to(user), report),
        "waiting": _waiting(reports, report),
        "left": reports.current().waiting().count(),
        "is_waiting": report.status == ReportStatus.SUBMITTED,
        "forms": forms,
        "conflict": conflict,
    }
    return render(request, "progress/review.html", context, status=status)


def _waiting(reports: Any, report: Report) -> dict[str, Any] | None:
    calendar = CalendarDay.objects.as_calendar()
    return next(iter(review_queue(reports.filter(pk=report.pk), on=clock.today(), calendar=calendar)), None)
