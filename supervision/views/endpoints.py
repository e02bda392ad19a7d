"""推送地址: kept by the administrator; the office sees which there are."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import DomainError, StaleVersionError, require
from common.form_errors import show_error
from supervision.actions import create_endpoint, retire_endpoint, rotate_secret, send_test, update_endpoint
from supervision.forms.endpoints import PARTICULARS, EndpointForm, VersionForm
from supervision.models import Endpoint
from supervision.permissions import can_manage_endpoints, can_see_endpoints
from supervision.readers.endpoints import endpoint_rows
from supervision.readers.pushes import advice_words, trouble_words


@require_safe
def endpoints(request: HttpRequest) -> HttpResponse:
    """Where pushes go, and how each address fares."""
    require(can_see_endpoints(request.user))
    rows = endpoint_rows(Endpoint.objects.visible_to(request.user), now=clock.now())
    context = {"rows": rows, "can_manage": can_manage_endpoints(request.user)}
    return render(request, "supervision/endpoints.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint_new(request: HttpRequest) -> HttpResponse:
    """A new address; its key is shown once, on the answer itself."""
    require(can_manage_endpoints(request.user))
    form = EndpointForm(request.POST or None, by=request.user)
    if not form.is_valid():
        return render(request, "supervision/endpoint_new.html", {"form": form}, status=400 if form.is_bound else 200)
    try:
        endpoint = create_endpoint(**form.particulars(), by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        return render(request, "supervision/endpoint_new.html", {"form": form}, status=error.status)
    return render(request, "supervision/endpoint_secret.html", {"endpoint": endpoint, "is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """The particulars of an address, for the administrator to change."""
    found = _found(request, pk)
    if request.method != "POST":
        return _page(request, found)
    form = EndpointForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, found, form=form, status=400)
    try:
        version = form.cleaned_data["version"]
        update_endpoint(endpoint=found, **form.particulars(), version=version, by=request.user, now=clock.now())
    except DomainError as error:
        show_error(form, error)
        if isinstance(error, StaleVersionError):
            form.compare_with(error.current)
        return _page(request, found, form=form, status=error.status)
    messages.success(request, _("已保存。"))
    return redirect("supervision:endpoint", pk=pk)


@never_cache
@require_POST
def endpoint_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key, shown once, on the answer itself."""
    found = rotate_secret(
        endpoint=_found(request, pk), version=VersionForm.read(request.POST), by=request.user, now=clock.now()
    )
    return render(request, "supervision/endpoint_secret.html", {"endpoint": found, "is_new": False})


@require_POST
def endpoint_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing goes there any more."""
    found = retire_endpoint(
        endpoint=_found(request, pk), version=VersionForm.read(request.POST), by=request.user, now=clock.now()
    )
    messages.success(request, _("已停用推送地址“%(name)s”。") % {"name": found.name})
    return redirect("supervision:endpoints")


@require_POST
def endpoint_test(request: HttpRequest, pk: int) -> HttpResponse:
    """A test message, sent at once; the page says what the receiver answered."""
    outcome = send_test(endpoint=_found(request, pk), by=request.user, now=clock.now())
    if outcome.error:
        told = {
            "trouble": trouble_words(outcome.status, outcome.error), "error": outcome.error,
            "advice": advice_words(outcome.status, outcome.error),
        }  # fmt: skip
        messages.error(request, _("测试消息没有送到：%(trouble)s（%(error)s）。%(advice)s") % told)
    else:
        messages.success(request, _("测试消息已送到。"))
    return redirect("supervision:endpoint", pk=pk)


def _found(request: HttpRequest, pk: int) -> Endpoint:
    """Unseen is 404, not yours is 403."""
    found = get_object_or_404(Endpoint.objects.visible_to(request.user).select_related("agency"), pk=pk)
    require(can_manage_endpoints(request.user))
    return found


def _page(
    request: HttpRequest, found: Endpoint, *, form: EndpointForm | None = None, status: int = 200
) -> HttpResponse:
    names: dict[str, Any] = {name: getattr(found, name) for name in PARTICULARS}
    form = form or EndpointForm(initial={**names, "version": found.version}, by=request.user)
    is_rotating = len(found.signing_keys(now=clock.now())) > 1
    context = {"endpoint": found, "form": form, "is_rotating": is_rotating}
    return render(request, "supervision/endpoint.html", context, status=status)
