"""填报: the form of a report, new or begun, and what happens when two people write at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.models import User
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from progress.actions import ReportContent, add_evidence, draft_report, remove_evidence, save_report
from progress.actions.composition import take_over
from progress.actions.content import check_owed
from progress.actions.drafting import (
    ReportExistsError,
    TaskNotReportingError,
    check_not_locked,
    check_reporting,
)
from progress.forms import EvidenceForm, ReportForm, entered_values, starting_values, unchanged_content
from progress.models import Evidence, Period, Report
from progress.permissions import can_draft, can_edit, can_submit
from progress.readers import (
    co_parts,
    found_contradictions,
    last_approved,
    period_rows,
    period_to_report,
    periods_open_to,
    report_compare,
    with_taken,
)
from progress.status import EDITABLE, RECEIVED, ReportStatus
from progress.views.report import as_row, asked_of, is_open
from tasks.models import Result, Task
from tasks.readers import task_rows

TAKE_ALL = "*"


@dataclass
class Desk:
    """What lies on the table when a report is written."""

    task: Task
    period: Period
    previous: Report | None
    report: Report | None = None

    def write(self, content: ReportContent, *, version: int | None, by: User) -> Report:
        """Draft the report, or save over the version that was read."""
        now = clock.now()
        if self.report is None:
            return draft_report(task=self.task, period=self.period, content=content, by=by, now=now)
        return save_report(report=self.report, content=content, version=version or 0, by=by, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: int) -> HttpResponse:
    """The form for a task's report of a period, begun from what was last approved."""
    task = _task(request.user, number)
    require(can_draft(request.user, task))
    if request.method != "POST":  # before anything is typed; what was typed is refused on the form that holds it
        try:
            check_reporting(task)
        except TaskNotReportingError as error:
            messages.warning(request, str(error))
            return redirect("dashboard:task", task.number)
    period = _chosen_period(request, task)
    if period is None:
        return render(request, "progress/no_period.html", {"task": task}, status=409)
    desk = Desk(task, period, last_approved(task.pk, before=period.code))
    if request.method == "POST":
        return _store(request, desk)
    if begun := Report.objects.visible_to(request.user).filter(task=task, period=period).first():
        return redirect("progress:edit", begun.pk)
    check_not_locked(period, clock.now())
    check_owed(task, period)
    return _form_page(request, desk, ReportForm(initial=starting_values(task, desk.previous)))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a report that was begun or returned."""
    reports = Report.objects.visible_to(request.user).select_related("task__plan", "task__pillar", "period")
    report = get_object_or_404(reports, pk=pk)
    require(can_edit(request.user, report))
    task = _task(request.user, report.task.number)
    desk = Desk(task, report.period, last_approved(task.pk, before=report.period_id), report)
    if request.method == "POST":
        return _store(request, desk)
    if not is_open(report, on=clock.today()) or report.status not in EDITABLE:
        return redirect("progress:detail", report.pk)
    return _form_page(request, desk, ReportForm(initial=entered_values(report)))


def _task(user: User, number: int) -> Task:
    tasks = Task.objects.visible_to(user).current().select_related("plan", "pillar")
    return get_object_or_404(tasks, number=number)


def _chosen_period(request: HttpRequest, task: Task) -> Period | None:
    """The period that the address names, else the one to report now; None when no period is open."""
    open_ones = Period.objects.visible_to(request.user).unlocked(on=clock.today())
    if code := request.GET.get("period"):
        begun = Period.objects.visible_to(request.user).begun(on=clock.today()).in_bulk()
        if code not in begun:  # whatever was written there, no database has to read it
            raise Http404
        return begun[code]
    sent = Report.objects.visible_to(request.user).filter(task=task, status__in=RECEIVED)
    return period_to_report(task, open_ones, sent=set(sent.values_list("period", flat=True)))


def _store(request: HttpRequest, desk: Desk) -> HttpResponse:
    form, files = ReportForm(request.POST), EvidenceForm(request.POST, request.FILES)
    form.fields["progress"].required = not {"unchanged", "take"} & set(request.POST)
    if not (form.is_valid() and files.is_valid()):
        return _form_page(request, desk, form, status=InvalidError.status)
    try:
        content = _content(request, desk, form)
        report = desk.write(content, version=form.cleaned_data["version"], by=request.user)
    except (StaleVersionError, ReportExistsError) as error:
        return _conflict_page(request, desk, form, error)
    except DomainError as error:
        show_error(form, error)
        return _form_page(request, desk, form, status=error.status)
    messages.success(request, _("草稿已保存。"))
    _store_files(request, report, files)
    return redirect("progress:edit", report.pk)


def _content(request: HttpRequest, desk: Desk, form: ReportForm) -> ReportContent:
    """What was entered, with what is taken over from the units; or that nothing has changed."""
    if "unchanged" in request.POST:
        return unchanged_content(desk.task)
    content, taken = form.content(), request.POST.get("take")
    if taken is None:
        return content
    parts = co_parts(desk.task.pk, desk.period, on=clock.today())
    return take_over(content, [each for each in parts if taken in {each["agency"], TAKE_ALL}])


def _store_files(request: HttpRequest, report: Report, files: EvidenceForm) -> None:
    """The text is kept whatever happens to a file: a refused file is named with its reason."""
    now, removed = clock.now(), request.POST.get("remove", "")
    kept = Evidence.objects.visible_to(request.user).filter(report=report, removed_at=None)
    for evidence in (each for each in kept if str(each.pk) == removed):
        remove_evidence(evidence=evidence, by=request.user, now=now)
    for file in files.cleaned_data["files"]:
        try:
            add_evidence(report=report, file=file, by=request.user, now=now)
        except DomainError as error:
            messages.error(request, refusal(error, file.name))


def refusal(error: DomainError, name: str = "") -> str:
    """An action's refusal in one line, with the name of the file that it is about."""
    texts = [str(text) for each in error.errors.values() for text in each] if isinstance(error, InvalidError) else []
    why = " ".join(texts) or str(error)
    return _("%(name)s：%(why)s") % {"name": name, "why": why} if name else why


