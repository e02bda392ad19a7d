"""推送记录 of an address, and pushing once more; the administrator's, and for the office to look at."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import InvalidError, require
from common.form_errors import show_error
from supervision.actions import replay_changes
from supervision.forms.endpoints import PushFilterForm, ReplayForm
from supervision.models import Endpoint, Push
from supervision.permissions import can_manage_endpoints, can_see_endpoints
from supervision.readers.pushes import push_page, push_summary


@require_safe
def endpoint_pushes(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest first, and how far the address is behind."""
    found = _found(request, pk)
    require(can_see_endpoints(request.user))
    return _page(request, found, PushFilterForm(request.GET))


@require_POST
def endpoint_replay(request: HttpRequest, pk: int) -> HttpResponse:
    """What follows a number goes there once more."""
    found = _found(request, pk)
    require(can_manage_endpoints(request.user))
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, found, PushFilterForm({}), form, status=400)
    try:
        replay_changes(endpoint=found, **form.cleaned_data, by=request.user, now=clock.now())
    except InvalidError as error:
        show_error(form, error)
        return _page(request, found, PushFilterForm({}), form, status=error.status)
    messages.success(request, _("序号 %(after)d 之后的变更将重新推送。") % {"after": form.cleaned_data["after"]})
    return redirect("supervision:endpoint_pushes", pk=pk)


def _found(request: HttpRequest, pk: int) -> Endpoint:
    return get_object_or_404(Endpoint.objects.visible_to(request.user).select_related("agency"), pk=pk)


def _page(
    request: HttpRequest, found: Endpoint, form: PushFilterForm, replay: ReplayForm | None = None, status: int = 200
) -> HttpResponse:
    seen, is_valid = Push.objects.visible_to(request.user), form.is_valid()
    chosen = form.cleaned_data if is_valid else {}
    rows, next_before = push_page(seen, found, **chosen) if is_valid else ([], None)
    summary = push_summary(seen, found, now=clock.now())
    after = found.sent_through if summary["first_lost"] is None else summary["first_lost"] - 1
    initial = {"after": after, "version": found.version}
    context = {
        "endpoint": found,
        "form": form,
        "rows": rows,
        "next_before": next_before,
        "segments": _segments(found, chosen.get("state")),
        "is_narrowed": bool(chosen.get("state")) or not is_valid,
        "is_later": bool(chosen.get("before")),
        "summary": summary,
        "replay": (replay or ReplayForm(initial=initial)) if can_manage_endpoints(request.user) else None,
    }
    return render(request, "supervision/endpoint_pushes.html", context, status=status if is_valid else 400)


def _segments(found: Endpoint, chosen: str | None) -> list[dict[str, Any]]:
    """All pushes, or those in one state."""
    address = reverse("supervision:endpoint_pushes", args=[found.pk])
    return [
        {"url": f"{address}?state={value}" if value else address, "label": label, "is_current": value == chosen}
        for value, label in PushFilterForm.STATES
    ]
