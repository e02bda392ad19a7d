"""Sending what stands in the outbox: a batch for each channel, in working hours only."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from common.workdays import WorkCalendar
from supervision.actions.changes import send_changes
from supervision.actions.claims import claim
from supervision.actions.digests import form_digests, send_digests
from supervision.actions.mail import MailResult, send_mails
from supervision.actions.webhooks import send_posts
from supervision.models import Channel, Delivery, Message
from supervision.readers import Planned, timing
from tasks.models import CalendarDay

INBOX_BATCH = 200
MAIL_BATCH = 10
PEOPLE_BATCH = 50  # whose digests are formed at once
MAX_BATCHES = 100
MAX_SECONDS = 60  # and a batch's worst case are below a job's time limit, which would break off a mail half-way


@dataclass(frozen=True)
class DeliverResult:
    """How many deliveries went which way; `mail` counts mails, a digest as one, `gathered` the parts put into digests.

    `is_unreachable` says that the mail system could not be spoken to.
    """

    inbox: int = 0
    mail: int = 0
    webhook: int = 0
    changes: int = 0
    gathered: int = 0
    suppressed: int = 0
    failed: int = 0
    is_unreachable: bool = False

    def __add__(self, other: "DeliverResult") -> "DeliverResult":
        return DeliverResult(
            self.inbox + other.inbox,
            self.mail + other.mail,
            self.webhook + other.webhook,
            self.changes + other.changes,
            self.gathered + other.gathered,
            self.suppressed + other.suppressed,
            self.failed + other.failed,
            self.is_unreachable or other.is_unreachable,
        )

    @property
    def handled(self) -> int:
        return self.inbox + self.mail + self.webhook + self.changes + self.gathered + self.suppressed + self.failed


def deliver_due(*, clock: Callable[[], datetime], batches: int = MAX_BATCHES) -> DeliverResult:
    """Batch after batch until nothing is due, or so many, or for so long; the rest waits for the next call.

    The clock is asked anew for each batch, because leases are counted from it. A mail system that cannot be reached
    ends nothing: its mails wait, and inbox and webhooks go on.
    """
    total, stop_at = DeliverResult(), time.monotonic() + MAX_SECONDS
    for _count in range(batches):
        done = deliver_batch(now=clock())
        total += done
        if not done.handled or time.monotonic() > stop_at:
            break
    return total


def deliver_batch(*, now: datetime, inbox_batch: int = INBOX_BATCH, mail_batch: int = MAIL_BATCH) -> DeliverResult:
    """Some due deliveries have gone out: those in the inbox exactly once, those by mail and webhook at least once.

    Outside working hours no reminder goes out, also what was due within them and came late. Escalations go before
    digests. Changes go to systems at any hour.
    """
    now, began = localtime(now), time.monotonic()
    calendar = CalendarDay.objects.as_calendar()
    is_open = calendar.next_working_moment(now) == now
    reminders = _remind(now, calendar, inbox_batch, mail_batch) if is_open else DeliverResult()
    changes = send_changes(now=_later(now, began))
    return reminders + DeliverResult(changes=changes.sent, failed=changes.failed)


def _remind(now: datetime, calendar: WorkCalendar, inbox_batch: int, mail_batch: int) -> DeliverResult:
    began = time.monotonic()
    inbox = _deliver_inbox(now=now, calendar=calendar, limit=inbox_batch)
    singles = send_mails(now=now, calendar=calendar, limit=mail_batch)
    digests = _send_digests(_later(now, began), calendar, mail_batch)
    return inbox + _as_result(singles) + digests + _push(_later(now, began), calendar)


def _later(now: datetime, began: float) -> datetime:
    """Now, and the whole minutes since: after a slow mail system, leases counted from `now` would soon be over."""
    return now + timedelta(minutes=(time.monotonic() - began) // 60)


def _send_digests(now: datetime, calendar: WorkCalendar, limit: int) -> DeliverResult:
    if not limit:
        return DeliverResult()
    gathered = form_digests(now=now, calendar=calendar, limit=PEOPLE_BATCH)
    return DeliverResult(gathered=gathered) + _as_result(send_digests(now=now, calendar=calendar, limit=limit))


def _push(now: datetime, calendar: WorkCalendar) -> DeliverResult:
    posts = send_posts(now=now, calendar=calendar)
    return DeliverResult(webhook=posts.sent, suppressed=posts.suppressed, failed=posts.failed)


@transaction.atomic
def _deliver_inbox(*, now: datetime, calendar: WorkCalendar, limit: int) -> DeliverResult:
    """Claim, message and mark in one transaction: after a crash all of it happened or nothing did."""
    due = Delivery.objects.filter(channel=Channel.INBOX)
    claimed = claim(due, now=now, calendar=calendar, limit=limit)
    Message.objects.bulk_create(_message(*each, calendar=calendar, now=now) for each in claimed.wanted)
    sent = Delivery.objects.filter(pk__in=[row.pk for row, _planned in claimed.wanted])
    return DeliverResult(inbox=sent.update(done_at=now, attempts=F("attempts") + 1), suppressed=claimed.suppressed)


def _message(row: Delivery, planned: Planned, *, calendar: WorkCalendar, now: datetime) -> Message:
    assert row.recipient_id is not None
    return Message(
        delivery=row,
        user_id=row.recipient_id,
        task_id=row.task_id,
        reason=row.reason,
        level=row.level,
        payload={**planned.facts(), **timing(planned.clock, calendar, on=now.date())},
        created_at=now,
    )


def _as_result(mails: MailResult) -> DeliverResult:
    return DeliverResult(
        mail=mails.sent, suppressed=mails.suppressed, failed=mails.failed, is_unreachable=mails.is_unreachable
    )
