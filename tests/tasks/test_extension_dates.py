"""The dates of an extension against a slow, simple reference: day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.workdays import WorkCalendar
from tasks.extensions import ExtensionPolicy, answer_due_on, is_short
from tasks.readers.extensions import office_clock

ONE = timedelta(days=1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def calendars(draw):
    off = draw(st.frozensets(DAYS, max_size=40))
    worked = draw(st.frozensets(DAYS, max_size=10)) - off
    return WorkCalendar(off, worked, frozenset({2026, 2027}))


def is_worked(day, calendar):
    return day in calendar.workdays or (day.weekday() < 5 and day not in calendar.holidays)


def count_worked(after, until, calendar):
    """Working days after one day up to and with another, counted one by one."""
    return sum(is_worked(after + ONE * n, calendar) for n in range(1, max((until - after).days, 0) + 1))


@given(day=DAYS, calendar=calendars(), days=st.integers(1, 15))
def test_answer_due_on_is_so_many_working_days_later(day, calendar, days):
    limit = answer_due_on(day, calendar, ExtensionPolicy(answer_days=days))
    assert is_worked(limit, calendar)
    assert count_worked(day, limit, calendar) == days


@given(due=DAYS, length=st.integers(1, 60), short=st.integers(1, 30))
def test_is_short_counts_calendar_days(due, length, short):
    step, day = 0, due
    while day < due + ONE * length:
        step, day = step + 1, day + ONE
    assert is_short(due, day, ExtensionPolicy(short_days=short)) == (step <= short)


@given(limit=DAYS, late=st.integers(-5, 40), calendar=calendars(), days=st.integers(1, 10))
def test_office_clock_turns_yellow_after_the_limit_and_red_as_long_again_after(limit, late, calendar, days):
    on = limit + ONE * late
    clock = office_clock(limit, on, calendar, ExtensionPolicy(answer_days=days))
    passed = count_worked(limit, on, calendar)
    expected = "green" if on <= limit else "red" if passed > days or _is_past(limit, on, calendar, days) else "yellow"
    assert (clock["colour"], clock["late_days"]) == (expected, passed)


def _is_past(limit, on, calendar, days):
    """Whether the last of so many working days lies before this day, which may itself be a day off."""
    day, left = limit, days
    while left:
        day += ONE
        left -= is_worked(day, calendar)
    return on > day
