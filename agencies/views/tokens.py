"""接口令牌: the administrator sees and keeps all of them, others their own. A key is shown once, on the answer."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.actions import (
    create_api_token,
    create_calendar_token,
    revoke_api_token,
    rotate_api_token,
    update_api_token,
)
from agencies.forms import NewTokenForm, RevokeTokenForm, RotateTokenForm, TokenFilterForm, TokenLimitsForm
from agencies.models import ApiToken
from agencies.permissions import can_manage_people, can_subscribe
from agencies.readers import find_tokens, token_rows, with_standing
from agencies.views.token_pages import key_page, token_page
from common import clock
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.form_errors import show_error

TOKENS_ON_A_PAGE = 50
LASTS = timedelta(days=365)


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """The keys that this person may see, with a filter in the address."""
    form, now = TokenFilterForm(request.GET), clock.now()
    seen = ApiToken.objects.visible_to(request.user)
    found = with_standing(find_tokens(seen, at=now, **form.cleaned_data)) if form.is_valid() else seen.none()
    page = Paginator(found, TOKENS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": token_rows(page.object_list, at=now),
        "has_any": bool(page.object_list) or seen.exists(),
        "expiring": seen.expiring(at=now).count(),
        "can_manage": can_manage_people(request.user),
        "can_subscribe": can_subscribe(request.user),
    }
    return render(request, "agencies/tokens.html", context, status=200 if form.is_valid() else 400)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """A new key for another system or for a person."""
    require(can_manage_people(request.user))
    initial = {"expires_at": clock.today() + LASTS, "agency": request.GET.get("agency")}
    form = NewTokenForm(request.POST or None, initial=initial, by=request.user)
    if not form.is_valid():
        return render(request, "agencies/token_new.html", {"form": form}, status=400 if form.is_bound else 200)
    try:
        made, text = create_api_token(**form.particulars(), by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return render(request, "agencies/token_new.html", {"form": form}, status=error.status)
    return key_page(request, made, text)


@never_cache
@require_POST
def token_calendar(request: HttpRequest) -> HttpResponse:
    """An address of the person's own for a calendar program; a refusal becomes a page of its own."""
    made, text = create_calendar_token(by=request.user, now=clock.now())
    return key_page(request, made, text)


@require_http_methods(["GET", "HEAD", "POST"])
def token(request: HttpRequest, token_key: str) -> HttpResponse:
    """What is known of a key; the administrator changes from where and how often it may be used."""
    found = _found(request, token_key)
    if request.method != "POST":
        return token_page(request, found)
    require(can_manage_people(request.user))
    form = TokenLimitsForm(request.POST)
    if not form.is_valid():
        return token_page(request, found, form=form, status=400)
    try:
        update_api_token(token=found, **form.limits(), seen=form.opened(), by=request.user, now=clock.now())
    except (InvalidError, StaleVersionError) as error:
        show_error(form, error)
        if isinstance(error, StaleVersionError):
            form.compare_with(error.current)
        return token_page(request, found, form=form, status=error.status)
    messages.success(request, _("已保存。"))
    return redirect("agencies:token", token_key=token_key)


@never_cache
@require_POST
def token_rotate(request: HttpRequest, token_key: str) -> HttpResponse:
    """A new key in place of this one; a refusal becomes a page of its own."""
    found, form = _found(request, token_key), RotateTokenForm(request.POST)
    if not form.is_valid():
        return token_page(request, found, rotate_form=form, status=400)
    made, text = rotate_api_token(token=found, **form.particulars(), by=request.user, now=clock.now())
    return key_page(request, made, text, old=found)


@require_POST
def token_revoke(request: HttpRequest, token_key: str) -> HttpResponse:
    """The key opens nothing any more, once that has been confirmed."""
    found, form = _found(request, token_key), RevokeTokenForm(request.POST)
    if not form.is_valid():
        return token_page(request, found, revoke_form=form, status=400)
    revoke_api_token(token=found, by=request.user, now=clock.now())
    messages.success(request, _("已吊销令牌“%(name)s”，它立即失效。") % {"name": found.name})
    return redirect("agencies:tokens")


def _found(request: HttpRequest, token_key: str) -> Any:
    return get_object_or_404(with_standing(ApiToken.objects.visible_to(request.user)), token_key=token_key)
