from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Max, Subquery, Value

from ledger.models import Head
from supervision.models import Delivery, Level, NoticeQuerySet, Reason
from supervision.readers.notices import notice_rows
from supervision.reminders import due_key
from tasks.models import TaskQuerySet
from tasks.readers import task_rows

Row = dict[str, Any]


def levels_reached(tasks: Iterable[tuple[int, date | None]]) -> dict[int, int]:
    """The highest level that has gone out about each task's present deadline (one query); absent: nothing has.

    `tasks` are (pk, due date). What was sent about an earlier deadline does not count against a new one.
    """
    clocks = {due_key(pk, due): pk for pk, due in tasks if due}
    sent = Delivery.objects.done().filter(task__in=clocks.values(), clock__in=clocks).order_by()
    return {clocks[clock]: top for clock, top in sent.values_list("clock").annotate(top=Max("level"))}


def overdue_version(tasks: TaskQuerySet, *, on: date) -> str:
    """Changes whenever `levels_reached` may: with the ledger, and with what was delivered about late tasks, of which
    the ledger says nothing (one query). How many they are counts, since all of one turn have the same moment.
    """
    about = Delivery.objects.done().filter(task__in=tasks.overdue(on=on).order_by().values("pk")).order_by()
    many = about.values(any=Value(1)).annotate(many=Count("pk")).values("many")
    found = Head.objects.filter(pk=1).values_list("sequence", "hash", Subquery(many)).first()
    return " ".join(map(str, found or ()))


def overdue_list(tasks: TaskQuerySet, *, on: date) -> list[Row]:
    """What is late on a day, of an already scoped queryset, the oldest first, each with the level that has gone out."""
    late = tasks.overdue(on=on).order_by("due_date", "number")
    found = {pk: (number, due) for pk, number, due in late.values_list("pk", "number", "due_date")}
    levels = levels_reached((pk, due) for pk, (_number, due) in found.items())
    by_number = {found[pk][0]: level for pk, level in levels.items()}
    return [_with_level(row, by_number.get(row["number"])) for row in task_rows(late, on=on)]


def _with_level(row: Row, level: int | None) -> Row:
    return {**row, "level": level, "level_label": str(Level(level).label) if level else None}


def overdue_notices(notices: NoticeQuerySet, numbers: Iterable[int]) -> dict[int, list[Row]]:
    """The open notices of an already scoped queryset about these tasks' deadlines, by the task's number (one query)."""
    about = notices.open().filter(task__number__in=list(numbers), reason=Reason.OVERDUE).order_by("level", "pk")
    found: dict[int, list[Row]] = {}
    for row in notice_rows(about):
        found.setdefault(row["task"]["number"], []).append(row)
    return found


def overdue_rows(tasks: TaskQuerySet, notices: NoticeQuerySet, *, on: date, own: str | None) -> list[Row]:
    """The same for a page, with the tasks that the unit `own` leads first, and the open notices that one may see."""
    rows = overdue_list(tasks, on=on)
    open_notices = overdue_notices(notices, [row["number"] for row in rows])
    marked = [
        {
            **row,
            "is_own": bool(own and row["lead"] and row["lead"]["code"] == own),
            "notices": open_notices.get(row["number"], []),
        }
        for row in rows
    ]
    return sorted(marked, key=lambda row: not row["is_own"])
