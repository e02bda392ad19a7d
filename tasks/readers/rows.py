"""Tasks as plain dicts: one shape for lists, pages, exports and the API; four queries whatever the number."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import get_language

from tasks.lights import COLOUR_LABELS, Light, LightDates, Numbers, explain, light_on, overdue_days
from tasks.models import Assignment, DueBasis, Milestone, Result, Task, TaskQuerySet
from tasks.models.task import LIGHT_DATES
from tasks.planned import Mark, planned_percent
from tasks.status import Status

ROW_FIELDS = (
    "pk", "number", "title", "title_en", "pillar__number", "pillar__title", "pillar__title_en", "status", "start_date",
    "due_date", "original_due_date", "due_basis", "closing_asked_on", "closed_on", "closed_late", "percent",
    "last_period", "last_result", "last_approved_at", *LIGHT_DATES, "report_due_on", "report_period", "exempt_reason",
    "order_number", "slip_count", "version", "updated_at", "is_demo",
)  # fmt: skip

Row = dict[str, Any]


def task_rows(tasks: TaskQuerySet, *, on: date) -> list[Row]:
    """The tasks of an already scoped queryset, in its order, as they stand on a day."""
    return rows_of(list(tasks.values(*ROW_FIELDS)), on)


def rows_of(rows: list[Row], on: date) -> list[Row]:
    """Columns of tasks (`ROW_FIELDS`) as rows, with their units, zones and milestones (three queries)."""
    keys = [row["pk"] for row in rows]
    units, zones, marks = units_of(keys), zones_of(keys), _marks(keys)
    return [make_row(row, units[row["pk"]], zones[row["pk"]], marks[row["pk"]], on) for row in rows]


def make_row(row: Row, units: list[Row], zones: list[str], marks: list[Mark], on: date) -> Row:
    planned = planned_percent(marks, start=row["start_date"], due=row["due_date"], on=on)
    light = light_of_row(row, on)
    return {
        "number": row["number"],
        "title": row["title"],
        "title_en": row["title_en"],
        "pillar": {
            "number": row["pillar__number"],
            "title": row["pillar__title"],
            "title_en": row["pillar__title_en"],
        },
        "lead": units[0] if units else None,
        "supporting": units[1:],
        "zones": zones,
        "status": row["status"],
        "status_label": str(Status(row["status"]).label),
        "light": tell_light(light, row, planned, on),
        "percent": row["percent"],
        "planned_percent": planned,
        "start_date": row["start_date"],
        "due_date": row["due_date"],
        "original_due_date": row["original_due_date"],
        "due_basis": row["due_basis"] or None,
        "due_basis_label": str(DueBasis(row["due_basis"]).label) if row["due_basis"] else None,
        "overdue_days": overdue_days(light, due=row["due_date"], on=on),
        "last_report": _last_report(row),
        "order_number": row["order_number"],
        "slip_count": row["slip_count"],
        "closed_on": row["closed_on"],
        "version": row["version"],
        "updated_at": row["updated_at"],
        "is_demo": row["is_demo"],
    }


def light_of_row(row: Row, on: date) -> Light:
    return light_on(
        status=row["status"],
        start=row["start_date"],
        due=row["due_date"],
        dates=LightDates(**{name: row[name] for name in LIGHT_DATES}),
        closed_late=row["closed_late"],
        on=on,
    )


def tell_light(light: Light, row: Row, planned: int | None, on: date) -> Row:
    """A light as lists, pages and the API show it, with its sentence; `row` has the columns `TOLD_FIELDS`."""
    return {
        "colour": light.colour.value,
        "label": str(COLOUR_LABELS[light.colour]),
        "rule": light.rule.value,
        "reason": str(explain(light, _numbers(row, planned), on=on)),
        "since": light.since,
        "next": {"colour": light.next_colour.value, "on": light.next_on} if light.next_colour else None,
    }


_TOLD_AS_THEY_ARE = ("report_due_on", "report_period", "held_until", "exempt_until", "exempt_reason")
TOLD_FIELDS = ("percent", "due_date", "start_date", *_TOLD_AS_THEY_ARE)


def _numbers(row: Row, planned: int | None) -> Numbers:
    more = {name: row[name] for name in _TOLD_AS_THEY_ARE}
    return Numbers(planned, row["percent"], row["due_date"], row["start_date"], **more)


def _last_report(row: Row) -> Row | None:
    if not row["last_period"]:
        return None
    return {
        "period": row["last_period"],
        "approved_at": row["last_approved_at"],
        "result": row["last_result"],
        "result_label": str(Result(row["last_result"]).label) if row["last_result"] else "",
    }


def units_of(keys: Iterable[int]) -> dict[int, list[Row]]:
    """Each task's units in the plan's order, the lead first."""
    units: dict[int, list[Row]] = defaultdict(list)
    links = Assignment.objects.filter(task__in=keys).order_by("task_id", "order")
    columns = ("task", "agency", "agency__name", "agency__plan_name", "agency__short_name", "agency__name_en")
    for task, *names in links.values_list(*columns):
        units[task].append(unit_row(*names))
    return units


def unit_row(code: str, name: str, plan_name: str | None, short_name: str, name_en: str) -> Row:
    """A unit inside a task's row; `label` is its short name in the reader's language."""
    return {
        "code": code,
        "name": name,
        "plan_name": plan_name,
        "short_name": short_name,
        "name_en": name_en,
        "label": name_en if get_language() == "en" else short_name,
    }


def zones_of(keys: Iterable[int]) -> dict[int, list[str]]:
    zones: dict[int, list[str]] = defaultdict(list)
    links = Task.zones.through.objects.filter(task__in=keys).order_by("task_id", "zone__order")
    for task, code in links.values_list("task", "zone"):
        zones[task].append(code)
    return zones


def _marks(keys: Iterable[int]) -> dict[int, list[Mark]]:
    marks: dict[int, list[Mark]] = defaultdict(list)
    rows = Milestone.objects.filter(task__in=keys).order_by("task_id", "due_on")
    for task, due_on, percent in rows.values_list("task", "due_on", "planned_percent"):
        marks[task].append(Mark(due_on, percent))
    return marks
