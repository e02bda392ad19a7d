"""Mail: leased, sent, and marked as done only after the transport has taken it.

Whoever dies in between leaves a lease that runs out, and the mail goes out again under the same Message-ID.
"""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F

from common.workdays import WorkCalendar
from supervision.actions.claims import Claim, claim
from supervision.models import Channel, Delivery
from supervision.notifications import Notice, reminder_mail
from supervision.readers import Planned, timing
from tasks.models import Assignment, Task

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
MAX_ATTEMPTS = len(BACK_OFF) + 1
UNREACHABLE_PAUSE = timedelta(minutes=5)
ERROR_LENGTH = 500


@dataclass(frozen=True)
class MailResult:
    """How many mails went which way."""

    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    is_unreachable: bool = False


@dataclass(frozen=True)
class Letter:
    """A claimed delivery and its mail."""

    delivery: Delivery
    mail: EmailMultiAlternatives


def send_mails(*, now: datetime, calendar: WorkCalendar, limit: int) -> MailResult:
    """Some due mails have been handed to the mail system, or have failed and will be tried again.

    A mail system that cannot be reached at all is no failure of a mail: nothing is counted against it.
    """
    claimed = _lease(now=now, calendar=calendar, limit=limit)
    if not claimed.wanted:
        return MailResult(suppressed=claimed.suppressed)
    letters = _letters(claimed.wanted, calendar, now)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        _postpone(letters, error, now=now, calendar=calendar)
        return MailResult(suppressed=claimed.suppressed, is_unreachable=True)
    try:
        sent, failed = _send_all(letters, connection, now=now, calendar=calendar)
    finally:
        _close(connection)
    return MailResult(sent=sent, failed=failed, suppressed=claimed.suppressed)


@transaction.atomic
def _lease(*, now: datetime, calendar: WorkCalendar, limit: int) -> Claim:
    claimed = claim(Channel.MAIL, now=now, calendar=calendar, limit=limit)
    ours = [row.pk for row, _planned in claimed.wanted]
    Delivery.objects.filter(pk__in=ours).update(lease_until=now + LEASE)
    return claimed


def _letters(wanted: list[tuple[Delivery, Planned]], calendar: WorkCalendar, now: datetime) -> list[Letter]:
    tasks = Task.objects.in_bulk({planned.clock.task for _row, planned in wanted})
    links = Assignment.objects.filter(task__in=tasks, role=Assignment.Role.LEAD)
    leads = dict(links.values_list("task", "agency__name"))
    return [
        Letter(row, _mail(row, _notice(planned, calendar, now), tasks[planned.clock.task], leads))
        for row, planned in wanted
    ]


def _notice(planned: Planned, calendar: WorkCalendar, now: datetime) -> Notice:
    facts = {**planned.facts(), **timing(planned.clock, calendar, on=now.date())}
    return Notice.of(planned.step.reason, facts)


def _mail(row: Delivery, notice: Notice, task: Task, leads: dict[int, str]) -> EmailMultiAlternatives:
    return reminder_mail(
        dedupe_key=row.dedupe_key,
        level=row.level,
        notice=notice,
        recipient=row.recipient,
        task=task,
        lead=leads.get(task.pk, ""),
    )


def _send_all(letters: list[Letter], connection: Any, *, now: datetime, calendar: WorkCalendar) -> tuple[int, int]:
    """(sent, failed). Stops in time before the leases run out; what is left is given back."""
    stop_at = time.monotonic() + LEASE.total_seconds() / 2
    sent = 0
    for done, letter in enumerate(letters):
        if time.monotonic() > stop_at:
            _give_back(letters[done:])
            return sent, done - sent
        sent += _send(letter, connection, now=now, calendar=calendar)
    return sent, len(letters) - sent


def _send(letter: Letter, connection: Any, *, now: datetime, calendar: WorkCalendar) -> bool:
    """One mail's trouble is its own: refused, broken off or with an address that cannot be one."""
    try:
        taken = connection.send_messages([letter.mail])
    except (OSError, ValueError) as error:
        _close(connection)
        _record_failure(letter.delivery, error, now=now, calendar=calendar)
        return False
    if not taken:
        _record_failure(letter.delivery, "the transport took nothing", now=now, calendar=calendar)
        return False
    Delivery.objects.pending().filter(pk=letter.delivery.pk).update(
        done_at=now, lease_until=None, attempts=F("attempts") + 1, last_error=""
    )
    return True


def _record_failure(
    delivery: Delivery, error: OSError | ValueError | str, *, now: datetime, calendar: WorkCalendar
) -> None:
    """The next attempt comes later each time; after the last the delivery waits for the office."""
    attempts = delivery.attempts + 1
    is_last = attempts >= MAX_ATTEMPTS
    later = now if is_last else calendar.next_working_moment(now + BACK_OFF[attempts - 1])
    log.warning("mail %s failed for the %d. time: %s", delivery.pk, attempts, error)
    Delivery.objects.pending().filter(pk=delivery.pk).update(
        attempts=attempts,
        last_error=_told(error),
        lease_until=None,
        due_at=later,
        dead_at=now if is_last else None,
    )


def _postpone(letters: list[Letter], error: OSError, *, now: datetime, calendar: WorkCalendar) -> None:
    log.warning("the mail system cannot be reached: %s", error)
    Delivery.objects.pending().filter(pk__in=[each.delivery.pk for each in letters]).update(
        lease_until=None,
        due_at=calendar.next_working_moment(now + UNREACHABLE_PAUSE),
        last_error=_told(error),
    )


def _close(connection: Any) -> None:
    """What a mail system says on leaving changes nothing about what it has taken."""
    with suppress(OSError):
        connection.close()


def _give_back(letters: list[Letter]) -> None:
    Delivery.objects.pending().filter(pk__in=[each.delivery.pk for each in letters]).update(lease_until=None)


def _told(error: OSError | ValueError | str) -> str:
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return text.replace("\x00", "")[:ERROR_LENGTH]
