from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError
from common.form_errors import show_error
from tasks.actions import set_deadline
from tasks.forms.changes import DeadlineForm
from tasks.models import Task
from tasks.views.found import find_task_to_set_up


@require_http_methods(["GET", "HEAD", "POST"])
def deadline(request: HttpRequest, number: int) -> HttpResponse:
    """时限: set it, or move it with a reason."""
    task = find_task_to_set_up(request, number)
    if request.method == "POST":
        return _store(request, task)
    return _page(request, task, DeadlineForm(task=task, initial=DeadlineForm.starting_values(task)))


def _store(request: HttpRequest, task: Task) -> HttpResponse:
    form = DeadlineForm(request.POST, task=task)
    if not form.is_valid():
        return _page(request, task, form, status=InvalidError.status)
    try:
        set_deadline(task=task, by=request.user, now=clock.now(), **form.values())
    except StaleVersionError as error:
        return _conflict(request, error.current, form, error)
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, form, status=error.status)
    messages.success(request, _("时限已保存。"))
    return redirect("dashboard:task", task.number)


def _conflict(request: HttpRequest, stands: Task, form: DeadlineForm, error: StaleVersionError) -> HttpResponse:
    """Both versions side by side; what was typed stays in the form, which now answers the newer version."""
    data = form.data.copy()
    data["version"] = str(stands.version)
    again = DeadlineForm(data, task=stands)
    return _page(request, stands, again, compared=compare(form, stands), error=error, status=error.status)


def compare(form: DeadlineForm, stands: Task) -> list[dict[str, Any]]:
    """Each field as entered and as it stands, in words."""
    basis = dict(form.fields["basis"].choices)
    return [
        {"label": form.fields[name].label, "entered": basis.get(entered, entered), "stands": basis.get(now, now)}
        for name, now in DeadlineForm.starting_values(stands).items()
        if name != "version"
        for entered in [form.cleaned_data[name]]
    ]


def _page(request: HttpRequest, task: Task, form: DeadlineForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"task": task, "form": form, "compared": [], "error": None, **more}
    return render(request, "tasks/deadline.html", context, status=status)
