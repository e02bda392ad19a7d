"""办结申请: one view for each thing that is done to it; each comes from, and goes back to, its page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error
from progress.actions import (
    accept_closing,
    check_closing,
    hear_closing,
    mark_silent,
    return_closing,
    send_closing,
    withdraw_closing,
)
from progress.forms import CheckForm, HearingForm, ReturnForm
from progress.models import Closing, Hearing
from progress.permissions import can_answer_hearing, can_check_closing
from progress.views.closing import detail_page, visible_closing


@require_POST
def closing_send(request: HttpRequest, pk: int) -> HttpResponse:
    """审签报出."""
    return _press(request, pk, send_closing, _("已报出，等待办公室核验。"))


@require_POST
def closing_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回."""
    return _press(request, pk, withdraw_closing, _("已撤回，任务恢复办理；修改后可再报出。"))


@require_POST
def closing_silent(request: HttpRequest, pk: int) -> HttpResponse:
    """未反馈: the silence of the units whose time has passed."""
    return _press(request, pk, mark_silent, _("已把过期未反馈的单位记为未反馈。"))


@require_POST
def closing_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """同意办结."""
    return _press(request, pk, accept_closing, _("已同意办结。"))


@require_POST
def closing_check(request: HttpRequest, pk: int) -> HttpResponse:
    """核验."""
    closing = visible_closing(request, pk)
    require(can_check_closing(request.user))
    form = CheckForm(request.POST, auto_id="check_%s")
    return _enter(request, closing, "check", form, _("已核验，等待办公室负责人决定。"), closing=closing)


@require_POST
def closing_return(request: HttpRequest, pk: int) -> HttpResponse:
    """退回."""
    closing = visible_closing(request, pk)
    require(can_check_closing(request.user))
    form = ReturnForm(request.POST, auto_id="return_%s")
    return _enter(request, closing, "return", form, _("已退回，任务恢复办理。"), closing=closing)


@require_POST
def closing_hear(request: HttpRequest, pk: int) -> HttpResponse:
    """征求意见: the answer of the own unit."""
    closing = visible_closing(request, pk)
    hearing = closing.hearings.select_related("closing").filter(agency=request.user.agency_id).first()
    require(hearing is not None and can_answer_hearing(request.user, hearing))
    form = HearingForm(request.POST, auto_id="hear_%s")
    return _enter(request, closing, "hear", form, _("意见已反馈给牵头单位。"), hearing=hearing)


def _press(request: HttpRequest, pk: int, act: Callable[..., Closing], done: str) -> HttpResponse:
    """A change that needs a button and nothing else."""
    closing, version = visible_closing(request, pk), request.POST.get("version", "")
    try:
        is_stale = version != str(closing.version)
        act(closing=closing, by=request.user, now=clock.now(), version=0 if is_stale else closing.version)
    except DomainError as error:
        return _refused(request, pk, error)
    messages.success(request, done)
    return redirect("progress:closing_detail", pk)


ACTS: dict[str, Callable[..., Any]] = {"check": check_closing, "return": return_closing, "hear": hear_closing}


def _enter(
    request: HttpRequest, found: Closing, name: str, form: Form, done: str, **target: Closing | Hearing
) -> HttpResponse:
    """A change with something to write; what was written stays whatever happens."""
    try:
        if not form.is_valid():
            raise InvalidError({})
        ACTS[name](**target, **form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        return _refused(request, found.pk, error, name, form)
    messages.success(request, done)
    return redirect("progress:closing_detail", found.pk)


def _refused(
    request: HttpRequest, pk: int, error: DomainError, name: str = "", form: Form | None = None
) -> HttpResponse:
    """The page as it stands now and why it was not done; gone for the office once the unit has taken it back."""
    try:
        closing = visible_closing(request, pk)
    except Http404:
        messages.warning(request, str(error))
        return redirect("progress:closings")
    if form is None:
        return detail_page(request, closing, error=error)
    if isinstance(error, InvalidError):
        show_error(form, error)
    if isinstance(error, StaleVersionError):
        form.data = {**form.data.dict(), "version": str(error.current.version)}
    return detail_page(request, closing, error=error, typed={name: form})
