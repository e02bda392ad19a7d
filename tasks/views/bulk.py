"""批量办理: choose tasks, say what, look at what would change, do it, and take it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import DomainError, InvalidError, require
from common.form_errors import show_error
from tasks.actions import change_many, preview_many, undo_many
from tasks.filters import TaskFilter
from tasks.forms.addresses import ListAddress
from tasks.forms.bulk import FORMS, KINDS, ChoosingForm, ReasonForm, chosen_numbers, fingerprint
from tasks.forms.listing import explain_errors
from tasks.models import BulkChange, Task, TaskQuerySet
from tasks.permissions import can_change_many
from tasks.readers import bulk_results, bulk_rows, part_names, task_rows
from tasks.readers.listing import present
from tasks.views.layouts import LAYOUTS

LATEST = 100


@require_safe
def bulk(request: HttpRequest) -> HttpResponse:
    """What was done at once, the latest first."""
    require(can_change_many(request.user))
    rows = bulk_rows(BulkChange.objects.visible_to(request.user)[:LATEST])
    return render(request, "tasks/bulk.html", {"rows": rows})


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The tasks to choose from, narrowed as the ledger is."""
    require(can_change_many(request.user))
    today = clock.today()
    wanted = TaskFilter(request.GET, today)
    names = part_names()
    rows = task_rows(wanted.apply(Task.objects.visible_to(request.user).current()), on=today)
    context = {
        "rows": [present(row, names) for row in rows],
        "form": ChoosingForm(wanted, names),
        "kinds": KINDS.items(),
        "chosen": chosen_numbers(request.GET),
        "are_all": "all" in request.GET,
    }
    return render(request, "tasks/bulk_choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, kind: str) -> HttpResponse:
    """What is to be changed, its preview, and the change itself."""
    require(can_change_many(request.user))
    if kind not in FORMS:
        raise Http404
    tasks = _chosen(request)
    if not tasks:
        messages.warning(request, _("请先勾选任务。"))
        return redirect("tasks:bulk_choose")
    if request.method == "POST":
        return _enter(request, kind, tasks)
    return _page(request, kind, tasks, FORMS[kind]())


def _chosen(request: HttpRequest) -> TaskQuerySet:
    """The tasks that were ticked, or all that the 台账 shows under its filters."""
    data = request.POST if request.method == "POST" else request.GET
    tasks = Task.objects.visible_to(request.user).current()
    if "filters" not in data:
        return tasks.filter(number__in=chosen_numbers(data))
    address = ListAddress(QueryDict(data["filters"]), on=clock.today(), layouts=LAYOUTS)
    return tasks.none() if explain_errors(address) else address.filter.narrow(tasks)


def _enter(request: HttpRequest, kind: str, tasks: TaskQuerySet) -> HttpResponse:
    """The first time what was entered is only previewed; done is exactly what was."""
    form = FORMS[kind](request.POST)
    if not form.is_valid():
        return _page(request, kind, tasks, form, status=InvalidError.status)
    entered = {"kind": kind, "tasks": tasks, "values": form.values(), "reason": form.cleaned_data["reason"]}
    entered |= {"by": request.user, "now": clock.now()}
    is_confirmed = "confirm" in request.POST and request.POST.get("previewed") == fingerprint(request.POST)
    try:
        if not is_confirmed:
            preview = bulk_results(kind, preview_many(**entered))
            return _page(request, kind, tasks, form, preview=preview, can_confirm=any(row["ok"] for row in preview))
        done = change_many(**entered)
    except DomainError as error:
        show_error(form, error)
        return _page(request, kind, tasks, form, status=error.status)
    messages.success(request, _("已批量办理，逐项结果如下。"))
    return redirect("tasks:bulk_result", done.pk)


def _page(
    request: HttpRequest, kind: str, tasks: TaskQuerySet, form: ReasonForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "kind": kind,
        "kind_label": KINDS[BulkChange.Kind(kind)],
        "tasks": tasks.order_by("number"),
        "form": form,
        "rows": getattr(form, "rows", None),
        "preview": None,
        "can_confirm": False,
        "previewed": fingerprint(request.POST),
        **more,
    }
    return render(request, "tasks/bulk_change.html", context, status=status)


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each task."""
    found = get_object_or_404(BulkChange.objects.visible_to(request.user), pk=pk)
    return _result_page(request, found)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销."""
    found = get_object_or_404(BulkChange.objects.visible_to(request.user), pk=pk)
    try:
        undo_many(change=found, by=request.user, now=clock.now())
    except DomainError as error:
        return _result_page(request, found, error=error, status=error.status)
    messages.success(request, _("已撤销，逐项结果如下。"))
    return redirect("tasks:bulk_result", pk)


def _result_page(
    request: HttpRequest, found: BulkChange, *, error: DomainError | None = None, status: int = 200
) -> HttpResponse:
    row = bulk_rows(BulkChange.objects.visible_to(request.user).filter(pk=found.pk))[0]
    context = {"change": row, "results": bulk_results(found.kind, found.rows), "error": error}
    return render(request, "tasks/bulk_result.html", context, status=status)
