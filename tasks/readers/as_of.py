"""The list of tasks as it stood at the end of a past day, rebuilt from the ledger in the shape of today's list."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from agencies.models import Agency
from ledger.models import EventQuerySet
from ledger.readers import dated_states_at
from tasks.models import TaskQuerySet
from tasks.planned import Mark
from tasks.readers.rows import make_row, unit_row

Row = dict[str, Any]

_DATES = (
    "start_date", "due_date", "original_due_date", "closing_asked_on", "closed_on", "yellow_from", "red_from",
    "overdue_from",
)  # fmt: skip
_TITLES = ("pillar__number", "pillar__title", "pillar__title_en")


def end_of(day: date) -> datetime:
    """The last moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


def task_rows_as_of(tasks: TaskQuerySet, events: EventQuerySet, *, on: date) -> list[Row]:
    """Those of `tasks` that stood in the ledger at the end of the day, as they were then, by number (three queries).

    Before the first event there are none. Titles and names of units are today's; the plan's own words never change.
    """
    parts = {(plan, number): names for plan, number, *names in tasks.values_list("plan__code", "number", *_TITLES)}
    units = {unit[0]: unit_row(*unit) for unit in Agency.objects.values_list(*_UNIT)}
    rows = []
    for since, state in dated_states_at("task", end_of(on), events):
        names = parts.get((state["plan"], state["number"]))
        if names is not None:
            columns = {**_columns(state), **dict(zip(_TITLES, names, strict=True)), "updated_at": since}
            codes = [code for code in (state["lead"], *state["supporting"]) if code]
            rows.append(make_row(columns, [units[code] for code in codes], state["zones"], _marks(state), on))
    return sorted(rows, key=lambda row: row["number"])


_UNIT = ("code", "name", "plan_name", "short_name", "name_en")


def _columns(state: Row) -> Row:
    """A state's plain fields as the database would give them."""
    approved = state["last_approved_at"]
    return {
        **state,
        **{name: state[name] and date.fromisoformat(state[name]) for name in _DATES},
        "last_approved_at": approved and datetime.fromisoformat(approved),
    }


def _marks(state: Row) -> list[Mark]:
    return [Mark(date.fromisoformat(each["due_on"]), each["planned_percent"]) for each in state["milestones"]]
