"""From clocks to deliveries: the one plan that the sweep stores, a dry run prints and a sender checks again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.workdays import WorkCalendar
from supervision.models import Channel, Delivery, Suppression
from supervision.readers.clocks import Gathered
from supervision.reminders import Clock, ReminderPolicy, Step, plan

POLICY = ReminderPolicy()
CHANNELS = (Channel.INBOX, Channel.MAIL)


@dataclass(frozen=True)
class Planned:
    """One reminder to one person through one channel, by its business key."""

    key: str
    step: Step
    clock: Clock
    recipient: int
    channel: Channel
    period: str
    has_address: bool

    @property
    def is_copy(self) -> bool:
        """Told for information; others answer for it."""
        return self.recipient in self.step.copies

    def facts(self) -> dict[str, Any]:
        """What stays the same from planning to sending: ids and dates, no text."""
        return {"limit": self.clock.limit.isoformat(), "period": self.period, "copy": self.is_copy}


@dataclass(frozen=True)
class DayPlan:
    """What should have been sent by a day: deliveries by key, and the steps that nobody is there to get."""

    deliveries: dict[str, Planned]
    unreached: list[Step]
    clocks: dict[str, Clock]
    gathered: Gathered


def plan_deliveries(gathered: Gathered, *, on: date) -> DayPlan:
    """The reminders of these clocks on a day, in the order of their keys. No query."""
    clocks = {clock.key: clock for clock in gathered.clocks}
    steps = plan(gathered.clocks, gathered.calendar, POLICY, on)
    planned = [each for step in steps for each in _for_each_person(step, clocks[step.clock_key], gathered)]
    planned.sort(key=lambda each: each.key)
    unreached = [step for step in steps if not step.recipients]
    return DayPlan({each.key: each for each in planned}, unreached, clocks, gathered)


def _for_each_person(step: Step, clock: Clock, gathered: Gathered) -> Iterator[Planned]:
    for person in (*step.recipients, *step.copies):
        for channel in CHANNELS:
            yield Planned(
                key=f"{step.key}:{person}:{channel}",
                step=step,
                clock=clock,
                recipient=person,
                channel=channel,
                period=gathered.periods.get(clock.key, ""),
                has_address=channel != Channel.MAIL or person in gathered.staff.with_address,
            )


def why_not(delivery: Delivery, day_plan: DayPlan) -> Suppression | None:
    """Why a stored reminder should not go out after all, by the plan of the moment of sending; None if it should."""
    if planned := day_plan.deliveries.get(delivery.dedupe_key):
        return None if planned.has_address else Suppression.NO_ADDRESS
    if clock := day_plan.clocks.get(delivery.clock):
        answering = {*clock.reporters, *clock.approvers, *clock.directors}
        return Suppression.OUT_OF_DATE if delivery.recipient_id in answering else Suppression.NOT_RESPONSIBLE
    same_but_for_limit = delivery.clock.rpartition(":")[0] + ":"
    moved = any(key.startswith(same_but_for_limit) for key in day_plan.clocks)
    return Suppression.LIMIT_MOVED if moved else Suppression.SETTLED


def timing(clock: Clock, calendar: WorkCalendar, *, on: date) -> dict[str, int]:
    """How a clock stands on a day: `left` working days before the limit, or `late` days after it."""
    if on > clock.limit:
        return {"late": (on - clock.limit).days}
    return {"left": calendar.between(on, clock.limit)}
