"""责任移交: the links that still stand at units whose duties have passed to others."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import Agency
from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error
from ledger.models import Event
from tasks.actions import MoveResult, move_assignments, undo_move
from tasks.forms.assignments import MovesForm, UndoForm
from tasks.models import Task
from tasks.permissions import can_move_assignments
from tasks.readers.assignments import Row, latest_moves, waiting_groups
from tasks.views.found import find_task


@require_http_methods(["GET", "HEAD", "POST"])
def moves(request: HttpRequest) -> HttpResponse:
    """Choose a successor for each link, see what it would do, then do it; the answer has a result for each."""
    require(can_move_assignments(request.user))
    today = clock.today()
    groups = waiting_groups(Task.objects.visible_to(request.user).current(), on=today)
    form = MovesForm(request.POST or None, groups=groups, initial={"on": today})
    if not form.is_valid():
        return _page(request, groups, form, status=400 if form.is_bound else 200)
    match request.POST.get("step"):
        case "edit":
            return _page(request, groups, form)
        case "move":
            return _store(request, groups, form)
    return _page(request, groups, form, previewed=_chosen(form, groups))


def _store(request: HttpRequest, groups: list[Row], form: MovesForm) -> HttpResponse:
    entered = {"basis": form.cleaned_data["basis"], "on": form.cleaned_data["on"]}
    try:
        results = move_assignments(links=form.moves(), by=request.user, now=clock.now(), **entered)
    except DomainError as error:
        show_error(form, error)
        return _page(request, groups, form, status=error.status)
    return render(request, "tasks/assignments_moved.html", {"results": _told(request, results, groups)})


@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """The last move of a task is taken back; a refusal becomes a page of its own."""
    task = find_task(request, number)
    require(can_move_assignments(request.user))
    form = UndoForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    undo_move(task=task, reason=reason, by=request.user, now=clock.now())
    messages.success(request, _("任务 %(number)d 的责任移交已撤回。") % {"number": number})
    return redirect("tasks:assignment_moves")


def _chosen(form: MovesForm, groups: list[Row]) -> list[Row]:
    """The rows that would move, each with what would become of it."""
    moved = {(move.task, move.source): move.target for move in form.moves()}
    rows = [row for group in groups for row in group["rows"] if (row["pk"], row["unit"]) in moved]
    return [
        {**row, "outcome": next(each for each in row["outcomes"] if each["code"] == moved[row["pk"], row["unit"]])}
        for row in rows
    ]


def _told(request: HttpRequest, results: list[MoveResult], groups: list[Row]) -> list[Row]:
    """Each result in words; what it would do was told before, by the same rule."""
    names = {each.code: each.full_label for each in Agency.objects.visible_to(request.user)}
    texts = {
        (row["pk"], row["unit"], each["code"]): each["text"]
        for group in groups
        for row in group["rows"]
        for each in row["outcomes"]
    }
    return [
        {
            "task": result.task,
            "source": names.get(move.source, move.source),
            "target": names.get(move.target, move.target),
            "text": texts.get((move.task, move.source, move.target), ""),
            "refusal": result.refusal,
        }
        for result in results
        for move in [result.move]
    ]


def _page(
    request: HttpRequest,
    groups: list[Row],
    form: MovesForm,
    *,
    previewed: list[Row] | None = None,
    status: int = 200,
) -> HttpResponse:
    tasks = Task.objects.visible_to(request.user).current()
    context = {
        "groups": [{**each, "fields": [(row, form[row["name"]]) for row in each["rows"]]} for each in groups],
        "form": form,
        "previewed": previewed,
        "latest": latest_moves(tasks, Event.objects.visible_to(request.user)),
        "undo_form": UndoForm(auto_id=False),
    }
    return render(request, "tasks/assignments.html", context, status=status)
