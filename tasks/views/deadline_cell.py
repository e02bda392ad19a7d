"""时限 changed in the list itself, by a form under the row; without script the pencil leads to the deadline's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError
from common.form_errors import show_error
from tasks.actions import set_deadline, undo_last_change
from tasks.forms.addresses import ListAddress
from tasks.forms.changes import DeadlineForm
from tasks.models import Task
from tasks.permissions import can_change_many
from tasks.readers import list_rows, part_names
from tasks.views.deadline import compare
from tasks.views.found import find_task_to_set_up
from tasks.views.layouts import LAYOUTS
from tasks.views.list import cell_words, heads


@require_http_methods(["GET", "HEAD", "POST"])
def deadline_cell(request: HttpRequest, number: int) -> HttpResponse:
    """The form under the row; stored, the row as it is now; stale, both versions side by side."""
    task = find_task_to_set_up(request, number)
    if not request.htmx:
        return redirect("tasks:deadline", number)
    if "undo" in request.POST:
        return _undo(request, task)
    if request.method == "POST":
        return _store(request, task)
    form = DeadlineForm(task=task, initial=DeadlineForm.starting_values(task), auto_id=_ids(task))
    return _form(request, task, form)


def _store(request: HttpRequest, task: Task) -> HttpResponse:
    form = DeadlineForm(request.POST, task=task, auto_id=_ids(task))
    if not form.is_valid():
        return _form(request, task, form, status=InvalidError.status)
    try:
        task = set_deadline(task=task, by=request.user, now=clock.now(), **form.values())
    except StaleVersionError as error:
        return _conflict(request, error, form)
    except DomainError as error:
        show_error(form, error)
        return _form(request, task, form, status=error.status)
    return _done(request, task, _("时限已保存。"), can_be_undone=True)


def _conflict(request: HttpRequest, error: StaleVersionError, form: DeadlineForm) -> HttpResponse:
    """What was typed stays and now answers the newer version; the row already shows that one."""
    stands: Task = error.current
    data = form.data.copy()
    data["version"] = str(stands.version)
    again = DeadlineForm(data, task=stands, auto_id=_ids(stands))
    more = {**row_context(request, stands.number), "compared": compare(form, stands), "error": error}
    return _form(request, stands, again, status=error.status, **more)


def _undo(request: HttpRequest, task: Task) -> HttpResponse:
    version = request.POST["undo"]
    try:
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        task = undo_last_change(task=task, version=number, by=request.user, now=clock.now())
    except DomainError as error:
        return _done(request, task, str(error), status=error.status)
    return _done(request, task, _("已撤销，恢复为改动前的内容。"))


def _done(
    request: HttpRequest, task: Task, text: str, *, can_be_undone: bool = False, status: int = 200
) -> HttpResponse:
    context = {**row_context(request, task.number), "task": task, "text": text, "can_be_undone": can_be_undone}
    return render(request, "tasks/_date_done.html", {**context, "is_refused": status != 200}, status=status)


def _form(request: HttpRequest, task: Task, form: DeadlineForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"task": task, "form": form, "span": _span(request), "compared": [], "error": None, **more}
    return render(request, "tasks/_date_form.html", context, status=status)


def row_context(request: HttpRequest, number: int) -> dict[str, Any]:
    """The row of this task as the list that one looks at shows it."""
    address = _list_address(request)
    tasks, names = Task.objects.visible_to(request.user).current().filter(number=number), part_names()
    return {
        "row": list_rows(tasks, on=address.filter.on, colours=[], names=names).rows[0],
        "columns": heads(address),
        "can_change": can_change_many(request.user),
        "words": cell_words(),
        "all_demo": False,
        "span": _span(request),
    }


def _span(request: HttpRequest) -> int:
    return len(_list_address(request).columns) + can_change_many(request.user)


def _list_address(request: HttpRequest) -> ListAddress:
    """The address of the page that asks, as htmx tells it."""
    _page, _mark, query = (request.htmx.current_url or "").partition("#")[0].partition("?")
    return ListAddress(QueryDict(query), on=clock.today(), layouts=LAYOUTS, standing=request.user.columns)


def _ids(task: Task) -> str:
    return f"cell_{task.number}_%s"
