from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max

from supervision.models import Delivery, Level
from supervision.readers.clocks import due_key
from tasks.models import TaskQuerySet
from tasks.readers import task_rows

Row = dict[str, Any]


def levels_reached(task_pks: Iterable[int]) -> dict[int, int]:
    """The highest level that has gone out about each task's present deadline (one query); absent: nothing has."""
    return {pk: level for pk, _number, level in _levels(task_pks)}


def _levels(tasks: Iterable[int]) -> list[tuple[int, int, int]]:
    """(pk, number, level) of each task. What was sent about an earlier deadline does not count against a new one."""
    columns = ("task", "task__number", "task__due_date", "clock")
    sent = Delivery.objects.done().filter(task__in=tasks).order_by().values_list(*columns).annotate(top=Max("level"))
    return [(pk, number, top) for pk, number, due, clock, top in sent if due and clock == due_key(pk, due)]


def overdue_list(tasks: TaskQuerySet, *, on: date) -> list[Row]:
    """What is late on a day, of an already scoped queryset, the oldest first, each with the level that has gone out."""
    late = tasks.overdue(on=on).order_by("due_date", "number")
    levels = {number: level for _pk, number, level in _levels(late.order_by().values("pk"))}
    return [_with_level(row, levels.get(row["number"])) for row in task_rows(late, on=on)]


def _with_level(row: Row, level: int | None) -> Row:
    return {**row, "level": level, "level_label": str(Level(level).label) if level else None}


def overdue_rows(tasks: TaskQuerySet, *, on: date, own: str | None) -> list[Row]:
    """The same for a page, with the tasks that the unit `own` leads before all others."""
    rows = overdue_list(tasks, on=on)
    marked = [{**row, "is_own": bool(own and row["lead"] and row["lead"]["code"] == own)} for row in rows]
    return sorted(marked, key=lambda row: not row["is_own"])
