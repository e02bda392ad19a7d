"""总览: the whole plan on one page. The rows are read once; every figure, table and list is told from them."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from dashboard.readers import sections as find
from progress.models import Period
from progress.readers.summary import period_of, sum_rows, sum_up, summable
from tasks.models import Milestone, Task
from tasks.readers import task_rows_owing
from tasks.status import DONE, RUNNING

Row = dict[str, Any]

DAYS_AHEAD = 30
DIMENSIONS = ("pillar", "lead", "zone")


def cockpit(user: User, *, on: date) -> Row:
    """The figures, charts' tables and lists of a day; at most eight queries."""
    tasks = Task.objects.visible_to(user).current()
    begun = list(Period.objects.visible_to(user).quarters().begun(on=on).newest_first()[:2])
    period = period_of(begun, on=on)
    owing = task_rows_owing(tasks, periods=[period.dates()] if period else [], on=on)
    rows = summable(owing, tasks, period, on=on)
    return {
        "rows": rows,
        "figures": figures(rows, period),
        "tables": [{"by": by, "rows": sum_up(rows, by, period)} for by in DIMENSIONS] if rows else [],
        "pace": pace(rows),
        "attention": find.attention(rows),
        "moved": find.moved_deadlines(rows),
        "coming": coming(rows, begun, on=on),
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


def pace(rows: list[Row]) -> list[Row]:
    """Planned against approved percent of every task that is judged by time."""
    judged = [row for row in rows if row["planned_percent"] is not None and row["status"] in RUNNING]
    return [{**row, "behind": row["planned_percent"] - row["percent"]} for row in judged]


def coming(rows: list[Row], periods: list[Period], *, on: date) -> Row:
    """Deadlines, milestones and report limits of the next thirty days, the nearest first."""
    last = on + timedelta(days=DAYS_AHEAD)
    running = {row["number"]: row for row in rows if row["status"] in RUNNING}
    due = [row for row in running.values() if row["due_date"] and on <= row["due_date"] <= last]
    dates = [{"on": row["due_date"], "kind": "due", "what": _("任务到期"), "task": row} for row in due]
    limits = [each for each in periods if on <= each.reports_due_on <= last]
    dates += [{"on": each.reports_due_on, "kind": "report", "what": _limit(each), "task": None} for each in limits]
    marks = Milestone.objects.filter(task__plan__is_current=True, due_on__range=(on, last))
    for number, name, day, percent in marks.values_list("task__number", "name", "due_on", "planned_percent"):
        if number in running:
            what = _("节点：%(name)s（计划 %(percent)s%%）") % {"name": name, "percent": percent}
            dates.append({"on": day, "kind": "milestone", "what": what, "task": running[number]})
    dates = [{**each, "days": (each["on"] - on).days} for each in dates]
    dates.sort(key=lambda each: (each["on"], each["task"]["number"] if each["task"] else 0))
    return find.section("coming", "", dates)


def _limit(period: Period) -> str:
    return _("%(period)s报送时限") % {"period": period.label}
