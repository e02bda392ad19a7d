"""Claiming due deliveries, and checking each again before it goes out: the frame that every channel shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from common.workdays import WorkCalendar
from supervision.models import Delivery, DeliveryQuerySet, Suppression
from supervision.readers import DayPlan, Planned, gather_clocks, plan_deliveries, why_not
from tasks.models import Task

Wanted = tuple[Delivery, Planned]


@dataclass(frozen=True)
class Claim:
    """Deliveries under their row locks: those that still stand with their plan of today, and how many do not."""

    day_plan: DayPlan | None = None
    wanted: list[Wanted] = field(default_factory=list)
    suppressed: int = 0


def claim(due: DeliveryQuerySet, *, now: datetime, calendar: WorkCalendar, limit: int) -> Claim:
    """Lock a few due deliveries in the caller's transaction; what is no longer right is marked as suppressed.

    On PostgreSQL rows that somebody else is claiming are skipped; on SQLite the transaction itself, begun IMMEDIATE,
    lets one writer in. What was claimed before and came back goes last, so that it cannot hold up the rest.
    """
    rows = due.claimable(now=now).order_by(F("lease_until").asc(nulls_first=True), "due_at", "pk")
    rows = rows.select_related("recipient", "endpoint", "notice", "bulletin")
    locked = list(rows.select_for_update(no_key=True, skip_locked=True, of=("self",))[:limit])
    return check_again(locked, now=now, calendar=calendar)


def check_again(rows: Sequence[Delivery], *, now: datetime, calendar: WorkCalendar) -> Claim:
    """Which of these locked deliveries still stand by the plan of this moment; the others are marked as suppressed."""
    if not rows:
        return Claim()
    tasks = Task.objects.current().filter(pk__in={row.task_id for row in rows})
    day_plan = plan_deliveries(gather_clocks(tasks, on=now.date(), calendar=calendar), on=now.date())
    refused = {row.pk: reason for row in rows if (reason := why_not(row, day_plan))}
    for reason in set(refused.values()):
        _suppress([pk for pk, why in refused.items() if why == reason], reason, now=now)
    wanted = [(row, day_plan.deliveries[row.dedupe_key]) for row in rows if row.pk not in refused]
    return Claim(day_plan, wanted, len(refused))


def _suppress(pks: list[int], reason: Suppression, *, now: datetime) -> None:
    """It leaves its digest too: when its cause comes back, it goes into one of that day."""
    Delivery.objects.filter(pk__in=pks).update(
        suppressed_at=now, suppressed_reason=reason, lease_until=None, digest=None
    )
