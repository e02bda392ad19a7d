"""What becomes of something that was claimed to be sent: done, failed, dead, postponed or given back.

A digest is one parcel and its parts share its fate, in one transaction: what is done stays done together.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from common.workdays import WorkCalendar
from supervision.models import Delivery, Digest

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
SENDING = LEASE / 3  # for each kind of sending in a batch; the rest of the lease is for what is under way then
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
MAX_ATTEMPTS = len(BACK_OFF) + 1
UNREACHABLE_PAUSE = timedelta(minutes=5)
ERROR_LENGTH = 500

Parcel = Delivery | Digest


def mark_done(parcel: Parcel, *, now: datetime) -> None:
    """The transport has taken it."""
    _settle(parcel, done_at=now, lease_until=None, attempts=parcel.attempts + 1, last_error="")


def mark_failed(
    parcel: Parcel, error: Exception | str, *, now: datetime, calendar: WorkCalendar, wait: timedelta = timedelta()
) -> None:
    """The next attempt comes later each time, after `wait` at the earliest; after the last it waits for the office."""
    attempts = parcel.attempts + 1
    is_last = attempts >= MAX_ATTEMPTS
    pause = timedelta() if is_last else min(max(BACK_OFF[attempts - 1], wait), BACK_OFF[-1])
    log.warning("%s %s failed for the %d. time: %s", type(parcel).__name__, parcel.pk, attempts, error)
    _settle(
        parcel,
        attempts=attempts,
        last_error=told(error),
        lease_until=None,
        due_at=now if is_last else calendar.next_working_moment(now + pause),
        dead_at=now if is_last else None,
    )


def postpone(parcels: Iterable[Parcel], error: Exception | str, *, until: datetime) -> None:
    """Not tried at all, so nothing is counted against them."""
    for parcel in parcels:
        _settle(parcel, lease_until=None, due_at=until, last_error=told(error))


def give_back(parcels: Iterable[Parcel]) -> None:
    """Not tried for want of time; anybody may take them up again."""
    for parcel in parcels:
        _settle(parcel, lease_until=None)


@transaction.atomic
def _settle(parcel: Parcel, **values: Any) -> None:
    """Whoever was faster has settled it: only what is still open is changed."""
    type(parcel).objects.pending().filter(pk=parcel.pk).update(**values)
    if isinstance(parcel, Digest):
        Delivery.objects.pending().filter(digest=parcel.pk).update(**values)


def told(error: Exception | str) -> str:
    """An error in as many words as are kept; no database holds a null character."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return text.replace("\x00", "")[:ERROR_LENGTH]
