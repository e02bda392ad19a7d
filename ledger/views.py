from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.errors import InvalidError, require
from ledger.forms import EventFilterForm
from ledger.models import Event, EventQuerySet
from ledger.readers import last_sequence, verify_newest

PAGE_SIZE = 50
CHECKED_ON_A_PAGE = 5_000


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """留痕: the events that this person may read, newest first; on demand whether the newest part is unbroken."""
    user = request.user
    require(user.reads_tasks or user.reads_whole_ledger)
    form = EventFilterForm(request.GET)
    is_valid = form.is_valid()
    events = form.narrow(Event.objects.visible_to(user)) if is_valid else Event.objects.none()
    is_checked = "verify" in request.GET and user.reads_whole_ledger
    context = {
        "form": form,
        "page": page_of(events, before=form.cleaned_data.get("before"), after=form.cleaned_data.get("after")),
        "is_narrowed": any(request.GET.get(name) for name in ("kind", "actor", "since", "until")),
        "can_verify": user.reads_whole_ledger,
        "is_checked": is_checked,
        "breaks": verify_newest(CHECKED_ON_A_PAGE) if is_checked else [],
        "total": last_sequence() if is_checked else 0,
        "most": CHECKED_ON_A_PAGE,
    }
    return render(request, "ledger/list.html", context, status=200 if is_valid else InvalidError.status)


@dataclass(frozen=True)
class Page:
    """A run of events, newest first, with the numbers from which the newer and the older ones begin."""

    events: list[Event]
    newer: int | None
    older: int | None


def page_of(events: EventQuerySet, *, before: int | None, after: int | None) -> Page:
    """The events older than `before` or newer than `after`, whichever is given; pages by number never shift."""
    if after is not None:
        found = list(events.filter(sequence__gt=after).order_by("sequence")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE][::-1]
        return Page(shown, shown[0].sequence if len(found) > PAGE_SIZE else None, shown[-1].sequence if shown else None)
    wanted = events.filter(sequence__lt=before) if before is not None else events
    found = list(wanted.order_by("-sequence")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    newer = shown[0].sequence if before is not None and shown else None
    return Page(shown, newer, shown[-1].sequence if len(found) > PAGE_SIZE else None)
