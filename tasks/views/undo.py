from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from common.undoing import offer_undo
from tasks.actions import undo_last_change
from tasks.forms.changes import VersionedForm
from tasks.models import Task
from tasks.views.found import find_task


@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """撤销: the change that made this version of the task, while it is the last one."""
    task, form = find_task(request, number), VersionedForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    undo_last_change(task=task, version=version, by=request.user, now=clock.now())
    messages.success(request, _("已撤销，恢复为改动前的内容。"))
    return redirect("dashboard:task", number)


def offer_undo_of(request: HttpRequest, task: Task, text: str) -> None:
    """Say that a change of the task's dates or cycle is stored, with the way back."""
    offer_undo(request, text, reverse("tasks:undo", args=[task.number]), {"version": task.version})
