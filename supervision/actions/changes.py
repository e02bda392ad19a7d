"""Pushing changes: the ledger itself is the outbox, and every address has its place there; see docs/adr/0030.

An address is leased for a short turn, gets what follows its place in order, and its place moves after each 2xx. Whoever
dies between a post and its mark leaves a second copy under the same webhook-id, never a gap. Threads speak to the
network alone; the database is the caller's.
"""

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from ledger.models import Event
from supervision.actions.outcomes import BACK_OFF, LEASE, MAX_ATTEMPTS
from supervision.actions.webhooks import AT_ONCE, Outcome, PostResult, make_envelope, send_envelope
from supervision.announcements import announce_change, change_id
from supervision.models import Endpoint, Push

SHARE = 50  # of one address in a turn
TURN_SECONDS = 30  # after which no post begins: far below the lease, and below what receivers allow a timestamp
NAMES = ("sequence", "at", "kind", "key", "verb")


@dataclass
class Lane:
    """An address in our hands and what it is to be told, in order; the ledger was looked through up to `newest`."""

    endpoint: Endpoint
    newest: int
    events: deque[Event] = field(default_factory=deque)
    is_whole: bool = True  # nothing that it may see lies between these events and `newest`

    def is_held_by(self, endpoint: Endpoint) -> bool:
        """Whether the row as it stands is still the one that was leased: not replayed, retired, taken, or another's."""
        return endpoint.is_told_changes and _place(endpoint) == _place(self.endpoint)


def send_changes(*, now: datetime, share: int = SHARE) -> PostResult:
    """Some changes have been taken by their receivers, or have failed and will be tried again; a turn for each address.

    What an address may not see is passed over without a post. When nobody is behind it costs one query.
    """
    if not Endpoint.objects.owing_changes(now=now).exists():
        return PostResult()
    lanes = [_fill(lane, share) for lane in _lease(now)]
    sent = failed = 0
    for outcome in _send_all([lane for lane in lanes if lane.events], now) if lanes else ():
        sent, failed = sent + (not outcome.error), failed + bool(outcome.error)
    for lane in lanes:
        _release(lane, now)
    return PostResult(sent, failed)


@transaction.atomic
def _lease(now: datetime) -> list[Lane]:
    """On PostgreSQL rows in somebody's hands are skipped; on SQLite the transaction itself lets one writer in."""
    rows = Endpoint.objects.owing_changes(now=now).select_for_update(no_key=True, skip_locked=True, of=("self",))
    lanes = [Lane(endpoint, endpoint.newest) for endpoint in rows[:AT_ONCE]]
    for lane in lanes:
        lane.endpoint.lease_until = now + LEASE
        lane.endpoint.save(update_fields=["lease_until"])
    return lanes


def _fill(lane: Lane, share: int) -> Lane:
    """All numbers up to `newest` were committed when it was read, so nothing can appear before it later."""
    told = Event.objects.told_to(lane.endpoint.agency_id).after(lane.endpoint.sent_through)
    found = list(told.filter(sequence__lte=lane.newest).only(*NAMES)[: share + 1])
    lane.events, lane.is_whole = deque(found[:share]), len(found) <= share
    return lane


def _send_all(lanes: list[Lane], now: datetime) -> list[Outcome]:
    """Each address's changes one after the other, the addresses beside each other: a slow one holds up only itself."""
    stop_at, outcomes = time.monotonic() + TURN_SECONDS, []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        going = {_post(pool, lane, now): lane for lane in lanes}
        while going:
            for future in wait(going, return_when=FIRST_COMPLETED).done:
                lane, outcome = going.pop(future), future.result()
                outcomes.append(outcome)
                if _record(lane, outcome, now) and lane.events and time.monotonic() < stop_at:
                    going[_post(pool, lane, now)] = lane
    return outcomes


def _post(pool: ThreadPoolExecutor, lane: Lane, now: datetime) -> Future[Outcome]:
    event = lane.events[0]
    envelope = make_envelope(lane.endpoint, announce_change(event), message_id=change_id(event.sequence), now=now)
    return pool.submit(send_envelope, envelope)


@transaction.atomic
def _record(lane: Lane, outcome: Outcome, now: datetime) -> bool:
    """The log has the attempt and the place has moved if it may; whether the address's turn goes on."""
    endpoint = Endpoint.objects.select_for_update(no_key=True, of=("self",)).get(pk=lane.endpoint.pk)
    push = _note(lane, outcome, now)
    if not lane.is_held_by(endpoint):
        return False
    if not push.is_pending:
        endpoint.sent_through = lane.events.popleft().sequence
    endpoint.changes_due_at = now + _pause(push, outcome)
    endpoint.save(update_fields=["sent_through", "changes_due_at"])
    lane.endpoint = endpoint  # a key or an address that was changed meanwhile holds for the next
    return push.sent_at is not None


def _note(lane: Lane, outcome: Outcome, now: datetime) -> Push:
    """One more attempt in the log; after the last the change is dead, so that it holds up the others no longer."""
    event, endpoint = lane.events[0], lane.endpoint
    known = {"type": f"{event.kind}.{event.verb}", "first_at": now, "last_at": now}
    push, _is_new = Push.objects.get_or_create(
        endpoint=endpoint, round=endpoint.round, sequence=event.sequence, defaults=known
    )
    push.attempts, push.last_at = push.attempts + 1, now
    push.last_error, push.status_code = outcome.error, outcome.status
    if not outcome.error:
        push.sent_at, push.dead_at = now, None
    elif push.attempts >= MAX_ATTEMPTS and push.sent_at is None:
        push.dead_at = now
    push.save(update_fields=["attempts", "last_at", "last_error", "status_code", "sent_at", "dead_at"])
    return push


def _pause(push: Push, outcome: Outcome) -> timedelta:
    """Longer after each failure, or as the receiver wishes; what is over makes room for the next at once."""
    back_off = BACK_OFF[push.attempts - 1] if push.is_pending else timedelta()
    return min(max(back_off, outcome.wait), BACK_OFF[-1])


def _release(lane: Lane, now: datetime) -> None:
    """Anybody may take the address up again, which goes to the end of the line; with nothing left it has caught up."""
    ours = Endpoint.objects.filter(pk=lane.endpoint.pk, lease_until=lane.endpoint.lease_until)
    if lane.is_whole and not lane.events:
        at_place = ours.filter(round=lane.endpoint.round, sent_through=lane.endpoint.sent_through)
        at_place.update(sent_through=lane.newest)
    ours.filter(Q(changes_due_at=None) | Q(changes_due_at__lte=now)).update(changes_due_at=now)
    ours.update(lease_until=None)


def _place(endpoint: Endpoint) -> tuple[Any, ...]:
    """Where it stands, in whose hands, and whose changes it may be told besides the public ones."""
    return endpoint.round, endpoint.sent_through, endpoint.lease_until, endpoint.agency_id
