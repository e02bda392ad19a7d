"""延期申请: writing one, and changing its draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from tasks.actions import draft_extension, save_extension
from tasks.actions.extensions import ExtensionExistsError
from tasks.forms.extensions import ExtensionForm
from tasks.models import Extension, Task
from tasks.permissions import can_edit_extension, is_lead_staff
from tasks.readers import extension_obstacle, extension_policy
from tasks.status import OPEN_EXTENSIONS, ExtensionStatus
from tasks.views.extensions import visible_extension
from tasks.views.found import find_task


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: int) -> HttpResponse:
    """申请延期: a draft for the unit's approver; one that is open already is opened instead."""
    task = find_task(request, number)
    require(is_lead_staff(request.user, task))
    if request.method == "POST":
        return _draft(request, task)
    standing = Extension.objects.visible_to(request.user).filter(task=task.pk, status__in=sorted(OPEN_EXTENSIONS))
    if found := standing.first():
        return redirect("tasks:extension", found.pk)
    return _page(request, task, ExtensionForm(initial=ExtensionForm.new_values(task)))


def _draft(request: HttpRequest, task: Task) -> HttpResponse:
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, task, form, status=InvalidError.status)
    try:
        made = draft_extension(task=task, entered=form.entered(), by=request.user, now=clock.now())
    except ExtensionExistsError as error:
        messages.warning(request, str(error))
        return redirect("tasks:extension", error.extension.pk)
    except DomainError as error:
        show_error(form, error)
        return _page(request, task, form, status=error.status)
    messages.success(request, _("已存为草稿，由本单位另一位审签人审签报出。"))
    return redirect("tasks:extension", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """修改 a draft; what was sent is only read."""
    found = visible_extension(request, pk)
    require(can_edit_extension(request.user, found))
    if request.method == "POST":
        return _store(request, found)
    if found.status != ExtensionStatus.DRAFT:
        return redirect("tasks:extension", pk)
    return _page(request, found.task, ExtensionForm(initial=ExtensionForm.starting_values(found)), found=found)


def _store(request: HttpRequest, found: Extension) -> HttpResponse:
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, found.task, form, found=found, status=InvalidError.status)
    values = {"entered": form.entered(), "version": form.cleaned_data["version"] or 0}
    try:
        save_extension(extension=found, by=request.user, now=clock.now(), **values)
    except StaleVersionError as error:
        return _conflict(request, error.current, form, error)
    except DomainError as error:
        show_error(form, error)
        return _page(request, found.task, form, found=found, status=error.status)
    messages.success(request, _("延期申请已保存。"))
    return redirect("tasks:extension", found.pk)


def _conflict(request: HttpRequest, stands: Extension, form: ExtensionForm, error: StaleVersionError) -> HttpResponse:
    """Both versions side by side; what was typed stays in the form, which now answers the newer version."""
    data = form.data.copy()
    data["version"] = str(stands.version)
    compared = [
        {"label": form.fields[name].label, "entered": form.cleaned_data[name], "stands": now}
        for name, now in ExtensionForm.starting_values(stands).items()
        if name != "version"
    ]
    more = {"found": stands, "compared": compared, "error": error, "status": error.status}
    return _page(request, stands.task, ExtensionForm(data), **more)


def _page(request: HttpRequest, task: Task, form: ExtensionForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "task": task,
        "form": form,
        "obstacle": extension_obstacle(task, on=clock.today()),
        "policy": extension_policy(),
        "found": None,
        "compared": [],
        "error": None,
        **more,
    }
    return render(request, "tasks/extension_form.html", context, status=status)
