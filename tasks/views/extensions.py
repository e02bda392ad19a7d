"""延期: the requests that wait, one request with its answer, and the buttons of either side."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.models import User
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from tasks.actions import grant_extension, refuse_extension, send_extension, withdraw_extension
from tasks.forms.extensions import GrantForm, RefusalForm, VersionForm
from tasks.models import Extension
from tasks.permissions import (
    can_answer_extension,
    can_answer_extensions,
    can_answer_until,
    can_edit_extension,
    can_send_extension,
    can_withdraw_extension,
)
from tasks.readers import extension_lists, extension_policy, extension_rows
from tasks.status import OPEN_EXTENSIONS, ExtensionStatus

FORMS: dict[str, type[GrantForm | RefusalForm]] = {"grant": GrantForm, "refuse": RefusalForm}


@require_safe
def extensions(request: HttpRequest) -> HttpResponse:
    """延期: what waits for the office, what the own unit is writing, and what was answered."""
    require(request.user.reads_tasks)
    seen = Extension.objects.visible_to(request.user).filter(task__plan__is_current=True)
    context = {
        **extension_lists(seen, on=clock.today()),
        "can_answer": can_answer_extensions(request.user),
        "policy": extension_policy(),
    }
    return render(request, "tasks/extensions.html", context)


@require_safe
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """One request as it stands, with its three dates."""
    found = visible_extension(request, pk)
    return extension_page(request, found, answer_forms(found))


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """审签报出."""
    return _act(request, pk, send_extension, _("已报出，等待办公室答复。"))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    return _act(request, pk, withdraw_extension, _("已撤回，现时限不变。"))


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """答复: granted to a named date, or refused with a reason."""
    found = visible_extension(request, pk)
    require(can_answer_extension(request.user, found))
    decision = "refuse" if request.POST.get("decide") == "refuse" else "grant"
    form = FORMS[decision](request.POST, auto_id=f"{decision}_%s")
    forms = {**answer_forms(found), decision: form}
    if not form.is_valid():
        return extension_page(request, found, forms, status=InvalidError.status)
    try:
        _decide(form, found, request)
    except DomainError as error:
        return _refused(request, found, forms, form, error)
    messages.success(request, _("已同意延期，时限已调整。") if decision == "grant" else _("已答复不同意，现时限不变。"))
    return redirect("tasks:extension", pk)


def visible_extension(request: HttpRequest, pk: int) -> Extension:
    """The request with its task, plan and pillar, if this person may see it; else 404."""
    seen = Extension.objects.visible_to(request.user).select_related("task__plan", "task__pillar")
    return get_object_or_404(seen, pk=pk)


def answer_forms(found: Extension) -> dict[str, Any]:
    """Both answers stand on one page, so each form has ids of its own."""
    start = {"version": found.version, "granted_date": found.wanted_date}
    return {name: form(initial=start, auto_id=f"{name}_%s") for name, form in FORMS.items()}


def _decide(form: GrantForm | RefusalForm, found: Extension, request: HttpRequest) -> Extension:
    entered = {**form.cleaned_data, "extension": found, "by": request.user, "now": clock.now()}
    if isinstance(form, GrantForm):
        return grant_extension(**entered)
    return refuse_extension(reason=entered.pop("decision"), **entered)


def _refused(
    request: HttpRequest, found: Extension, forms: dict[str, Any], form: GrantForm | RefusalForm, error: DomainError
) -> HttpResponse:
    """What was written stays on the page, which shows the request as it is now."""
    if not isinstance(error, StaleVersionError):
        show_error(form, error)
        return extension_page(request, found, forms, status=error.status)
    current = visible_extension(request, found.pk)
    return extension_page(request, current, forms, error=error, status=error.status)


def _act(request: HttpRequest, pk: int, act: Callable[..., Extension], done: str) -> HttpResponse:
    found, form = visible_extension(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        act(extension=found, by=request.user, now=clock.now(), version=version)
    except DomainError as error:
        current = visible_extension(request, pk)
        return extension_page(request, current, answer_forms(current), error=error, status=error.status)
    messages.success(request, done)
    return redirect("tasks:extension", pk)


def extension_page(
    request: HttpRequest,
    found: Extension,
    forms: dict[str, Any],
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    row = extension_rows(Extension.objects.visible_to(request.user).filter(pk=found.pk), on=clock.today())[0]
    context = {"extension": row, "task": found.task, "forms": forms, "error": error, **_rights(request.user, found)}
    return render(request, "tasks/extension.html", context, status=status)


def _rights(user: User, found: Extension) -> dict[str, Any]:
    """What this person may do with the request now, and by which rules it is answered."""
    policy, may_edit = extension_policy(), can_edit_extension(user, found)
    is_draft, is_open = found.status == ExtensionStatus.DRAFT, found.status in OPEN_EXTENSIONS
    return {
        "policy": policy,
        "can_edit": is_draft and may_edit,
        "can_send": is_draft and can_send_extension(user, found),
        "is_own": is_draft and may_edit and found.drafted_by_id == user.pk,
        "can_withdraw": is_open and can_withdraw_extension(user, found),
        "can_answer": found.status == ExtensionStatus.SENT and can_answer_extension(user, found),
        "is_long": not can_answer_until(user, found, found.wanted_date, policy),
    }
