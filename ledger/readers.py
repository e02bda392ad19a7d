from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import InvalidError
from ledger.chain import GENESIS, Break, breaks
from ledger.models import Event, EventQuerySet, Head


def last_sequence() -> int:
    """The number of the newest event; every answer that depends on data can be keyed by it."""
    return Head.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0


class UnknownSequenceError(InvalidError):
    """变更流里没有这个序号: the reader is ahead of the ledger, as after a restore; asking on would miss what comes."""

    code = "unknown_sequence"

    def __init__(self) -> None:
        super().__init__({"after": [_("没有这个序号，请从 0 重新读取。")]})


def change_feed(events: EventQuerySet, *, after: int, limit: int, newest: int | None = None) -> dict[str, Any]:
    """Events after `after` in commit order, with `last` to ask from next and `more` when the page was full.

    `last` is the newest number the answer accounts for, also when the reader may not see that event itself. `newest` is
    the ledger's last number if the caller has just read it.
    """
    newest = last_sequence() if newest is None else newest
    if after > newest:
        raise UnknownSequenceError
    rows = list(events.after(after).filter(sequence__lte=newest)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    last = rows[-1].sequence if more else newest
    return {"events": [event_dict(row) for row in rows], "last": last, "more": more}


def event_dict(event: Event) -> dict[str, Any]:
    """One event as clients see it."""
    return {
        "sequence": event.sequence,
        "at": event.at,
        "kind": event.kind,
        "key": event.key,
        "verb": event.verb,
        "state": event.state,
        "changed": event.changed,
        "reason": event.reason,
        "by": {"name": event.actor_name, "agency": event.actor_agency},
    }


def states_at(kind: str, at: datetime, events: EventQuerySet) -> list[dict[str, Any]]:
    """The last state of every object of this kind at a moment, leaving out those gone by then."""
    newest = events.filter(kind=kind, at__lte=at).order_by().values("key").annotate(last=Max("sequence")).values("last")
    rows = events.filter(sequence__in=newest).order_by("sequence").values_list("state", flat=True)
    return [state for state in rows if state is not None]


def verify() -> list[Break]:
    """Every place where the chain is broken."""
    head = Head.objects.filter(pk=1).first() or Head()
    return list(breaks(Event.objects.order_by("sequence").iterator(chunk_size=2000), head))


def verify_newest(count: int) -> list[Break]:
    """The same for the newest `count` events, so that a page can ask; the rest is the command's."""
    head = Head.objects.filter(pk=1).first() or Head()
    before = Event.objects.filter(sequence=head.sequence - count).values_list("sequence", "hash").first()
    start = before or (max(0, head.sequence - count), GENESIS)
    return list(breaks(Event.objects.filter(sequence__gt=start[0]).order_by("sequence"), head, start=start))
