"""From clocks to deliveries: the one plan that the sweep stores, a dry run prints and a sender checks again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.workdays import WorkCalendar
from supervision.models import Channel, Delivery, Suppression
from supervision.readers.clocks import Gathered
from supervision.reminders import KIND_BULLETIN, URGE_LEVEL, Clock, Step, plan
from supervision.status import NoticeStatus

CHANNELS = (Channel.INBOX, Channel.MAIL)


@dataclass(frozen=True)
class Planned:
    """One reminder to one person or endpoint through one channel, by its business key."""

    key: str
    step: Step
    clock: Clock
    channel: Channel
    recipient: int | None = None
    endpoint: int | None = None
    has_address: bool = True

    @property
    def period(self) -> str:
        return self.clock.period

    @property
    def notice(self) -> int | None:
        """The notice that is sent, if it is one."""
        return self.step.mark.notice if self.step.mark else None

    @property
    def bulletin(self) -> int | None:
        return int(self.clock.key.split(":")[1]) if self.clock.kind == KIND_BULLETIN else None

    @property
    def is_copy(self) -> bool:
        """Told for information; others answer for it."""
        return self.recipient in self.step.copies

    def facts(self) -> dict[str, Any]:
        """What stays the same from planning to sending: ids, codes and dates, no text."""
        return {
            "limit": self.clock.limit.isoformat(),
            "period": self.period,
            "copy": self.is_copy,
            **({"subject": self.clock.subject} if self.clock.subject else {}),
            **self._of_notice(),
        }

    def _of_notice(self) -> dict[str, Any]:
        if not self.step.mark:
            return {}
        limit = self.step.mark.new_limit
        return {"number": self.step.mark.number, "new_limit": limit.isoformat() if limit else ""}


@dataclass(frozen=True)
class DayPlan:
    """What should have been sent by a day: deliveries by key, the notices to be drafted or drafted already, and the
    steps that nobody is there to get.
    """

    deliveries: dict[str, Planned]
    drafts: list[Step]
    unreached: list[Step]
    clocks: dict[str, Clock]
    gathered: Gathered


def plan_deliveries(gathered: Gathered, *, on: date) -> DayPlan:
    """The reminders of these clocks on a day, in the order of their keys. No query."""
    clocks = {clock.key: clock for clock in gathered.clocks}
    steps = plan(gathered.clocks, gathered.calendar, gathered.rules.reminders, on)
    sending = [step for step in steps if not step.is_draft]
    planned = [each for step in sending for each in _planned(step, clocks[step.clock_key], gathered)]
    planned.sort(key=lambda each: each.key)
    return DayPlan(
        deliveries={each.key: each for each in planned},
        drafts=[step for step in steps if step.is_draft],
        unreached=[step for step in sending if not step.recipients],
        clocks=clocks,
        gathered=gathered,
    )


def _planned(step: Step, clock: Clock, gathered: Gathered) -> Iterator[Planned]:
    for person in (*step.recipients, *step.copies):
        for channel in CHANNELS:
            has_address = channel != Channel.MAIL or person in gathered.staff.with_address
            key = f"{step.key}:{person}:{channel}"
            yield Planned(key, step, clock, channel, recipient=person, has_address=has_address)
    for target in gathered.targets:
        is_concerned = target.min_level <= step.level and target.agency in {None, clock.agency}
        if is_concerned and target.since <= step.on:
            key = f"{step.key}:e{target.pk}:{Channel.WEBHOOK}"
            yield Planned(key, step, clock, Channel.WEBHOOK, endpoint=target.pk)


def why_not(delivery: Delivery, day_plan: DayPlan) -> Suppression | None:
    """Why a stored reminder should not go out after all, by the plan of the moment of sending; None if it should."""
    if planned := day_plan.deliveries.get(delivery.dedupe_key):
        return None if planned.has_address else Suppression.NO_ADDRESS
    if clock := day_plan.clocks.get(delivery.clock):
        return _why_not_of(delivery, clock, day_plan.gathered)
    same_but_for_limit = delivery.clock.rpartition(":")[0] + ":"
    moved = any(key.startswith(same_but_for_limit) for key in day_plan.clocks)
    return Suppression.LIMIT_MOVED if moved else Suppression.SETTLED


def _why_not_of(delivery: Delivery, clock: Clock, gathered: Gathered) -> Suppression:
    """The clock still runs, yet this reminder is none of its plan today."""
    if clock.is_held:
        return Suppression.OFFICE_TO_ANSWER
    mark = clock.mark_of(delivery.level) if delivery.level >= URGE_LEVEL else None
    if mark and mark.status == NoticeStatus.ANSWERED:
        return Suppression.ANSWERED
    if delivery.endpoint_id:
        serves = any(target.pk == delivery.endpoint_id for target in gathered.targets)
        return Suppression.OUT_OF_DATE if serves else Suppression.ENDPOINT_RETIRED
    return Suppression.OUT_OF_DATE if delivery.recipient_id in clock.people else Suppression.NOT_RESPONSIBLE


def timing(clock: Clock, calendar: WorkCalendar, *, on: date) -> dict[str, int]:
    """How a clock stands on a day: `left` working days before the limit, or `late` days after it."""
    if on > clock.limit:
        return {"late": (on - clock.limit).days}
    return {"left": calendar.between(on, clock.limit)}
