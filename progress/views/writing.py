"""填报: the form of a report, new or begun, and what happens when two people write at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import User
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from common.undoing import offer_undo
from progress.actions import ReportContent, add_evidence, discard_report, remove_evidence
from progress.actions.composition import take_over
from progress.actions.content import LIMITS, check_owed
from progress.actions.drafting import (
    ReportExistsError,
    TaskNotReportingError,
    check_not_locked,
    check_reporting,
)
from progress.actions.working_copies import COPIED
from progress.forms import EvidenceForm, ReportForm, entered_values, typed_values, unchanged_content
from progress.models import Evidence, Period, Report
from progress.permissions import can_draft, can_edit
from progress.readers import co_parts, copy_mark, last_approved, own_copy, period_to_report, report_compare
from progress.status import EDITABLE, RECEIVED
from progress.views.form_page import TAKE_ALL, Desk, around, form_page
from progress.views.report import as_row, asked_of, is_open, visible_report
from tasks.models import Result, Task

HOME = "home"


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
    return _open(request, desk)


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
    return _open(request, desk)


def _open(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form as it stands, or with what this person had typed and not saved, on whichever device."""
    values = desk.values()
    copy = own_copy(request.user, desk.task, desk.period)
    if copy is None or copy.fields == typed_values(values):
        return form_page(request, desk, ReportForm(initial=values), typed=copy_mark(copy))
    return form_page(request, desk, ReportForm(initial={**values, **copy.fields}), copy=copy, typed=copy_mark(copy))


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
    if "reuse" in request.POST:
        return _fill(request, desk)
    form, files = ReportForm(request.POST), EvidenceForm(request.POST, request.FILES)
    form.fields["progress"].required = not {"unchanged", "take"} & set(request.POST)
    for name in ("percent", "result"):
        form.fields[name].required = "unchanged" not in request.POST
    if not (form.is_valid() and files.is_valid()):
        return form_page(request, desk, form, status=InvalidError.status)
    try:
        content = _content(request, desk, form)
        report = desk.write(content, version=form.cleaned_data["version"], by=request.user)
    except (StaleVersionError, ReportExistsError) as error:
        return _conflict_page(request, desk, form, error)
    except DomainError as error:
        show_error(form, error)
        return form_page(request, desk, form, status=error.status)
    _store_files(request, report, files)
    if "unchanged" in request.POST and report.version == 1:
        return _say_unchanged(request, desk, report)
    messages.success(request, _("草稿已保存。"))
    return redirect("progress:edit", report.pk)


def _say_unchanged(request: HttpRequest, desk: Desk, report: Report) -> HttpResponse:
    """What one click has reported, in words, with the way back."""
    words = {"number": desk.task.number, "period": desk.period.label, "percent": report.percent}
    told = _("任务 %(number)s %(period)s：已按 %(percent)s%%、“本期无变化”填好草稿，等审签人审签报出。") % words
    offer_undo(request, told, reverse("progress:discard", args=[report.pk]), {"version": report.version})
    return redirect("dashboard:home") if request.POST.get("back") == HOME else redirect("progress:detail", report.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销: a draft that one click has made is gone again."""
    report = visible_report(request, pk)
    require(can_edit(request.user, report))
    version = request.POST.get("version", "")
    is_stale = version != str(report.version)
    discard_report(report=report, version=0 if is_stale else report.version, by=request.user, now=clock.now())
    words = {"number": report.task.number, "period": report.period.label}
    messages.success(request, _("任务 %(number)s %(period)s的草稿已撤销。") % words)
    return redirect("dashboard:home")


def _fill(request: HttpRequest, desk: Desk) -> HttpResponse:
    """沿用 without a script: an earlier text is put into its field beside all that was typed; nothing is saved yet."""
    source, _colon, name = request.POST["reuse"].partition(":")
    typed: dict[str, Any] = {field: request.POST.get(field, "") for field in (*COPIED, "version")}
    report = desk.previous if source == "previous" else desk.report
    if name in LIMITS and report:
        typed[name] = getattr(report, name)
    return form_page(request, desk, ReportForm(initial=typed), is_unsaved=True)


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
        **around(request, desk, clock.today()),
    }
    return render(request, "progress/report_conflict.html", context, status=error.status)


def _entered_row(form: ReportForm) -> dict[str, Any]:
    entered = form.cleaned_data
    asked = asked_of(entered["ask"], entered["ask_to"])
    return {**entered, "ask_to_label": asked, "result_label": Result(entered["result"]).label}


def _stored_row(report: Report) -> dict[str, Any]:
    return {**entered_values(report), **as_row(report)}
