"""今后 30 天: deadlines, milestones and report limits, as a list and as weeks of a calendar; pure, no query."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from dashboard.readers import sections as find
from progress.models import Period
from tasks.status import RUNNING

Row = dict[str, Any]

DAYS_AHEAD = 30
WEEK = 7
KINDS: dict[str, Any] = {"due": _("任务到期"), "milestone": _("节点"), "report": _("报送时限")}


def coming(rows: Iterable[Row], periods: Iterable[Period], *, on: date) -> Row:
    """What comes within thirty days, the nearest first, and the weeks in which it comes."""
    rows, last = list(rows), on + timedelta(days=DAYS_AHEAD)
    running = [row for row in rows if row["status"] in RUNNING]
    dates = [*_deadlines(running), *_milestones(running), *_limits(rows, periods)]
    dates = [{**each, "days": (each["on"] - on).days} for each in dates if on <= each["on"] <= last]
    dates.sort(key=lambda each: (each["on"], each["task"]["number"] if each["task"] else 0))
    found = find.section("coming", "", _with_first(dates))
    kinds = Counter(each["kind"] for each in dates)
    words = [{"code": code, "label": label, "count": kinds[code]} for code, label in KINDS.items()]
    return {**found, "weeks": weeks(dates, first=on, last=last), "kinds": words}


def _with_first(dates: list[Row]) -> list[Row]:
    """`is_first` of its day: the calendar leads there."""
    before = [None, *(each["on"] for each in dates)]
    return [{**each, "is_first": each["on"] != day} for each, day in zip(dates, before, strict=False)]


def _deadlines(rows: Iterable[Row]) -> list[Row]:
    what = gettext("任务到期")
    return [{"on": row["due_date"], "kind": "due", "what": what, "task": row} for row in rows if row["due_date"]]


def _milestones(rows: Iterable[Row]) -> list[Row]:
    words = gettext("节点：%(name)s（计划 %(percent)s%%）")
    return [
        {"on": mark["on"], "kind": "milestone", "what": words % mark, "task": row}
        for row in rows
        for mark in row["milestones"]
    ]


def _limits(rows: list[Row], periods: Iterable[Period]) -> list[Row]:
    """The limit of each period for which somebody owes, and how many do."""
    owing = Counter(code for row in rows for code in row["owes"])
    words = gettext("%(period)s报送时限")
    return [
        {"on": each.reports_due_on, "kind": "report", "what": words % {"period": each.label}, "task": None}
        | {"owing": _owing(owing[each.code])}
        for each in periods
        if owing[each.code]
    ]


def _owing(number: int) -> str:
    return ngettext("应报 %(number)s 项", "应报 %(number)s 项", number) % {"number": number}


def weeks(dates: Iterable[Row], *, first: date, last: date) -> list[list[Row]]:
    """Whole weeks from Monday on that hold the stretch; each day with the number of each kind that falls on it."""
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    for each in dates:
        by_day[each["on"]][each["kind"]] += 1
    monday = first - timedelta(days=first.weekday())
    days = [monday + timedelta(days=n) for n in range((last - monday).days + WEEK - last.weekday())]
    cells = [_cell(day, by_day.get(day, Counter()), first, last) for day in days]
    return [cells[n : n + WEEK] for n in range(0, len(cells), WEEK)]


def _cell(day: date, kinds: Counter[str], first: date, last: date) -> Row:
    return {
        "on": day,
        "is_within": first <= day <= last,
        "is_first": day == first,
        "names_month": day == first or day.day == 1,
        "marks": [{"code": code, "label": label, "count": kinds[code]} for code, label in KINDS.items() if kinds[code]],
        "count": kinds.total(),
    }
