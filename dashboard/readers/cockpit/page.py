"""驾驶舱: the whole plan on one page, today or as of a past day. The rows are read once; all is told from them."""

from datetime import date
from typing import Any

from django.utils.timezone import localtime

from agencies.models import User
from dashboard.readers.cockpit.attention import attention
from dashboard.readers.cockpit.coming import DAYS_AHEAD, coming
from dashboard.readers.cockpit.curve import approvals, curve, paces
from dashboard.readers.cockpit.rows import Periods, rows_then, rows_today
from ledger.models import Event
from progress.models import Period, Report
from progress.readers.summary import sum_rows, sum_up
from tasks.models import Task
from tasks.status import DONE, RUNNING

Row = dict[str, Any]

DIMENSIONS = ("pillar", "lead", "zone")
PERIODS_READ = 10  # enough for the two latest quarters, with every month and half-year beside them


def first_day(user: User) -> date | None:
    """The day of the first event in the ledger: before it there is nothing to look back at (one query)."""
    at = Event.objects.visible_to(user).order_by("sequence").values_list("at", flat=True).first()
    return localtime(at).date() if at else None


def cockpit(user: User, *, on: date, today: date, chosen: str = "") -> Row:
    """The figures, charts' tables and lists of a day; at most eight queries, and seven of a past day.

    `chosen` is the kind of trouble to which the needs-attention list is narrowed.
    """
    tasks, events = Task.objects.visible_to(user).current(), Event.objects.visible_to(user)
    begun = Period.objects.visible_to(user).begun(on=on).newest_first()[:PERIODS_READ]
    periods = Periods.of(begun, on=on)
    is_past = on < today
    rows = rows_then(tasks, events, periods, on=on) if is_past else rows_today(tasks, periods, on=on)
    since = min((row["start_date"] for row in rows if row["start_date"]), default=on)
    judged = paces(rows, approvals(Report.objects.visible_to(user), since=since, on=on))
    points = curve(judged, on=on)
    return {
        "on": on,
        "is_past": is_past,
        "rows": rows,
        "figures": figures(rows, periods.asked),
        "tables": tables(rows, periods.asked),
        "pace": pace(rows),
        "curve": points,
        "curve_tasks": len(judged),
        "past_days": [each["on"] for each in points if each["can_open"]][-3:][::-1],
        "attention": attention(rows, chosen=chosen),
        "coming": coming(rows, periods.begun, on=on),
        "is_demo": any(row["is_demo"] for row in rows),
        "has_deadlines": any(row["due_date"] for row in rows),
        "days_ahead": DAYS_AHEAD,
    }


def figures(rows: list[Row], period: Period | None) -> Row:
    """The four big numbers with the small ones that explain them."""
    total = sum_rows(("", ""), rows, period)
    return {
        **total,
        "done": sum(row["status"] in DONE for row in rows),
        "longest": max((row["overdue_days"] for row in rows), default=0),
        "without_deadline": sum(row["due_date"] is None and row["status"] not in DONE for row in rows),
        "period_label": period.label if period else "",
    }


def tables(rows: list[Row], period: Period | None) -> list[Row]:
    """Lights by each dimension; lead units with trouble first, since there are many of them."""
    if not rows:
        return []
    sums = {by: sum_up(rows, by, period) for by in DIMENSIONS}
    sums["lead"].sort(key=lambda each: (-each["red"], -each["yellow"], -each["tasks"]))
    return [{"by": by, "rows": sums[by]} for by in DIMENSIONS]


def pace(rows: list[Row]) -> list[Row]:
    """Planned against approved percent of every task that is judged by time."""
    judged = [row for row in rows if row["planned_percent"] is not None and row["status"] in RUNNING]
    return [{**row, "behind": row["planned_percent"] - row["percent"]} for row in judged]
