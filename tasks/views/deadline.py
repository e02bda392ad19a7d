from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from tasks.actions import set_cycle, set_deadline, set_standing
from tasks.forms.changes import CycleForm, DeadlineForm, DeliverableForm, VersionedForm
from tasks.models import Task
from tasks.permissions import can_set_up
from tasks.readers.detail import measure_rows
from tasks.status import Status
from tasks.views.found import find_task, find_task_to_set_up
from tasks.views.undo import offer_undo_of


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
        done = set_deadline(task=task, by=request.user, now=clock.now(), **form.values())
    except StaleVersionError as error:
        return _conflict(request, error.current, form, error)
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, form, status=error.status)
    offer_undo_of(request, done, _("时限已保存。"))
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
    context = {
        "task": task,
        "form": form,
        "cycle_form": CycleForm(initial={"cycle": task.cycle, "version": task.version}, auto_id="cycle_%s"),
        "measures": deliverable_forms(task),
        "can_be_standing": task.status == Status.PLANNED and not task.due_date and not task.is_standing,
        "compared": [],
        "error": None,
        **more,
    }
    return render(request, "tasks/deadline.html", context, status=status)


def deliverable_forms(task: Task) -> list[dict[str, Any]]:
    """Each measure with the form that says how its result is shown (one query)."""
    return [
        {**row, "form": DeliverableForm(initial=row, auto_id=f"measure_{row['order']}_%s")}
        for row in measure_rows(task.pk, task.number)
    ]


@require_POST
def standing(request: HttpRequest, number: int) -> HttpResponse:
    """列为常态化任务, instead of a deadline."""
    task = find_task_to_set_up(request, number)
    version = VersionedForm(request.POST)
    number_read = version.cleaned_data["version"] if version.is_valid() else 0
    done = set_standing(task=task, by=request.user, now=clock.now(), version=number_read)
    offer_undo_of(request, done, _("已列为常态化任务，签收后转常态化。"))
    return redirect("dashboard:task", number)


@require_POST
def cycle(request: HttpRequest, number: int) -> HttpResponse:
    """报送周期: how often the task reports."""
    task, form = find_task(request, number), CycleForm(request.POST, auto_id="cycle_%s")
    require(can_set_up(request.user, task))
    if not form.is_valid():
        return _cycle_page(request, task, form, InvalidError.status)
    try:
        done = set_cycle(task=task, by=request.user, now=clock.now(), **form.cleaned_data)
    except StaleVersionError as error:
        again = CycleForm({**form.data.dict(), "version": error.current.version}, auto_id="cycle_%s")
        show_error(again, error)
        return _cycle_page(request, error.current, again, error.status)
    except DomainError as error:
        show_error(form, error)
        return _cycle_page(request, task, form, error.status)
    offer_undo_of(request, done, _("报送周期已保存。"))
    return redirect("dashboard:task", number)


def _cycle_page(request: HttpRequest, task: Task, form: CycleForm, status: int) -> HttpResponse:
    """The page with what was typed; over a newer version it answers that one."""
    blank = DeadlineForm(task=task, initial=DeadlineForm.starting_values(task))
    return _page(request, task, blank, cycle_form=form, status=status)
