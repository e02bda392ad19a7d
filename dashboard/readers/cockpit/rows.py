"""The tasks of a day, today or past, as every part of the cockpit reads them: one shape, whatever the day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.models import EventQuerySet
from progress.models import Period
from progress.readers.summary import duty, period_of, with_report
from tasks.models import Milestone, TaskQuerySet
from tasks.readers import row_owes, task_rows_as_of
from tasks.readers.as_of import columns_as_of, row_as_of, units_by_code
from tasks.readers.duties import DUTY_FIELDS
from tasks.readers.rows import rows_of
from tasks.status import REPORTING
from zones.models import Zone

Row = dict[str, Any]
Report = tuple[date | None, str | None]


@dataclass(frozen=True)
class Periods:
    """The latest periods begun by a day, the latest first, and of them the one that the figures speak of."""

    begun: list[Period]
    asked: Period | None

    @classmethod
    def of(cls, begun: Iterable[Period], *, on: date) -> "Periods":
        begun = list(begun)
        quarters = [each for each in begun if "Q" in each.code][:2]
        return cls(begun, period_of(quarters, on=on))


def rows_today(tasks: TaskQuerySet, periods: Periods, *, on: date) -> list[Row]:
    """The tasks as they stand (six queries)."""
    found = with_report(tasks, periods.asked, on=on).order_by("number")
    columns = list(found.values(*DUTY_FIELDS, "report_on", "lead_then"))
    marks = _milestones()
    rows = rows_of(columns, on)
    reports = {each["number"]: (each["report_on"], each["lead_then"]) for each in columns}
    named = [{**each, "milestones": marks[each["number"]]} for each in columns]
    return _complete(rows, named, reports, periods, on)


def rows_then(tasks: TaskQuerySet, events: EventQuerySet, periods: Periods, *, on: date) -> list[Row]:
    """The same as they stood at the end of a past day (five queries)."""
    units, columns = units_by_code(on=on), columns_as_of(tasks, events, on=on)
    found = with_report(tasks, periods.asked, on=on).order_by().values_list("number", "report_on", "lead_then")
    reports = {number: (report_on, lead_then) for number, report_on, lead_then in found}
    rows = [row_as_of(each, units, on) for each in columns]
    named = [{**each, "milestones": [_mark(mark) for mark in each["milestones"]]} for each in columns]
    return _complete(rows, named, reports, periods, on)


def tasks_then(tasks: TaskQuerySet, events: EventQuerySet, *, on: date) -> list[Row]:
    """The 台账 at the end of a past day (three queries)."""
    return task_rows_as_of(tasks, events, on=on)


def _mark(mark: Row) -> Row:
    return {"name": mark["name"], "on": date.fromisoformat(mark["due_on"]), "percent": mark["planned_percent"]}


def _milestones() -> dict[int, list[Row]]:
    marks: dict[int, list[Row]] = defaultdict(list)
    found = Milestone.objects.filter(task__plan__is_current=True).order_by("task__number", "due_on")
    for number, name, due_on, percent in found.values_list("task__number", "name", "due_on", "planned_percent"):
        marks[number].append({"name": name, "on": due_on, "percent": percent})
    return marks


def _complete(rows: list[Row], columns: list[Row], reports: dict[int, Report], periods: Periods, on: date) -> list[Row]:
    """Rows of tasks with what sums, lists and curves need beside (one query)."""
    names = {zone.code: zone.label for zone in Zone.objects.all()}
    pairs = zip(rows, columns, strict=True)
    return [
        {**_with_duties(row, each, reports.get(row["number"], (None, None)), periods, on), "zones": zones}
        for row, each in pairs
        for zones in [[(code, names.get(code, code)) for code in row["zones"]]]
    ]


def _with_duties(row: Row, columns: Row, report: Report, periods: Periods, on: date) -> Row:
    """`owes` are the codes of the periods for which it owes; `silent_days` how long an owed report is overdue."""
    owed = [each.code for each in periods.begun if row_owes(columns, each.dates())]
    is_asked = periods.asked is not None and periods.asked.code in owed
    limit = columns["report_due_on"] if columns["status"] in REPORTING else None
    return {
        **row,
        **duty(*report, owes=is_asked, period=periods.asked, on=on),
        "owes": owed,
        "milestones": columns["milestones"],
        "silent_days": max(0, (on - limit).days) if limit else 0,
        "silent_period": columns["report_period"],
    }
