"""Progress summed up by one dimension: lights, percents, and how complete and timely the reports are.

Current state is kept on the task, so nothing is summed over history. Completeness = reports received / expected and
timeliness = received in time / expected, both in percent, for one period: the latest whose limit has passed, or while
there is none the one that runs. Expected is a report of every task that reports (ongoing or standing) and did not start
after the period, and whatever else came in. So neither is ever over 100; both are null where nothing is expected.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language

from progress.models import Period, Report
from progress.periods import is_owed
from tasks.lights import COLOUR_LABELS, Colour
from tasks.models import Task, TaskQuerySet
from tasks.readers.rows import units_of
from tasks.status import RUNNING, Status
from zones.models import Zone

Row = dict[str, Any]
Group = tuple[str, str]

_COLUMNS = ("pk", "number", "status", "colour", "percent", "overdue_from", "start_date", "received_on")
_PILLAR = ("pillar__number", "pillar__title", "pillar__title_en")


def summary_rows(tasks: TaskQuerySet, *, by: str, on: date) -> list[Row]:
    """The tasks of an already scoped queryset summed up as they stand today (at most three queries)."""
    period = period_in_question(on)
    received = Report.objects.filter(task=OuterRef("pk"), period=period, received_on__lte=on).values("received_on")
    found = tasks.with_colour(on).annotate(received_on=Subquery(received[:1])).order_by("number")
    rows = [_slim(row, on) for row in found.values(*_COLUMNS, *_PILLAR)]
    keys = [row["pk"] for row in rows]
    if by in {"lead", "agency"}:
        units = units_of(keys)
        rows = [{**row, "lead": next(iter(units[row["pk"]]), None), "supporting": units[row["pk"]][1:]} for row in rows]
    if by == "zone":
        zones = _zones_of(keys)
        rows = [{**row, "zones": zones[row["pk"]]} for row in rows]
    return sum_up(rows, by, period)


def summary_rows_as_of(rows: Iterable[Row], tasks: TaskQuerySet, *, by: str, on: date) -> list[Row]:
    """The same of task rows that were rebuilt for a past day (`tasks.readers.task_rows_as_of`; three queries)."""
    period = period_in_question(on)
    sent = Report.objects.filter(task__in=tasks.order_by().values("pk"), period=period, received_on__lte=on)
    received = dict(sent.values_list("task__number", "received_on"))
    names = {zone.code: zone.label for zone in Zone.objects.all()} if by == "zone" else {}
    dated = [
        {
            **row,
            "received_on": received.get(row["number"]),
            "zones": [(code, names.get(code, code)) for code in row["zones"]],
        }
        for row in rows
    ]
    return sum_up(dated, by, period)


def period_in_question(on: date) -> Period | None:
    """The latest period whose limit had passed on a day, else the one that runs then (one query)."""
    return period_of(Period.objects.begun(on=on).order_by("-starts_on")[:2], on=on)


def period_of(begun: Iterable[Period], *, on: date) -> Period | None:
    """The same of the latest periods begun by that day, the latest first."""
    begun = list(begun)
    past = [each for each in begun if each.is_late(on=on)]
    return next(iter(past or begun), None)


def _slim(row: Row, on: date) -> Row:
    """A task's columns in the shape of a task's row, as far as a sum needs it."""
    late = row["status"] in RUNNING and row["overdue_from"] is not None and row["overdue_from"] <= on
    return {
        **row,
        "light": {"colour": row["colour"]},
        "overdue_days": int(late),
        "pillar": {name: row[f"pillar__{name}"] for name in ("number", "title", "title_en")},
    }


def _zones_of(keys: Iterable[int]) -> dict[int, list[Group]]:
    name = "zone__name_en" if get_language() == "en" else "zone__name"
    zones: dict[int, list[Group]] = defaultdict(list)
    links = Task.zones.through.objects.filter(task__in=keys).order_by("task__number", "zone__order")
    for task, code, label in links.values_list("task", "zone", name):
        zones[task].append((code, label))
    return zones


def _pillar(row: Row) -> list[Group]:
    title = row["pillar"]["title_en" if get_language() == "en" else "title"]
    return [(str(row["pillar"]["number"]), title)]


def _units(row: Row) -> list[Group]:
    return [(unit["code"], unit["label"]) for unit in (row["lead"], *row["supporting"]) if unit]


GROUPS: dict[str, Callable[[Row], list[Group]]] = {
    "pillar": _pillar,
    "lead": lambda row: _units({**row, "supporting": ()}),
    "agency": _units,
    "zone": lambda row: row["zones"],
    "status": lambda row: [(row["status"], str(Status(row["status"]).label))],
    "light": lambda row: [(row["light"]["colour"], str(COLOUR_LABELS[Colour(row["light"]["colour"])]))],
}
DIMENSIONS = tuple(GROUPS)
# Every state and every colour has its line, so that a chart keeps its places; other groups come in the plan's order.
ALWAYS: dict[str, Callable[[], list[Group]]] = {
    "status": lambda: [(each.value, str(each.label)) for each in Status],
    "light": lambda: [(each.value, str(COLOUR_LABELS[each])) for each in Colour],
}


def sum_up(rows: list[Row], by: str, period: Period | None) -> list[Row]:
    """Task rows that also carry `received_on` and, in `zones`, (code, label), summed up by a dimension; pure."""
    groups: dict[Group, list[Row]] = {group: [] for group in ALWAYS.get(by, list)()}
    for row in rows:
        for group in GROUPS[by](row):
            groups.setdefault(group, []).append(row)
    order = sorted(groups, key=lambda group: int(group[0])) if by == "pillar" else list(groups)
    return [sum_rows(group, groups[group], period) for group in order]


def sum_rows(group: Group, rows: list[Row], period: Period | None) -> Row:
    """The sums of one group, whose code and label are given."""
    colours = Counter(row["light"]["colour"] for row in rows)
    expected = [row for row in rows if _is_expected(row, period)]
    received = [row["received_on"] for row in expected if row["received_on"]]
    timely = [day for day in received if period and not period.is_late(on=day)]
    return {
        "key": group[0],
        "label": group[1],
        "tasks": len(rows),
        **{colour.value: colours[colour.value] for colour in Colour},
        "overdue": sum(row["overdue_days"] > 0 for row in rows),
        "average_percent": round(sum(row["percent"] for row in rows) / len(rows), 1) if rows else None,
        "period": period.code if period else None,
        "completeness": _percent(len(received), len(expected)),
        "timeliness": _percent(len(timely), len(expected)),
    }


def _is_expected(row: Row, period: Period | None) -> bool:
    if period is None:
        return False
    return row["received_on"] is not None or is_owed(row["status"], row["start_date"], ends_on=period.ends_on)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
