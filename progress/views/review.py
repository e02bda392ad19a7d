"""审核: what waits for the office, and the decision on one report."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from progress.readers import (
    copied_texts,
    last_approved,
    milestone_hints,
    report_compare,
    report_history,
    report_rows,
    review_queue,
    waiting_units,
)
from progress.status import ReportStatus
from progress.views.report import as_row, compared_parts, previous_row, visible_report
from tasks.models import CalendarDay, Task
from tasks.readers import task_rows
from tasks.readers import what_if as try_percent

FORMS: dict[str, type[ApprovalForm | ReturnForm]] = {"approve": ApprovalForm, "return": ReturnForm}
Forms = dict[str, ApprovalForm | ReturnForm]

# 常用退回理由: put into the reason by a click, to be completed by hand.
RETURN_REASONS = (
    gettext_lazy("请补充具体数据和完成时间。"),
    gettext_lazy("文字与以前的报送基本相同，请写明本期的新进展。"),
    gettext_lazy("实际进度缺少依据，请附佐证材料或说明。"),
    gettext_lazy("与配合单位的说法不一致，请核对后再报。"),
    gettext_lazy("请写明问题的原因和解决办法。"),
)


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The queue, the longest waiting first."""
    require(request.user.has(Can.REVIEW))
    return _queue_page(request)


def _queue_page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    waiting = Report.objects.visible_to(request.user).current()
    rows = review_queue(waiting, on=clock.today(), calendar=CalendarDay.objects.as_calendar())
    unit = request.GET.get("unit", "")
    units = waiting_units(rows)
    if unit not in {each["code"] for each in units}:  # decided meanwhile, or written by hand: all that waits
        unit = ""
    context = {
        "rows": [row for row in rows if not unit or row["lead_code"] == unit],
        "total": len(rows),
        "overdue": sum(row["is_overdue"] for row in rows),
        "review_days": rows[0]["allowed"] if rows else None,
        "units": units,
        "unit": unit,
    }
    return render(request, "progress/reviews.html", context, status=status)


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
    """The next report in the line that this person may decide, else the first of it, or the empty queue."""
    words = {"number": report.task.number, "period": report.period.label, "done": done}
    messages.success(request, _("任务 %(number)s %(period)s：%(done)s") % words)
    waiting = [each for each in _waiting_line(request) if each[1] != report.pk]
    following = next((pk for at, pk in waiting if (at, pk) > (report.submitted_at, report.pk)), None)
    following = following or next((pk for _at, pk in waiting), None)
    address = reverse("progress:review", args=[following]) if following else reverse("progress:reviews")
    return redirect(address + _unit_query(request) if following else address)


def _waiting_line(request: HttpRequest) -> list[tuple[datetime, int]]:
    """When each report was sent that waits for this person, of the unit that was chosen, the longest waiting first."""
    user = request.user
    waiting = Report.objects.visible_to(user).current().waiting().exclude(drafted_by=user).exclude(submitted_by=user)
    if unit := _asked_unit(request):
        waiting = waiting.led_by(unit)
    return list(waiting.values_list("submitted_at", "pk"))


def _place(request: HttpRequest, report: Report) -> dict[str, Any]:
    """Where a report stands in the line, and its neighbours."""
    line = [pk for _at, pk in _waiting_line(request)]
    at = line.index(report.pk) if report.pk in line else -1
    return {
        "place": at + 1,
        "total": len(line),
        "before": line[at - 1] if at > 0 else None,
        "after": next(iter(line[at + 1 :]), None),
        "query": _unit_query(request),
    }


def _asked_unit(request: HttpRequest) -> str:
    """The unit that the line is narrowed to; what cannot be a code, no database has to read."""
    unit = request.GET.get("unit", "")
    return unit if slug_re.fullmatch(unit) else ""


def _unit_query(request: HttpRequest) -> str:
    unit = _asked_unit(request)
    return f"?{urlencode({'unit': unit})}" if unit else ""


def _review_page(
    request: HttpRequest, report: Report, forms: Forms, *, conflict: DomainError | None = None, status: int = 200
) -> HttpResponse:
    user, today = request.user, clock.today()
    reports, tasks = Report.objects.visible_to(user), Task.objects.visible_to(user).filter(pk=report.task_id)
    task = task_rows(tasks, on=today)[0]
    context: dict[str, Any] = {
        "report": report_rows(reports.filter(pk=report.pk))[0],
        "period": report.period,
        "task": task,
        **_what_is_new(report, reports),
        **compared_parts(report, user, lead=task["lead"]["label"]),
        "history": report_history(Event.objects.visible_to(user), report),
        "waiting": _waiting(reports, report),
        "line": _place(request, report),
        "is_waiting": report.status == ReportStatus.SUBMITTED,
        "tried": _after_approval(tasks, report, today),
        "marks": milestone_hints(report.task_id, percent=report.percent, on=today),
        "reasons": RETURN_REASONS,
        "forms": forms,
        "conflict": conflict,
    }
    return render(request, "progress/review.html", context, status=status)


def _what_is_new(report: Report, reports: Any) -> dict[str, Any]:
    """What differs from the last approved report, what does not, and which texts are another report's."""
    previous = last_approved(report.task_id, before=report.period_id)
    compared = report_compare(as_row(report), previous_row(previous))
    return {
        "previous": previous,
        "changed": [each for each in compared if each["changed"] or not previous],
        "unchanged": [each for each in compared if previous and not each["changed"]],
        "copied": copied_texts(report, reports.exclude(pk=report.pk)),
    }


def _after_approval(tasks: Any, report: Report, today: date) -> dict[str, Any] | None:
    """The light that the percent would bring, while there is something to decide."""
    if report.status != ReportStatus.SUBMITTED:
        return None
    return try_percent(tasks.select_related("plan", "pillar").get(), report.percent, today)


def _waiting(reports: Any, report: Report) -> dict[str, Any] | None:
    calendar = CalendarDay.objects.as_calendar()
    return next(iter(review_queue(reports.filter(pk=report.pk), on=clock.today(), calendar=calendar)), None)
