"""暂存: what is typed into the form of a report is kept while it is typed, and colleagues at it see each other."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import require
from common.undoing import offer_undo
from progress.actions import drop_working_copy, keep_working_copy
from progress.models import Period, Report
from progress.permissions import can_draft
from progress.readers import copies_at_work, copy_mark, own_copy
from tasks.models import Task

JSON = "application/json"


@require_http_methods(["GET", "HEAD", "POST"])
def working_copy(request: HttpRequest, number: int) -> HttpResponse:
    """Keeps what is typed; asked by the open form, who else is at it and whether it has been saved meanwhile."""
    task, period = _found(request, number)
    if request.method == "POST":
        return _keep(request, task, period)
    if not request.htmx:
        return redirect(_form_address(task, period))
    own = own_copy(request.user, task, period)
    reports = Report.objects.visible_to(request.user).filter(task=task, period=period)
    context = {
        "editors": copies_at_work(request.user, task, period, now=clock.now()),
        "elsewhere": own if own and request.GET.get("typed") and copy_mark(own) != request.GET["typed"] else None,
        "saved": reports.exclude(version=_whole(request.GET.get("version"))).select_related("drafted_by").first(),
        "form_address": _form_address(task, period),
    }
    return render(request, "progress/_editors.html", context)


def _keep(request: HttpRequest, task: Task, period: Period) -> HttpResponse:
    """A script is answered in its own way; the form of 撤销 goes back to the report's form, and over nothing later."""
    before, based_on = own_copy(request.user, task, period), _whole(request.POST.get("based_on"))
    is_script = JSON in request.headers.get("Accept", "")
    if before and not is_script:
        messages.warning(request, _("清除之后您又填写过，以后来填写的为准，没有恢复。"))
        return redirect(_form_address(task, period))
    fields = {name: str(value) for name, value in request.POST.items()}
    copy = keep_working_copy(
        task=task, period=period, fields=fields, based_on=based_on, by=request.user, now=clock.now()
    )
    if not is_script:
        return redirect(_form_address(task, period))
    words = {"time": localtime(copy.typed_at).strftime("%H:%M")}
    told = _("%(time)s 已暂存") % words
    if before and copy_mark(before) != request.POST.get("typed"):
        words["other"] = localtime(before.typed_at).strftime("%H:%M")
        told = _("%(time)s 已暂存；另一个窗口 %(other)s 也填写过，以本窗口现在的为准") % words
    return JsonResponse({"text": told, "typed": copy_mark(copy)})


@require_POST
def working_copy_drop(request: HttpRequest, number: int) -> HttpResponse:
    """不要暂存的内容: the form begins again from the draft or the last approved report; it can be had back."""
    task, period = _found(request, number)
    if copy := drop_working_copy(task=task, period=period, by=request.user, now=clock.now()):
        fields = {**copy.fields, "period": period.code, "based_on": copy.based_on}
        offer_undo(request, _("暂存的内容已清除。"), reverse("progress:working_copy", args=[task.number]), fields)
    return redirect(_form_address(task, period))


def _found(request: HttpRequest, number: int) -> tuple[Task, Period]:
    """The task and the period, for those who write its reports."""
    task = get_object_or_404(Task.objects.visible_to(request.user).current(), number=number)
    require(can_draft(request.user, task))
    code = request.POST.get("period") or request.GET.get("period")
    begun = Period.objects.visible_to(request.user).begun(on=clock.today()).in_bulk()
    if code not in begun:  # whatever was written there, no database has to read it
        raise Http404
    return task, begun[code]


def _form_address(task: Task, period: Period) -> str:
    return f"{reverse('progress:new', args=[task.number])}?period={period.code}"


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
