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
    "overdue_from", "report_due_on", "held_from", "held_until", "exempt_from", "exempt_until",
)  # fmt: skip
# What an event written before these were kept does not say.
_LATER_FIELDS = {"report_period": "", "exempt_reason": "", "slip_count": 0}
_TITLES = ("pillar__number", "pillar__title", "pillar__title_en")


def end_of(day: date) -> datetime:
    """The last moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


def task_rows_as_of(tasks: TaskQuerySet, events: EventQuerySet, *, on: date) -> list[Row]:
    """Those of `tasks` that stood in the ledger at the end of the day, as they were then, by number (three queries).

    Before the first event there are none. Units bear the names of the day; the plan's own words never change.
    """
    units = units_by_code(on=on)
    return [row_as_of(columns, units, on) for columns in columns_as_of(tasks, events, on=on)]


def units_by_code(*, on: date) -> dict[str, Row]:
    """Every unit as a task's row shows it, by the name of the day (one query)."""
    return {unit[0]: unit_row(*unit) for unit in Agency.objects.named_on(on).values_list(*_UNIT)}


def columns_as_of(tasks: TaskQuerySet, events: EventQuerySet, *, on: date) -> list[Row]:
    """The same as plain columns of the table, with what the ledger's state has beside them (two queries)."""
    parts = _with_last_event(tasks, events, end_of(on))
    found = Event.objects.filter(sequence__in=parts).values_list("sequence", "at", "state")
    rows = [{**state_columns(state), **parts[sequence], "updated_at": since} for sequence, since, state in found]
    return sorted(rows, key=lambda row: row["number"])


def row_as_of(columns: Row, units: dict[str, Row], on: date) -> Row:
    codes = [code for code in (columns["lead"], *columns["supporting"]) if code]
    return make_row(columns, [units[code] for code in codes], columns["zones"], _marks(columns), on)


def _with_last_event(tasks: TaskQuerySet, events: EventQuerySet, moment: datetime) -> dict[int, Row]:
    """The number of each task's last event by then, with its titles; one look into the index a task."""
    key = Concat("plan__code", Value("/"), Cast("number", CharField()))
    past = events.filter(kind="task", key=OuterRef("ledger_key"), at__lte=moment).order_by("-sequence")
    dated = tasks.annotate(ledger_key=key, last=Subquery(past.values("sequence")[:1])).exclude(last=None)
    return {row.pop("last"): row for row in dated.order_by().values("last", *_TITLES)}


_UNIT = ("code", "name_then", "plan_name", "short_name_then", "name_en_then")


def state_columns(state: Row) -> Row:
    """A state's plain fields as the database would give them."""
    approved, received = state["last_approved_at"], state.get("received_on")
    return {
        **_LATER_FIELDS,
        **state,
        **{name: state.get(name) and date.fromisoformat(state[name]) for name in _DATES},
        "last_approved_at": approved and datetime.fromisoformat(approved),
        "received_on": received and date.fromisoformat(received),
        "cycle": state.get("cycle", ""),
    }


def _marks(state: Row) -> list[Mark]:
    return [Mark(date.fromisoformat(each["due_on"]), each["planned_percent"]) for each in state["milestones"]]
