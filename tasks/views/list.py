from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common import clock
from common.errors import require
from tasks.filters import TaskFilter
from tasks.forms.listing import ListForm, chips, explain_errors
from tasks.models import Task
from tasks.readers import part_names, task_rows
from tasks.views.layouts import LAYOUTS, TABLE, layout_named


@require_safe
@vary_on_headers("HX-Request")
def task_list(request: HttpRequest) -> HttpResponse:
    """台账: the tasks that the address asks for; with something in it that is not understood, why, and no rows."""
    require(request.user.reads_tasks)
    chosen = TaskFilter(request.GET, clock.today())
    errors = explain_errors(chosen, request.GET)
    tasks = Task.objects.visible_to(request.user).current()
    rows = [] if errors else task_rows(chosen.apply(tasks), on=chosen.on)
    names = part_names()
    layout = layout_named(request.GET.get("layout", "")) or LAYOUTS[TABLE]
    context = {
        **layout.context(request, rows, chosen.on),
        "layout": layout,
        "rows": rows,
        "errors": errors,
        "names": names,
        "chips": list(chips(chosen, names)),
        "columns": columns(chosen),
        "ordering": chosen.active.get("ordering", ""),
        "form": ListForm(chosen, names, request.GET),
    }
    template = "tasks/_list.html" if request.htmx else "tasks/list.html"
    return render(request, template, context, status=400 if errors else 200)


def columns(chosen: TaskFilter) -> dict[str, dict[str, Any]]:
    """For each column that sorts: how it is sorted now, and the address that sorts by it or turns it round."""
    return {name: _column(chosen, name) for name in ("number", "light", "percent", "due_date", "updated_at")}


def _column(chosen: TaskFilter, name: str) -> dict[str, Any]:
    turned = f"-{name}" if chosen.ordering == name else name
    direction = {name: "ascending", f"-{name}": "descending"}.get(chosen.ordering, "")
    return {"ordering": turned, "direction": direction}
