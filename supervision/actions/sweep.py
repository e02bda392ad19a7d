"""The sweep: finds in the data what is due and puts it into the outbox, as often as anybody likes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from ledger.actors import SYSTEM, Actor
from progress.actions import open_periods
from supervision.models import Delivery, Suppression
from supervision.readers import Planned, gather_clocks, plan_deliveries
from tasks.models import Task

CHUNK = 500


@dataclass(frozen=True)
class SweepResult:
    """What a sweep found and did: periods opened, clocks read, deliveries planned, stored anew and taken up again.

    `unreached` counts the steps that nobody is there to get; `due_at` is when what is new goes out.
    """

    periods: int
    clocks: int
    planned: int
    created: int
    revived: int
    unreached: int
    due_at: datetime


def sweep(*, now: datetime, by: Actor = SYSTEM) -> SweepResult:
    """Every reminder that is due now stands in the outbox once, to go out in working hours; periods are open.

    Safe to repeat, to miss and to run twice at once: the business key is unique, and what was planned is stored in
    parts of a transaction each, so a sweep that is killed is completed by the next. No event is written to the
    ledger: nothing that people decide changes, and the delivery itself is the record.
    """
    now = localtime(now)
    opened = open_periods(on=now.date(), by=by, now=now)
    gathered = gather_clocks(Task.objects.current(), on=now.date())
    day_plan = plan_deliveries(gathered, on=now.date())
    due_at = gathered.calendar.next_working_moment(now)
    planned = list(day_plan.deliveries.values())
    created = revived = 0
    for start in range(0, len(planned), CHUNK):
        counts = _store(planned[start : start + CHUNK], now=now, due_at=due_at)
        created, revived = created + counts[0], revived + counts[1]
    return SweepResult(
        periods=len(opened),
        clocks=len(gathered.clocks),
        planned=len(planned),
        created=created,
        revived=revived,
        unreached=len(day_plan.unreached),
        due_at=due_at,
    )


def _store(planned: list[Planned], *, now: datetime, due_at: datetime) -> tuple[int, int]:
    """Add what is missing and take up again what was suppressed for a reason that is gone: (created, revived).

    Looking first keeps a sweep that has nothing new from writing; who else stored it meanwhile is settled by the key.
    """
    known = Delivery.objects.filter(dedupe_key__in=[each.key for each in planned])
    ended = dict(known.values_list("dedupe_key", "suppressed_at"))
    missing = [_delivery(each, now=now, due_at=due_at) for each in planned if each.key not in ended]
    if missing:
        Delivery.objects.bulk_create(missing, ignore_conflicts=True)
    revivable = [each.key for each in planned if ended.get(each.key) and each.has_address]
    return len(missing), _revive(revivable, due_at=due_at) if revivable else 0


def _delivery(planned: Planned, *, now: datetime, due_at: datetime) -> Delivery:
    """A mail to somebody without an address is stored as suppressed, so that it can be seen why none came."""
    return Delivery(
        dedupe_key=planned.key,
        clock=planned.clock.key,
        channel=planned.channel,
        recipient_id=planned.recipient,
        task_id=planned.clock.task,
        reason=planned.step.reason,
        level=planned.step.level,
        payload=planned.facts(),
        due_at=due_at,
        created_at=now,
        suppressed_at=None if planned.has_address else now,
        suppressed_reason="" if planned.has_address else Suppression.NO_ADDRESS,
    )


@transaction.atomic
def _revive(keys: Iterable[str], *, due_at: datetime) -> int:
    """A deadline moved away and back, a report withdrawn, a person back in service: the reminder is due again.

    It was never sent. Rows that another sweep has just locked are left to it.
    """
    suppressed = Delivery.objects.filter(dedupe_key__in=keys, suppressed_at__isnull=False).order_by("pk")
    locked = [row.pk for row in suppressed.select_for_update(no_key=True, skip_locked=True)]
    return Delivery.objects.filter(pk__in=locked).update(
        suppressed_at=None, suppressed_reason="", due_at=due_at, lease_until=None
    )
