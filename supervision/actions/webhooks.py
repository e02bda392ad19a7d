"""Webhooks: leased, posted, and marked as done only after the receiver has answered with success.

Every address has its own share of a batch, and the first failure ends its turn: an address in trouble costs the others
nothing. Threads speak to the network alone; the database is the caller's.
"""

import http.client
import time
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from common.workdays import WorkCalendar
from supervision.actions.claims import Claim, check_again
from supervision.actions.mail import items_of
from supervision.actions.outcomes import BACK_OFF, LEASE, SENDING, give_back, mark_done, mark_failed, postpone, told
from supervision.announcements import announce, webhook_id
from supervision.models import Channel, Delivery, Endpoint
from supervision.posting import post
from supervision.webhooks import STANDARD, Announcement, body_of, headers_of, robots_refusal

AT_ONCE = 8
SHARE = 5  # of one address in a batch
TROUBLES = (OSError, ValueError, http.client.HTTPException)


@dataclass(frozen=True)
class PostResult:
    """How many posts went which way."""

    sent: int = 0
    failed: int = 0
    suppressed: int = 0


@dataclass(frozen=True)
class Envelope:
    """One message to one address, ready to be posted without the database."""

    url: str
    template: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a post: an empty error is success; the receiver may want the next attempt later.

    `status` is the receiver's answer, None if there was none.
    """

    error: str = ""
    wait: timedelta = timedelta()
    status: int | None = None


@dataclass(frozen=True)
class Parcel:
    """A claimed delivery and its message."""

    delivery: Delivery
    envelope: Envelope


def make_envelope(endpoint: Endpoint, announcement: Announcement, *, message_id: str, now: datetime) -> Envelope:
    """The message in the endpoint's format; the standard one signed with its key, and the previous while it holds."""
    body = body_of(endpoint.template, announcement)
    keys = endpoint.signing_keys(now=now) if endpoint.template == STANDARD else []
    headers = headers_of(message_id=message_id, at=now, body=body, keys=keys)
    return Envelope(endpoint.url, endpoint.template, body, headers)


def send_envelope(envelope: Envelope) -> Outcome:
    """Post it, and say what became of it; 2xx alone is success, and of a chat robot only without a refusal in it."""
    try:
        answer = post(envelope.url, envelope.body, envelope.headers, allow=settings.WEBHOOK_ALLOW)
    except TROUBLES as error:
        return Outcome(told(error))
    if answer.is_success:
        return Outcome(told(robots_refusal(envelope.template, answer.text)), status=answer.status)
    wait = answer.retry_after if answer.status in {429, 503} else None
    return Outcome(f"HTTP {answer.status}", timedelta(seconds=wait or 0), answer.status)


def send_posts(*, now: datetime, calendar: WorkCalendar, share: int = SHARE) -> PostResult:
    """Some due posts have been taken by their receivers, or have failed and will be tried again."""
    claimed = _lease(now=now, calendar=calendar, share=share)
    queues: dict[int, list[Parcel]] = defaultdict(list)
    for item in items_of(claimed.wanted, now=now, calendar=calendar):
        row, endpoint = item.delivery, item.delivery.endpoint
        assert endpoint is not None
        envelope = make_envelope(endpoint, announce(item), message_id=webhook_id(row), now=now)
        queues[endpoint.pk].append(Parcel(row, envelope))
    sent, failed = _Round(now, calendar).send_all(list(queues.values())) if queues else (0, 0)
    return PostResult(sent, failed, claimed.suppressed)


@transaction.atomic
def _lease(*, now: datetime, calendar: WorkCalendar, share: int) -> Claim:
    """An equal share for each of the addresses that have waited longest."""
    due = Delivery.objects.claimable(now=now).filter(channel=Channel.WEBHOOK)
    waiting = due.order_by().values("endpoint").annotate(oldest=Min("due_at")).order_by("oldest", "endpoint_id")
    rows = due.order_by("due_at", "pk").select_related("recipient", "endpoint", "notice", "bulletin")
    rows = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
    locked = [row for each in waiting[:AT_ONCE] for row in rows.filter(endpoint=each["endpoint"])[:share]]
    claimed = check_again(locked, now=now, calendar=calendar)
    ours = [row.pk for row, _planned in claimed.wanted]
    Delivery.objects.filter(pk__in=ours).update(lease_until=now + LEASE)
    return claimed


@dataclass(frozen=True)
class _Round:
    """Each address's messages one after the other, the addresses beside each other."""

    now: datetime
    calendar: WorkCalendar

    def send_all(self, queues: list[list[Parcel]]) -> tuple[int, int]:
        """(sent, failed). Stops in time before the leases run out; what is left is given back."""
        stop_at = time.monotonic() + SENDING.total_seconds()
        sent = failed = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while queues and time.monotonic() < stop_at:
                going = {pool.submit(send_envelope, queue[0].envelope): queue for queue in queues}
                done = [self._record(future, going[future]) for future in as_completed(going)]
                sent, failed = sent + done.count(True), failed + done.count(False)
                queues = [queue for queue in queues if queue]
        give_back(parcel.delivery for queue in queues for parcel in queue)
        return sent, failed

    def _record(self, future: Future[Outcome], queue: list[Parcel]) -> bool:
        """Whether it was taken; after a failure the address rests, and its other messages with it."""
        outcome, row = future.result(), queue.pop(0).delivery
        if not outcome.error:
            mark_done(row, now=self.now)
            return True
        mark_failed(row, outcome.error, now=self.now, calendar=self.calendar, wait=outcome.wait)
        until = self.calendar.next_working_moment(self.now + max(BACK_OFF[0], min(outcome.wait, BACK_OFF[-1])))
        postpone([parcel.delivery for parcel in queue], outcome.error, until=until)
        queue.clear()
        same = Delivery.objects.claimable(now=self.now).filter(channel=Channel.WEBHOOK, endpoint=row.endpoint_id)
        same.update(due_at=until)
        return False
