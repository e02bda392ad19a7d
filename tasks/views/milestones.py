from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError
from common.form_errors import show_error
from tasks.actions import set_milestones
from tasks.forms.changes import MilestoneFormSet, MilestoneRows, VersionedForm
from tasks.models import Task
from tasks.views.found import find_task_to_set_up
from tasks.views.undo import offer_undo_of


@require_http_methods(["GET", "HEAD", "POST"])
def milestones(request: HttpRequest, number: int) -> HttpResponse:
    """节点: all of a task's milestones at once."""
    task = find_task_to_set_up(request, number)
    if request.method == "POST":
        return _store(request, task)
    form = VersionedForm(initial={"version": task.version})
    return _page(request, task, form, MilestoneFormSet(initial=MilestoneRows.starting_rows(task)))


def _store(request: HttpRequest, task: Task) -> HttpResponse:
    form, rows = VersionedForm(request.POST), MilestoneFormSet(request.POST)
    if not (form.is_valid() and rows.is_valid()):
        return _page(request, task, form, rows, status=InvalidError.status)
    version = form.cleaned_data["version"]
    try:
        done = set_milestones(task=task, milestones=rows.inputs(), by=request.user, now=clock.now(), version=version)
    except StaleVersionError as error:
        again = VersionedForm(initial={"version": error.current.version})
        stands = MilestoneRows.starting_rows(error.current)
        return _page(request, error.current, again, rows, stands=stands, error=error, status=error.status)
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, form, rows, status=error.status)
    offer_undo_of(request, done, _("节点已保存。"))
    return redirect("dashboard:task", task.number)


def _page(
    request: HttpRequest, task: Task, form: VersionedForm, rows: MilestoneRows, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"task": task, "form": form, "rows": rows, "stands": [], "error": None, **more}
    return render(request, "tasks/milestones.html", context, status=status)
