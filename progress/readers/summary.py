"""Progress summed up by one dimension: lights, percents, and how complete and timely the reports are.

Current state is kept on the task, so nothing is summed over history. Completeness = reports received / expected and
timeliness = received in time / expected, both in percent, for one quarter: the latest whose limit has passed, or while
there is none the one that runs. Expected is a report of every task that owed it, and whatever else came in: of a
settled period as it was kept (`Expectation`), of another as the tasks stand. So neither is ever over 100; both are null
where nothing is expected.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language

from ledger.models import EventQuerySet
from progress.models import Expectation, Period, Report
from tasks.lights import COLOUR_LABELS, Colour, overdue_days
from tasks.models import Task, TaskQuerySet
from tasks.readers import row_owes, rows_owing_as_of
from tasks.readers.duties import DUTY_FIELDS
from tasks.readers.rows import light_of_row, units_of
from tasks.status import Status
from zones.models import Zone

Row = dict[str, Any]
Group = tuple[str, str]


def with_report(tasks: TaskQuerySet, period: Period | None, *, on: date) -> TaskQuerySet:
    """Annotate `report_on`, the day the period's report came in, and `lead_then`, who owed it if that is settled."""
    received = Report.objects.filter(task=OuterRef("pk"), period=period, received_on__lte=on).values("received_on")
    kept = Expectation.objects.filter(task=OuterRef("pk"), period=period).values("agency")
    return tasks.annotate(report_on=Subquery(received[:1]), lead_then=Subquery(kept[:1]))


def summary_rows(tasks: TaskQuerySet, *, by: str, on: date) -> list[Row]:
    """The tasks of an already scoped queryset summed up as they stand today (at most three queries)."""
    period = period_in_question(on)
    found = with_report(tasks.with_colour(on), period, on=on).order_by("number")
    rows = [_slim(row, period, on) for row in found.values(*DUTY_FIELDS, "colour", "report_on", "lead_then")]
    keys = [row["pk"] for row in rows]
    if by in {"lead", "agency"}:
        units = units_of(keys)
        rows = [{**row, "lead": next(iter(units[row["pk"]]), None), "supporting": units[row["pk"]][1:]} for row in rows]
    if by == "zone":
        zones = zone_labels_of(keys)
        rows = [{**row, "zones": zones[row["pk"]]} for row in rows]
    return sum_up(rows, by, period)


def summary_rows_as_of(tasks: TaskQuerySet, events: EventQuerySet, *, by: str, on: date) -> list[Row]:
    """The same of the tasks as they stood at the end of a past day (six queries)."""
    period = period_in_question(on)
    rows = rows_owing_as_of(tasks, events, periods=[period.dates()] if period else [], on=on)
    return sum_up(summable(rows, tasks, period, on=on), by, period)


def summable(rows: Iterable[Row], tasks: TaskQuerySet, period: Period | None, *, on: date) -> list[Row]:
    """Rows of tasks that say what each `owes`, with what a sum needs beside: the report of the period, and named zones.

    `rows` are `tasks.readers.task_rows_owing` for this period, or those of a past day (two queries).
    """
    found = with_report(tasks, period, on=on).order_by().values_list("number", "report_on", "lead_then")
    reports = {number: (report_on, lead_then) for number, report_on, lead_then in found}
    names = {zone.code: zone.label for zone in Zone.objects.all()}
    return [
        {
            **row,
            **duty(*reports.get(row["number"], (None, None)), owes=bool(row["owes"]), period=period, on=on),
            "zones": [(code, names.get(code, code)) for code in row["zones"]],
        }
        for row in rows
    ]


def duty(report_on: date | None, lead_then: str | None, *, owes: bool, period: Period | None, on: date) -> Row:
    """When the period's report came in, and whether one was expected: settled duties hold from the end on."""
    is_kept = period is not None and period.is_settled and on >= period.ends_on
    is_owed = lead_then is not None if is_kept else owes
    return {"report_on": report_on, "is_expected": period is not None and (is_owed or report_on is not None)}


def period_in_question(on: date) -> Period | None:
    """The latest quarter whose limit had passed on a day, else the one that runs then (one query)."""
    return period_of(Period.objects.quarters().begun(on=on).newest_first()[:2], on=on)


def period_of(begun: Iterable[Period], *, on: date) -> Period | None:
    """The same of the latest periods begun by that day, the latest first."""
    begun = list(begun)
    past = [each for each in begun if each.is_late(on=on)]
    return next(iter(past or begun), None)


def _slim(row: Row, period: Period | None, on: date) -> Row:
    """A task's columns in the shape of a task's row, as far as a sum needs it."""
    owed = period is not None and row_owes(row, period.dates())
    return {
        **row,
        **duty(row["report_on"], row["lead_then"], owes=owed, period=period, on=on),
        "light": {"colour": row["colour"]},
        "overdue_days": overdue_days(light_of_row(row, on), due=row["due_date"], on=on),
        "pillar": {name: row[f"pillar__{name}"] for name in ("number", "title", "title_en")},
    }


def zone_labels_of(keys: Iterable[int]) -> dict[int, list[Group]]:
    """Each task's zones as (code, name), in their order (one query)."""
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
    """Task rows with `report_on`, `is_expected` and (code, label) in `zones`, summed up by a dimension; pure."""
    groups: dict[Group, list[Row]] = {group: [] for group in ALWAYS.get(by, list)()}
    for row in rows:
        for group in GROUPS[by](row):
            groups.setdefault(group, []).append(row)
    order = sorted(groups, key=lambda group: int(group[0])) if by == "pillar" else list(groups)
    return [sum_rows(group, groups[group], period) for group in order]


def sum_rows(group: Group, rows: list[Row], period: Period | None) -> Row:
    """The sums of one group, whose code and label are given."""
    colours = Counter(row["light"]["colour"] for row in rows)
    expected = [row for row in rows if row["is_expected"]]
    received = [row["report_on"] for row in expected if row["report_on"]]
    timely = [day for day in received if period and not period.is_late(on=day)]
    return {
        "key": group[0],
        "label": group[1],
        "tasks": len(rows),
        **{colour.value: colours[colour.value] for colour in Colour},
        "overdue": sum(row["overdue_days"] > 0 for row in rows),
        "average_percent": round(sum(row["percent"] for row in rows) / len(rows), 1) if rows else None,
        "period": period.code if period else None,
        "completeness": percent_of(len(received), len(expected)),
        "timeliness": percent_of(len(timely), len(expected)),
    }


def percent_of(part: int, whole: int) -> float | None:
    """With one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
