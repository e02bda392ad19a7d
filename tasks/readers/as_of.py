"""The list of tasks as it stood at the end of a past day, rebuilt from the ledger in the shape of today's list."""

from datetime import date, datetime, time
from typing import Any

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from agencies.models import Agency
from ledger.models import Event, EventQuerySet
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
    parts = _with_last_event(tasks, events, end_of(on))
    units = {unit[0]: unit_row(*unit) for unit in Agency.objects.values_list(*_UNIT)}
    found = Event.objects.filter(sequence__in=parts).values_list("sequence", "at", "state")
    rows = [_row(state, {**parts[sequence], "updated_at": since}, units, on) for sequence, since, state in found]
    return sorted(rows, key=lambda row: row["number"])


def _row(state: Any, more: Row, units: dict[str, Row], on: date) -> Row:
    codes = [code for code in (state["lead"], *state["supporting"]) if code]
    return make_row({**_columns(state), **more}, [units[code] for code in codes], state["zones"], _marks(state), on)


def _with_last_event(tasks: TaskQuerySet, events: EventQuerySet, moment: datetime) -> dict[int, Row]:
    """The number of each task's last event by then, with its titles; one look into the index a task."""
    key = Concat("plan__code", Value("/"), Cast("number", CharField()))
    past = events.filter(kind="task", key=OuterRef("ledger_key"), at__lte=moment).order_by("-sequence")
    dated = tasks.annotate(ledger_key=key, last=Subquery(past.values("sequence")[:1])).exclude(last=None)
    return {row.pop("last"): row for row in dated.order_by().values("last", *_TITLES)}


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