def _form_page(request: HttpRequest, desk: Desk, form: ReportForm, *, status: int = 200) -> HttpResponse:
    report, user = desk.report, request.user
    may_submit = report is not None and report.status == ReportStatus.DRAFT and can_submit(user, report)
    context = {
        "form": form,
        "files_form": EvidenceForm(),
        "errors": [],
        "can_submit": may_submit,
        **_around(request, desk, clock.today()),
        **_parts(desk, form),
    }
    return render(request, "progress/report_form.html", context, status=status)


def _parts(desk: Desk, form: ReportForm) -> dict[str, Any]:
    """配合情况 beside the form, and where it does not agree with what the form says."""
    says = form.cleaned_data if form.is_bound else form.initial
    text, percent = says.get("progress") or "", says.get("percent")
    parts = with_taken(co_parts(desk.task.pk, desk.period, on=clock.today()), text)
    found = found_contradictions(parts, lead=_("牵头单位"), text=text, percent=percent)
    takes = [each["agency"] for each in parts if each["can_take"]]
    return {"parts": parts, "contradictions": found, "takes": takes, "take_all": TAKE_ALL}


def _around(request: HttpRequest, desk: Desk, today: date) -> dict[str, Any]:
    """What stands beside the form: the task as it is today, the periods, the last approved report, the files."""
    tasks = Task.objects.visible_to(request.user).filter(pk=desk.task.pk)
    periods = Period.objects.visible_to(request.user).unlocked(on=today)
    kept = Evidence.objects.visible_to(request.user).filter(report=desk.report, removed_at=None)
    return {
        "task": task_rows(tasks, on=today)[0],
        "period": period_rows([desk.period], on=today)[0],
        "periods": period_rows(periods_open_to(desk.task, periods), on=today),
        "previous": desk.previous,
        "report": desk.report,
        "evidence": kept if desk.report else [],
    }


def _conflict_page(
    request: HttpRequest, desk: Desk, form: ReportForm, error: StaleVersionError | ReportExistsError
) -> HttpResponse:
    """Both versions, field by field, and the form with what this person wrote; nothing of either is lost."""
    stands = error.report if isinstance(error, ReportExistsError) else error.current
    data = form.data.copy()
    data["version"] = str(stands.version)
    context = {
        "form": ReportForm(data),
        "stands": stands,
        "can_save": stands.status in EDITABLE,
        "is_unchanged": "unchanged" in request.POST,
        "compared": report_compare(_entered_row(form), _stored_row(stands)),
        **_around(request, desk, clock.today()),
    }
    return render(request, "progress/report_conflict.html", context, status=error.status)


def _entered_row(form: ReportForm) -> dict[str, Any]:
    entered = form.cleaned_data
    asked = asked_of(entered["ask"], entered["ask_to"])
    return {**entered, "ask_to_label": asked, "result_label": Result(entered["result"]).label}


def _stored_row(report: Report) -> dict[str, Any]:
    return {**entered_values(report), **as_row(report)}
