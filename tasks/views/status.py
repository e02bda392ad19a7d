from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from common.requests import next_page
from tasks.actions import change_status
from tasks.actions.status import find_change
from tasks.forms.changes import StatusForm
from tasks.models import Task
from tasks.permissions import can_make, may_ever
from tasks.readers import unmet_condition
from tasks.status import TRANSITIONS, Transition
from tasks.views.found import find_task

VERBS = {each.verb for each in TRANSITIONS}


@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """变更状态: one change of the table, confirmed on a page of its own."""
    task = find_task(request, number)
    require(may_ever(request.user, task, verb))
    if verb not in VERBS:
        raise Http404
    change = find_change(task, verb)
    require(can_make(request.user, task, change))
    if request.method == "POST":
        return _store(request, task, change)
    if change.in_case:
        return redirect("progress:closing", number)
    return _page(request, task, change, StatusForm(change=change, initial={"version": task.version}))


def _store(request: HttpRequest, task: Task, change: Transition) -> HttpResponse:
    form = StatusForm(request.POST, change=change)
    if not form.is_valid():
        return _page(request, task, change, form, status=InvalidError.status)
    try:
        change_status(task=task, verb=change.verb, by=request.user, now=clock.now(), **form.cleaned_data)
    except StaleVersionError as error:
        return _conflict(request, error, change, form)
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, change, form, status=error.status)
    messages.success(request, _("任务 %(number)s 已办理：%(what)s。") % {"number": task.number, "what": change.label})
    return redirect(next_page(request, reverse("dashboard:task", args=[task.number])))


def _conflict(request: HttpRequest, error: StaleVersionError, change: Transition, form: StatusForm) -> HttpResponse:
    """What was typed stays; the person looks at the task as it is now before saying it again."""
    data = form.data.copy()
    data["version"] = str(error.current.version)
    again = StatusForm(data, change=find_change(error.current, change.verb))
    return _page(request, error.current, change, again, error=error, status=error.status)


def _page(
    request: HttpRequest, task: Task, change: Transition, form: StatusForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "task": task,
        "change": change,
        "target": change.target.label,
        "obstacle": unmet_condition(task, change, on=clock.today()),
        "form": form,
        "error": None,
        **more,
    }
    return render(request, "tasks/status.html", context, status=status)
