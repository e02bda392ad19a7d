"""月历: what falls on each day of a month for the tasks of a list: deadlines, milestones, report and office limits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.models import User
from tasks.models import CalendarDay, Extension, PolicyVersion, Task
from tasks.periods import PeriodDates, PeriodPolicy, codes_of_year, period_dates, period_label
from tasks.policies import PolicyKind
from tasks.readers.calendar import MONDAY_FIRST, day_cell
from tasks.readers.duties import DUTY_FIELDS, row_owes
from tasks.status import DONE

Row = dict[str, Any]

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
SHOWN = 4  # entries of a day; the others unfold
FIRST_YEAR, LAST_YEAR = 2000, 2099


def read_month(text: str, *, on: date) -> date | None:
    """The first day of "2026-11", of the month of `on` without a text; None if it names no month of this century."""
    if not text:
        return on.replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01") if len(text) == len("2026-11") else None
    except ValueError:
        return None
    return first if first and FIRST_YEAR <= first.year <= LAST_YEAR else None


def month_page(rows: list[Row], marks: dict[int, list[Row]], *, first: date, user: User, on: date) -> Row:
    """The weeks of a month from Monday, each day with its entries (six queries; milestones come along)."""
    days = CalendarDay.objects.visible_to(user)
    named = {day.date: day for day in days.filter(date__range=_shown(first))}
    entries: dict[date, list[Row]] = defaultdict(list)
    for entry in (
        *_deadlines(rows),
        *_milestones(rows, marks),
        *_report_limits(rows, user, _periods_near(first), on=on),
        *_office_limits(rows, user, on=on),
    ):
        entries[entry["on"]].append(entry)
    weeks = MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    return {
        "first": first,
        "weekdays": WEEKDAYS,
        "previous": _beside(first, -1),
        "next": _beside(first, 1),
        "is_now": first == on.replace(day=1),
        "weeks": [[_cell(day, entries[day], named.get(day), first, on) for day in week] for week in weeks],
        "count": sum(len(entries[day]) for week in weeks for day in week if day.month == first.month),
    }


def _shown(first: date) -> tuple[date, date]:
    weeks = MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    return weeks[0][0], weeks[-1][-1]


def _beside(first: date, step: int) -> str:
    """The month before or after, as the address writes it; "" outside the century."""
    day = (first - timedelta(days=1) if step < 0 else first + timedelta(days=31)).replace(day=1)
    return f"{day:%Y-%m}" if FIRST_YEAR <= day.year <= LAST_YEAR else ""


def _cell(day: date, entries: list[Row], named: CalendarDay | None, first: date, on: date) -> Row:
    entries = sorted(entries, key=lambda each: (each["rank"], each["number"] or 0))
    return {
        **day_cell(day, named, on),
        "is_inside": day.month == first.month,
        "shown": entries[:SHOWN],
        "folded": entries[SHOWN:],
    }


def _entry(on: date, kind: str, rank: int, row: Row | None, **more: Any) -> Row:
    empty = {"text": "", "light": row["light"] if row else None, "is_late": False, "pk": None, "count": 0}
    return {"on": on, "kind": kind, "rank": rank, "row": row, "number": row["number"] if row else None, **empty, **more}


def _deadlines(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        if row["due_date"]:
            yield _entry(row["due_date"], "due", 0, row, is_late=row["overdue_days"] > 0)


def _milestones(rows: Iterable[Row], marks: dict[int, list[Row]]) -> Iterator[Row]:
    for row in rows:
        for mark in marks.get(row["number"], ()):
            is_reached = row["percent"] >= mark["percent"] or row["status"] in DONE
            kind = "reached" if is_reached else "milestone"
            yield _entry(mark["due_on"], kind, 1, row, text=mark["name"], percent=mark["percent"])


def _periods_near(first: date) -> list[PeriodDates]:
    """The periods with a limit among the days shown, by the rules and the calendar in force (three queries)."""
    calendar = CalendarDay.objects.as_calendar()
    policy = PolicyVersion.objects.value(PeriodPolicy, PolicyKind.PERIODS)
    begin, end = _shown(first)
    codes = [code for year in range(begin.year - 1, end.year + 1) for code in codes_of_year(year)]
    periods = [period_dates(code, calendar, policy) for code in codes]
    return [each for each in periods if each.contributions_due_on <= end and each.reports_due_on >= begin]


def _report_limits(rows: list[Row], user: User, periods: list[PeriodDates], *, on: date) -> Iterator[Row]:
    """The days on which contributions and reports are due, with how many of the listed tasks owe one (one query)."""
    if not periods:
        return
    numbers = [row["number"] for row in rows]
    tasks = Task.objects.visible_to(user).current().filter(number__in=numbers).order_by()
    duties = list(tasks.values(*DUTY_FIELDS))
    for period in periods:
        yield from _limits_of(period, sum(row_owes(row, period) for row in duties), on)


def _limits_of(period: PeriodDates, owing: int, on: date) -> Iterator[Row]:
    """Of a period that has begun there is a page; the others are a forecast by today's dates."""
    if owing:
        label, code = period_label(period.code), period.code if period.starts_on <= on else ""
        yield _entry(period.contributions_due_on, "contribution", 3, None, text=label)
        yield _entry(period.reports_due_on, "report", 2, None, text=label, count=owing, period=code)


def _office_limits(rows: Iterable[Row], user: User, *, on: date) -> Iterator[Row]:
    """Extensions that wait for the office's answer, as far as the person may see them (one query)."""
    shown = {row["number"]: row for row in rows}
    waiting = Extension.objects.visible_to(user).waiting().exclude(answer_due_on=None)
    found = waiting.filter(task__plan__is_current=True, task__number__in=shown)
    for pk, number, limit in found.values_list("pk", "task__number", "answer_due_on"):
        yield _entry(limit, "office", 1, shown[number], pk=pk, is_late=bool(limit and limit < on))
