"""Who owes a report for which periods, told from columns that were read anyway."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from ledger.models import EventQuerySet
from tasks.models import TaskQuerySet
from tasks.periods import PeriodDates, begun_on, owes
from tasks.readers.as_of import columns_as_of, row_as_of, units_by_code
from tasks.readers.rows import ROW_FIELDS, light_of_row, rows_of
from tasks.status import REPORTING

Row = dict[str, Any]

# What `row_owes` reads of a task; a ledger state has all of it too.
DUTY_FIELDS = tuple(dict.fromkeys((*ROW_FIELDS, "cycle", "received_on")))


def row_owes(row: Row, period: PeriodDates) -> bool:
    """Whether a task owes a report for a period, from its columns `DUTY_FIELDS`: as `Task.owes` says it."""
    return row["status"] in REPORTING and owes(
        period,
        status=row["status"],
        start=begun_on(row["start_date"], row["received_on"]),
        cycle=row["cycle"],
        colour=light_of_row(row, period.starts_on).colour,
    )


def task_rows_owing(tasks: TaskQuerySet, *, periods: Iterable[PeriodDates], on: date) -> list[Row]:
    """`task_rows` with, in `owes`, the codes of those of `periods` for which each owes a report (no query more)."""
    found, periods = list(tasks.values(*DUTY_FIELDS)), list(periods)
    owed = [[each.code for each in periods if row_owes(row, each)] for row in found]
    return [{**row, "owes": codes} for row, codes in zip(rows_of(found, on), owed, strict=True)]


def owed_at_close(tasks: TaskQuerySet, events: EventQuerySet, *, period: PeriodDates) -> list[tuple[int, str]]:
    """The number and lead of each of `tasks` that owed when a period ended, as the ledger knew it then (two queries).

    It does not depend on when one asks: nothing that happens after the period's end changes the answer.
    """
    states = columns_as_of(tasks, events, on=period.ends_on)
    return [(state["number"], state["lead"]) for state in states if state["lead"] and row_owes(state, period)]


def rows_owing_as_of(
    tasks: TaskQuerySet, events: EventQuerySet, *, periods: Iterable[PeriodDates], on: date
) -> list[Row]:
    """`task_rows_as_of` with what each owed then in `owes` (no query more)."""
    units, periods = units_by_code(on=on), list(periods)
    return [
        {**row_as_of(columns, units, on), "owes": [each.code for each in periods if row_owes(columns, each)]}
        for columns in columns_as_of(tasks, events, on=on)
    ]
