"""Mail: leased, sent, and marked as done only after the transport has taken it.

Whoever dies in between leaves a lease that runs out, and the mail goes out again under the same Message-ID.
"""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from common.workdays import WorkCalendar
from supervision.actions.claims import Claim, Wanted, claim
from supervision.actions.outcomes import (
    LEASE,
    SENDING,
    UNREACHABLE_PAUSE,
    Parcel,
    give_back,
    mark_done,
    mark_failed,
    postpone,
    told,
)
from supervision.models import Channel, Delivery, Digest
from supervision.notifications import Item, single_mail
from supervision.readers import Planned, timing
from supervision.wording import Wording
from tasks.models import Assignment, Task


@dataclass(frozen=True)
class MailResult:
    """How many mails went which way."""

    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    is_unreachable: bool = False


@dataclass(frozen=True)
class Letter:
    """What was claimed, a delivery or a digest, and its mail."""

    parcel: Parcel
    mail: EmailMultiAlternatives


def send_mails(*, now: datetime, calendar: WorkCalendar, limit: int) -> MailResult:
    """Some due mails that go by themselves (催办 and above) have been handed over, or have failed for now."""
    claimed = _lease(now=now, calendar=calendar, limit=limit)
    items = items_of(claimed.wanted, now=now, calendar=calendar)
    letters = [Letter(item.delivery, single_mail(item)) for item in items]
    result = send_letters(letters, now=now, calendar=calendar)
    return replace(result, suppressed=claimed.suppressed)


@transaction.atomic
def _lease(*, now: datetime, calendar: WorkCalendar, limit: int) -> Claim:
    due = Delivery.objects.filter(channel=Channel.MAIL).outside_digests()
    claimed = claim(due, now=now, calendar=calendar, limit=limit)
    ours = [row.pk for row, _planned in claimed.wanted]
    Delivery.objects.filter(pk__in=ours).update(lease_until=now + LEASE)
    return claimed


def items_of(wanted: Sequence[Wanted], *, now: datetime, calendar: WorkCalendar) -> list[Item]:
    """What each delivery says at this moment, with its task and lead (two queries)."""
    tasks = Task.objects.in_bulk({planned.clock.task for _row, planned in wanted if planned.clock.task})
    links = Assignment.objects.filter(task__in=tasks, role=Assignment.Role.LEAD)
    leads = dict(links.values_list("task", "agency__name"))
    return [
        Item(row, _wording(planned, calendar, now), tasks.get(task), leads.get(task, ""))
        for row, planned in wanted
        for task in [planned.clock.task or 0]  # a bulletin is about no single one
    ]


def _wording(planned: Planned, calendar: WorkCalendar, now: datetime) -> Wording:
    facts = {**planned.facts(), **timing(planned.clock, calendar, on=now.date())}
    return Wording.of(planned.step.reason, facts)


def send_letters(letters: Sequence[Letter], *, now: datetime, calendar: WorkCalendar) -> MailResult:
    """These leased mails have been handed to the mail system, or have failed and will be tried again.

    A mail system that cannot be reached at all is no failure of a mail: nothing is counted against any.
    """
    if not letters:
        return MailResult()
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        _postpone_all(letters, error, now=now, calendar=calendar)
        return MailResult(is_unreachable=True)
    try:
        return _send_all(letters, connection, now=now, calendar=calendar)
    finally:
        _close(connection)


def _send_all(letters: Sequence[Letter], connection: Any, *, now: datetime, calendar: WorkCalendar) -> MailResult:
    """Stops in time before the leases run out; what is left is given back."""
    stop_at = time.monotonic() + SENDING.total_seconds()
    sent = 0
    for done, letter in enumerate(letters):
        if time.monotonic() > stop_at:
            give_back(each.parcel for each in letters[done:])
            return MailResult(sent=sent, failed=done - sent)
        sent += _send(letter, connection, now=now, calendar=calendar)
    return MailResult(sent=sent, failed=len(letters) - sent)


def _send(letter: Letter, connection: Any, *, now: datetime, calendar: WorkCalendar) -> bool:
    """One mail's trouble is its own: refused, broken off or with an address that cannot be one."""
    try:
        taken = connection.send_messages([letter.mail])
    except (OSError, ValueError) as error:
        _close(connection)
        mark_failed(letter.parcel, error, now=now, calendar=calendar)
        return False
    if not taken:
        mark_failed(letter.parcel, "the transport took nothing", now=now, calendar=calendar)
        return False
    mark_done(letter.parcel, now=now)
    return True


def _postpone_all(letters: Sequence[Letter], error: OSError, *, now: datetime, calendar: WorkCalendar) -> None:
    """Not only these: whatever else is due by mail would wait for the same connection in vain."""
    until = calendar.next_working_moment(now + UNREACHABLE_PAUSE)
    postpone([each.parcel for each in letters], error, until=until)
    mails = Delivery.objects.claimable(now=now).filter(channel=Channel.MAIL)
    mails.update(due_at=until, last_error=told(error))
    Digest.objects.claimable(now=now).update(due_at=until, last_error=told(error))


def _close(connection: Any) -> None:
    """What a mail system says on leaving changes nothing about what it has taken."""
    with suppress(OSError):
        connection.close()
