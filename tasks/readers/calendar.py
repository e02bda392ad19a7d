"""A year of the working-day calendar, as a page shows it."""

from calendar import Calendar
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.workdays import WorkCalendar
from tasks.models import CalendarDay, CalendarYear

Row = dict[str, Any]
MONDAY_FIRST = Calendar(firstweekday=0)
NEXT_YEAR_FROM = 11  # the State Council publishes the next year's holidays in November or so


def calendar_year(days: Any, *, year: int, on: date) -> Row:
    """Twelve months of weeks of days from an already scoped queryset, with how many days are worked (four queries)."""
    named = {day.date: day for day in days.filter(date__year=year)}
    works = days.as_calendar()
    cells = {day: day_cell(day, named.get(day), on) for month in range(1, 13) for day in _days_of(year, month)}
    return {
        "year": year,
        "source": CalendarYear.objects.filter(year=year).values_list("source", flat=True).first(),
        "is_published": works.is_published(year),
        "months": [_month(year, month, cells) for month in range(1, 13)],
        "holidays": sum(cell["kind"] == CalendarDay.Kind.HOLIDAY for cell in cells.values()),
        "workdays": sum(cell["kind"] == CalendarDay.Kind.WORKDAY for cell in cells.values()),
        "worked": sum(works.is_working_day(day) for day in cells),
    }


def years_needed(on: date) -> list[int]:
    """The years whose holidays have to be entered: this one, and from November on the next."""
    return [on.year, on.year + 1] if on.month >= NEXT_YEAR_FROM else [on.year]


def years_missing(on: date) -> list[int]:
    """Those of them that are not (one query)."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    return [year for year in years_needed(on) if year not in known]


def calendar_with(days: Any, *, day: date, kind: str) -> WorkCalendar:
    """The calendar as it would be with this day a holiday, worked by 调休, or (kind "") plain; nothing is stored."""
    calendar, one = days.as_calendar(), frozenset({day})
    holiday, workday = CalendarDay.Kind.HOLIDAY, CalendarDay.Kind.WORKDAY
    return replace(
        calendar,
        holidays=calendar.holidays | one if kind == holiday else calendar.holidays - one,
        workdays=calendar.workdays | one if kind == workday else calendar.workdays - one,
    )


def _days_of(year: int, month: int) -> list[date]:
    return [day for day in MONDAY_FIRST.itermonthdates(year, month) if day.month == month]


def _month(year: int, month: int, cells: dict[date, Row]) -> Row:
    """Weeks from Monday to Sunday; None where a day belongs to a neighbouring month."""
    weeks = MONDAY_FIRST.monthdatescalendar(year, month)
    return {
        "first": date(year, month, 1),
        "weeks": [[cells[day] if day.month == month else None for day in week] for week in weeks],
    }


def day_cell(day: date, named: CalendarDay | None, on: date) -> Row:
    """A day as calendars show it: off, worked by 调休, a weekend, today."""
    name = _name(named) if named else ""
    return {
        "date": day,
        "kind": named.kind if named else "",
        "name": name,
        "mark": _mark(named),
        "is_weekend": day.weekday() >= 5,
        "is_today": day == on,
    }


def _name(named: CalendarDay) -> str:
    """What the day is called; where no English name was entered, what kind of day it is."""
    if get_language() == "en":
        return named.name_en or str(named.get_kind_display())
    return named.name


def _mark(named: CalendarDay | None) -> str:
    """休 and 班, as every Chinese calendar marks them."""
    if named is None:
        return ""
    return _("休") if named.kind == CalendarDay.Kind.HOLIDAY else _("班")
