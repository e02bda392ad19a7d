"""Closing, reopening and unlocking an account: one button each."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from agencies.actions import deactivate_user, make_initial_password, reactivate_user, set_password
from agencies.forms import ReasonForm
from agencies.models import User
from agencies.permissions import can_manage_people
from agencies.views.page import person_page
from common import clock
from common.errors import DomainError, require
from common.form_errors import show_error


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is closed."""
    subject, form = _subject(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        return person_page(request, subject, reason_form=form, status=400)
    try:
        deactivate_user(user=subject, **form.cleaned_data, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return person_page(request, subject, reason_form=form, status=error.status)
    messages.success(request, _("已停用 %(name)s 的账号，其接口令牌一并吊销。") % {"name": subject.name})
    return redirect("agencies:person", pk=pk)


@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is open again; a refusal becomes a page of its own."""
    subject = _subject(request, pk)
    reactivate_user(user=subject, version=_version(request), by=request.user, now=clock.now())
    messages.success(request, _("已恢复 %(name)s 的账号。") % {"name": subject.name})
    return redirect("agencies:person", pk=pk)


@never_cache
@require_POST
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password, shown once, on the answer itself; it is kept nowhere."""
    subject, password = _subject(request, pk), make_initial_password()
    set_password(user=subject, password=password, version=_version(request), by=request.user, now=clock.now())
    return render(request, "agencies/password.html", {"person": subject, "password": password, "is_new": False})


def _subject(request: HttpRequest, pk: int) -> User:
    """Unseen is 404, not yours is 403."""
    subject: User = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    require(can_manage_people(request.user))
    return subject


def _version(request: HttpRequest) -> Any:
    """The version that the button was pressed on; anything else than a number is as good as none."""
    form = ReasonForm(request.POST)
    return form.cleaned_data["version"] if form.is_valid() else None
