"""送达情况: every send and every non-send with its reason, and another try for what had been given up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import InvalidError, require
from supervision.actions import retry_deliveries, retry_delivery
from supervision.forms.deliveries import DeliveryFilterForm
from supervision.models import Delivery
from supervision.permissions import can_see_deliveries
from supervision.readers import gather_clocks, plan_deliveries
from supervision.readers.deliveries import (
    State,
    dead_count,
    delivery_page,
    delivery_rows,
    find_deliveries,
    parts_of_digest,
    unreached_rows,
)
from tasks.models import Task


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """The newest first; on the unfiltered first page also the steps that nobody is there to get."""
    require(can_see_deliveries(request.user))
    form = DeliveryFilterForm(request.GET)
    seen = Delivery.objects.visible_to(request.user)
    is_valid = form.is_valid()
    found = find_deliveries(seen, **form.chosen()) if is_valid else seen.none()
    rows, next_before = delivery_page(found, before=form.cleaned_data.get("before"))
    is_start = is_valid and not form.is_narrowing and not form.cleaned_data["before"]
    context = {
        "form": form,
        "rows": rows,
        "next_before": next_before,
        "is_later": is_valid and bool(form.cleaned_data["before"]),
        "dead": dead_count(found),
        "unreached": _unreached(request) if is_start else [],
    }
    return render(request, "supervision/deliveries.html", context, status=200 if is_valid else 400)


def _unreached(request: HttpRequest) -> list[dict[str, Any]]:
    today = clock.today()
    gathered = gather_clocks(Task.objects.visible_to(request.user).current(), on=today)
    return unreached_rows(plan_deliveries(gathered, on=today))


@require_safe
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One send with all that is known of it."""
    found = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    (row,) = delivery_rows(Delivery.objects.visible_to(request.user).filter(pk=pk))
    context = {"row": row, "is_dead": row["state"] == State.DEAD, "parts": parts_of_digest(found)}
    return render(request, "supervision/delivery.html", context)


@require_POST
def delivery_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Once more, from its first attempt on."""
    found = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    retry_delivery(delivery=found, by=request.user, now=clock.now())
    messages.success(request, _("已重新排队，工作时间内送达。"))
    return redirect("supervision:delivery", pk=pk)


@require_POST
def deliveries_retry(request: HttpRequest) -> HttpResponse:
    """All dead ones that the filter in the address shows."""
    require(can_see_deliveries(request.user))
    form = DeliveryFilterForm(request.GET)
    if not form.is_valid():
        raise InvalidError({name: list(found) for name, found in form.errors.items()})
    found = find_deliveries(Delivery.objects.visible_to(request.user), **form.chosen())
    count = retry_deliveries(deliveries=found, by=request.user, now=clock.now())
    told = ngettext("已将 %(count)d 条重新排队，工作时间内送达。", "已将 %(count)d 条重新排队，工作时间内送达。", count)
    messages.success(request, told % {"count": count} if count else _("没有需要重发的送达。"))
    return redirect(f"{reverse('supervision:deliveries')}?{request.GET.urlencode()}")
