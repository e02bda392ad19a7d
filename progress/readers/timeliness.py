"""报送情况: who owed a report for a period, and whether it came in, and in time.

The same rows as the summary's completeness and timeliness, but for any period and told report by report. Groups come in
the plan's order and never by how well they did: this is no ranking.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import get_language

from agencies.models import Agency
from progress.models import Period
from progress.readers.summary import duty, percent_of, with_report
from tasks.models import Task, TaskQuerySet
from tasks.readers import row_owes
from tasks.readers.duties import DUTY_FIELDS

Row = dict[str, Any]
Group = tuple[str, str]  # code and name
Place = tuple[int, Group]  # with the group's place in the plan's order

DIMENSIONS = ("agency", "pillar", "zone")


def expected_reports(tasks: TaskQuerySet, *, period: Period, on: date) -> list[Row]:
    """The reports expected for a period as known on a day, by the number of their task (three queries).

    `agency` is the unit that owed it: of a settled period the lead of that time, else the lead of now. `state` is
    "timely", "late" or "missing".
    """
    found = with_report(tasks.with_lead(), period, on=on).order_by("number")
    rows = list(found.values(*DUTY_FIELDS, "lead_code", "report_on", "lead_then"))
    zones = _zones_of([row["pk"] for row in rows])
    units = {agency.code: agency for agency in Agency.objects.all()}
    owed = [_expected(row, period, on) for row in rows]
    return [_report(row, units, zones[row["pk"]], period) for row, is_owed in zip(rows, owed, strict=True) if is_owed]


def _zones_of(keys: Iterable[int]) -> dict[int, list[Place]]:
    name = "zone__name_en" if get_language() == "en" else "zone__name"
    zones: dict[int, list[Place]] = defaultdict(list)
    links = Task.zones.through.objects.filter(task__in=keys).order_by("zone__order")
    for task, order, code, label in links.values_list("task", "zone__order", "zone", name):
        zones[task].append((order, (code, label)))
    return zones


def _expected(row: Row, period: Period, on: date) -> bool:
    owes = row_owes(row, period.dates())
    found = duty(row["report_on"], row["lead_then"], owes=owes, period=period, on=on)
    return bool(found["is_expected"])


def _report(row: Row, units: dict[str, Agency], zones: list[Place], period: Period) -> Row:
    unit = units.get(row["lead_then"] or row["lead_code"] or "")
    return {
        "number": row["number"],
        "title": row["title"],
        "title_en": row["title_en"],
        "pillar": {name: row[f"pillar__{name}"] for name in ("number", "title", "title_en")},
        "agency": {"code": unit.code, "label": unit.label, "order": unit.order} if unit else None,
        "zones": zones,
        "report_on": row["report_on"],
        "state": _state(row["report_on"], period),
    }


def _state(report_on: date | None, period: Period) -> str:
    if report_on is None:
        return "missing"
    return "late" if period.is_late(on=report_on) else "timely"


def standing_rows(reports: Iterable[Row], *, by: str) -> list[Row]:
    """Expected reports counted by a dimension, in the plan's order; a report counts once in each of its zones; pure."""
    groups: dict[Place, list[Row]] = {}
    for report in reports:
        for place in PLACES[by](report):
            groups.setdefault(place, []).append(report)
    return [standing_row(group, groups[order, group]) for order, group in sorted(groups)]


def standing_row(group: Group, reports: list[Row]) -> Row:
    """How complete and how timely these reports are, in percent; None where none is expected."""
    states = [report["state"] for report in reports]
    timely, late = states.count("timely"), states.count("late")
    return {
        "key": group[0],
        "label": group[1],
        "expected": len(states),
        "received": timely + late,
        "timely": timely,
        "late": late,
        "missing": states.count("missing"),
        "completeness": percent_of(timely + late, len(states)),
        "timeliness": percent_of(timely, len(states)),
    }


def reports_of(reports: Iterable[Row], *, by: str, key: str) -> list[Row]:
    """Of the expected reports those of one group; pure."""
    return [each for each in reports if key in [group[0] for _order, group in PLACES[by](each)]]


def _agency(report: Row) -> list[Place]:
    unit = report["agency"]
    return [(unit["order"], (unit["code"], unit["label"]))] if unit else []


def _pillar(report: Row) -> list[Place]:
    pillar = report["pillar"]
    return [(pillar["number"], (str(pillar["number"]), pillar["title_en" if get_language() == "en" else "title"]))]


def _zone(report: Row) -> list[Place]:
    zones: list[Place] = report["zones"]
    return zones


PLACES: dict[str, Callable[[Row], list[Place]]] = {"agency": _agency, "pillar": _pillar, "zone": _zone}
