from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Max, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.errors import InvalidError
from ledger.chain import GENESIS, Break, breaks
from ledger.models import Event, EventQuerySet, Head

BATCH = 500
MARK_LENGTH = 16


def last_sequence() -> int:
    """The number of the newest event; every answer that depends on data can be keyed by it."""
    return read_head()[0]


def read_head() -> tuple[int, str]:
    """The newest event's number and hash (one query)."""
    return Head.objects.filter(pk=1).values_list("sequence", "hash").first() or (0, GENESIS)


def newest_sequence() -> Any:
    """The number as a part of another query."""
    return Coalesce(Subquery(Head.objects.filter(pk=1).values("sequence")), 0)


def newest_hash() -> Any:
    """The hash as a part of another query."""
    return Coalesce(Subquery(Head.objects.filter(pk=1).values("hash")), Value(GENESIS))


class UnknownSequenceError(InvalidError):
    """变更流里没有这个位置: after a restore the ledger goes on differently; asking on would miss what comes."""

    code = "unknown_sequence"
    place = "query"

    def __init__(self) -> None:
        super().__init__({"after": [_("变更流里没有这个位置（系统可能从备份恢复过），请从 0 重新读取。")]})


def change_feed(
    events: EventQuerySet, *, after: int, limit: int, mark: str = "", head: tuple[int, str] | None = None
) -> dict[str, Any]:
    """Events after `after` in commit order, with `last` to ask from next and `more` when the page was full.

    `last` is the newest number the answer accounts for, also when the reader may not see that event itself; its `mark`
    says which history it belongs to, and given back with it is compared. `head` is the ledger's end if the caller has
    just read it. Raises UnknownSequenceError.
    """
    newest, newest_hash = head or read_head()
    check_place(after, mark, newest=newest)
    rows = list(events.after(after).filter(sequence__lte=newest)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    last, digest = (rows[-1].sequence, rows[-1].hash) if more else (newest, newest_hash)
    return {"events": [event_dict(row) for row in rows], "last": last, "mark": digest[:MARK_LENGTH], "more": more}


def check_place(after: int, mark: str, *, newest: int) -> None:
    """Raise UnknownSequenceError unless the ledger has this number, and with this mark if one is given."""
    if after > newest:
        raise UnknownSequenceError
    if mark and after and not Event.objects.filter(sequence=after, hash__startswith=mark).exists():
        raise UnknownSequenceError


def read_changes(events: EventQuerySet, *, after: int, newest: int) -> Iterator[list[dict[str, Any]]]:
    """Every event after `after` up to `newest`, in commit order, a batch at a time (one query each).

    Events never change, so their numbers alone are place enough.
    """
    check_place(after, "", newest=newest)
    return _batches(events.filter(sequence__lte=newest), after)


def _batches(events: EventQuerySet, last: int) -> Iterator[list[dict[str, Any]]]:
    is_more = True
    while is_more:
        batch = [event_dict(event) for event in events.after(last)[:BATCH]]
        yield batch
        is_more = len(batch) == BATCH
        last = batch[-1]["sequence"] if is_more else last


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
