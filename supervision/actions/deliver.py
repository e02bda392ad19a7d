"""Sending what stands in the outbox: a batch for each channel, in working hours only."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from common.workdays import WorkCalendar
from supervision.actions.claims import claim
from supervision.actions.mail import MailResult, send_mails
from supervision.models import Channel, Delivery, Message
from supervision.readers import timing
from tasks.models import CalendarDay

INBOX_BATCH = 200
MAIL_BATCH = 10
MAX_BATCHES = 100
MAX_SECONDS = 120  # and a batch's worst case are below a job's time limit, which would break off a mail half-way


@dataclass(frozen=True)
class DeliverResult:
    """How many deliveries went which way; `is_unreachable` says that the mail system could not be spoken to."""

    inbox: int = 0
    mail: int = 0
    suppressed: int = 0
    failed: int = 0
    is_unreachable: bool = False

    def __add__(self, other: "DeliverResult") -> "DeliverResult":
        return DeliverResult(
            self.inbox + other.inbox,
            self.mail + other.mail,
            self.suppressed + other.suppressed,
            self.failed + other.failed,
            self.is_unreachable or other.is_unreachable,
        )

    @property
    def handled(self) -> int:
        return self.inbox + self.mail + self.suppressed + self.failed


def deliver_due(*, clock: Callable[[], datetime], batches: int = MAX_BATCHES) -> DeliverResult:
    """Batch after batch until nothing is due, or so many, or for so long; the rest waits for the next call.

    The clock is asked anew for each batch, because leases are counted from it.
    """
    total, stop_at = DeliverResult(), time.monotonic() + MAX_SECONDS
    for _count in range(batches):
        done = deliver_batch(now=clock())
        total += done
        if not done.handled or done.is_unreachable or time.monotonic() > stop_at:
            break
    return total


def deliver_batch(*, now: datetime, inbox_batch: int = INBOX_BATCH, mail_batch: int = MAIL_BATCH) -> DeliverResult:
    """Some due deliveries have gone out: those in the inbox exactly once, those by mail at least once.

    Outside working hours nothing goes out, also what was due within them and came late.
    """
    now = localtime(now)
    calendar = CalendarDay.objects.as_calendar()
    if calendar.next_working_moment(now) != now:
        return DeliverResult()
    inbox = _deliver_inbox(now=now, calendar=calendar, limit=inbox_batch)
    return inbox + _as_result(send_mails(now=now, calendar=calendar, limit=mail_batch))


@transaction.atomic
def _deliver_inbox(*, now: datetime, calendar: WorkCalendar, limit: int) -> DeliverResult:
    """Claim, message and mark in one transaction: after a crash all of it happened or nothing did."""
    claimed = claim(Channel.INBOX, now=now, calendar=calendar, limit=limit)
    Message.objects.bulk_create(
        Message(
            delivery=row,
            user_id=row.recipient_id,
            task_id=row.task_id,
            reason=row.reason,
            level=row.level,
            payload={**planned.facts(), **timing(planned.clock, calendar, on=now.date())},
            created_at=now,
        )
        for row, planned in claimed.wanted
    )
    sent = Delivery.objects.filter(pk__in=[row.pk for row, _planned in claimed.wanted])
    return DeliverResult(inbox=sent.update(done_at=now, attempts=F("attempts") + 1), suppressed=claimed.suppressed)


def _as_result(mails: MailResult) -> DeliverResult:
    return DeliverResult(
        mail=mails.sent, suppressed=mails.suppressed, failed=mails.failed, is_unreachable=mails.is_unreachable
    )
