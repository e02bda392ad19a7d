"""计划与实际: how far the tasks should be and were, month by month; pure, but for the one query that says so below."""

from bisect import bisect_right
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localtime

from progress.models import ReportQuerySet
from tasks.periods import order_of
from tasks.planned import FULL_PERCENT, Mark, planned_percent
from tasks.readers import end_of
from tasks.status import DONE, RUNNING

Row = dict[str, Any]
Approvals = dict[int, list[tuple[date, int]]]

MONTHS_SHOWN_ONE_BY_ONE = 30
QUARTER = 3


@dataclass(frozen=True)
class Pace:
    """A task as far as the curve needs it: its plan, and the percents approved on the way, the earliest first."""

    start: date
    due: date
    marks: Sequence[Mark]
    percent: int
    approved: Sequence[tuple[date, int]] = ()

    def planned(self, on: date) -> int:
        """The percent planned for the end of a day, by the deadline and the milestones in force."""
        if on >= self.due:
            return FULL_PERCENT
        return planned_percent(self.marks, start=self.start, due=self.due, on=on) or 0

    def actual(self, on: date) -> int:
        """The last percent approved by the end of a day."""
        index = bisect_right(self.approved, (on, FULL_PERCENT))
        return self.approved[index - 1][1] if index else 0


def approvals(reports: ReportQuerySet, *, since: date, on: date) -> Approvals:
    """Each approved percent by the number of its task, in the order of approval, from a day to the end of another.

    One query, whose cost follows the length of what is drawn, not all that has ever been. As on the task itself
    (`tasks.actions.record_progress`), a late approval for an older period sets nothing back.
    """
    stretch = (end_of(since - timedelta(days=1)), end_of(on))
    found = reports.current().approved().filter(reviewed_at__range=stretch).order_by("reviewed_at", "pk")
    steps: Approvals = defaultdict(list)
    newest: dict[int, tuple[date, int]] = {}
    for number, period, at, percent in found.values_list("task__number", "period", "reviewed_at", "percent"):
        place = order_of(period)
        if place >= newest.get(number, place):
            newest[number] = place
            steps[number].append((localtime(at).date(), percent))
    return steps


def paces(rows: Iterable[Row], steps: Approvals) -> list[Pace]:
    """The tasks that are judged by time: issued or done, with a start date and a deadline."""
    judged = (row for row in rows if row["status"] in RUNNING | DONE and row["start_date"] and row["due_date"])
    return [
        Pace(
            row["start_date"],
            row["due_date"],
            [Mark(each["on"], each["percent"]) for each in row["milestones"]],
            row["percent"],
            steps.get(row["number"], ()),
        )
        for row in judged
    ]


def curve(tasks: Sequence[Pace], *, on: date) -> list[Row]:
    """The mean planned percent at each month's end from the first start to the last deadline, and on the day itself;
    beside it the mean approved percent, up to the day. Of a long plan quarter ends instead. Nothing without a task.

    `can_open` are earlier days from the first approval on: the ledger knows them.
    """
    if not tasks:
        return []
    ends = month_ends(min(each.start for each in tasks), max(each.due for each in tasks))
    known = min((each.approved[0][0] for each in tasks if each.approved), default=on)
    return [{**_point(tasks, day, on), "can_open": known <= day < on} for day in sorted({*ends, on})]


def _point(tasks: Sequence[Pace], day: date, on: date) -> Row:
    """`behind` is negative where more is approved than was planned; `ahead` is the same the other way round."""
    planned = _mean([each.planned(day) for each in tasks])
    actual = _mean([each.percent if day == on else each.actual(day) for each in tasks]) if day <= on else None
    behind = None if actual is None else round(planned - actual, 1)
    ahead = None if behind is None else -behind
    return {"on": day, "planned": planned, "actual": actual, "behind": behind, "ahead": ahead, "is_day": day == on}


def _mean(percents: Sequence[int]) -> float:
    return round(sum(percents) / len(percents), 1)


def month_ends(first: date, last: date) -> list[date]:
    """The last day of every month from that of `first` to that of `last`; quarter ends if that is too many."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    if len(months) > MONTHS_SHOWN_ONE_BY_ONE:
        last_of_quarter = QUARTER - 1
        months = range(
            months.start + (last_of_quarter - months.start) % QUARTER, months.stop + last_of_quarter, QUARTER
        )
    return [date(n // 12, n % 12 + 1, monthrange(n // 12, n % 12 + 1)[1]) for n in months]
