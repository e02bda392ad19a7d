"""What a sweep would do on a day, for people to read; it writes nothing."""

from datetime import date
from typing import Any

from agencies.models import User
from supervision.models import Channel, Delivery, Level, Suppression
from supervision.readers.planning import DayPlan, Planned, timing
from supervision.wording import Wording
from tasks.models import Task

Row = dict[str, Any]


def rehearsal_rows(day_plan: DayPlan, *, on: date) -> list[Row]:
    """One row for each step and person of the plan, with what would become of it in each channel (three queries)."""
    by_person: dict[tuple[str, int], dict[str, Planned]] = {}
    for each in day_plan.deliveries.values():
        if each.recipient is not None:
            by_person.setdefault((each.step.key, each.recipient), {})[each.channel] = each
    keys = [each.key for each in day_plan.deliveries.values()]
    stored = {row.dedupe_key: row for row in Delivery.objects.filter(dedupe_key__in=keys)}
    people = User.objects.select_related("agency").in_bulk({person for _step, person in by_person})
    tasks = Task.objects.in_bulk({each.clock.task for each in day_plan.deliveries.values()} - {None})
    rows = []
    for (_step, person), channels in by_person.items():
        planned = channels[Channel.INBOX]
        rows.append(
            {
                "level": Level(planned.step.level),
                "task": tasks.get(planned.clock.task),
                "person": people[person],
                "limit": planned.clock.limit,
                "text": _notice(planned, day_plan, on).sentence(),
                "is_copy": planned.is_copy,
                **{channel: _state(each, stored.get(each.key)) for channel, each in channels.items()},
            }
        )
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[int, date, int, int]:
    return -row["level"], row["limit"], row["task"].number if row["task"] else 0, row["person"].pk


def _notice(planned: Planned, day_plan: DayPlan, on: date) -> Wording:
    payload = {**planned.facts(), **timing(planned.clock, day_plan.gathered.calendar, on=on)}
    return Wording.of(planned.step.reason, payload)


def _state(planned: Planned, stored: Delivery | None) -> str:
    """new, no_address, done, dead or waiting."""
    if stored is None or stored.suppressed_at:
        return "new" if planned.has_address else Suppression.NO_ADDRESS.value
    if stored.done_at:
        return "done"
    return "dead" if stored.dead_at else "waiting"
