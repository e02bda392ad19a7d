"""The date rules of periods against slow references that only count days."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS, WorkCalendar
from tasks.periods import (
    Cycle,
    PeriodPolicy,
    begun_on,
    codes_of_year,
    ends_on,
    moved_later,
    order_of,
    owes,
    parse_period,
    period_code,
    period_dates,
    period_label,
    periods_begun,
    periods_running,
    quarter_dates,
    starts_on,
)

ONE_DAY = timedelta(days=1)
MONTHS = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.HALF: 6}
days = st.dates(date(2024, 1, 1), date(2031, 12, 31))
cycles = st.sampled_from(list(Cycle))


@st.composite
def calendars(draw):
    """Long runs of days off and worked weekends, in a year that may not be published."""
    first = draw(st.dates(date(2027, 1, 1), date(2028, 12, 31)))
    off = {first + n * ONE_DAY for n in range(draw(st.integers(0, 20)))}
    worked = draw(st.sets(st.dates(date(2027, 1, 1), date(2029, 1, 31)), max_size=6)) - off
    return WorkCalendar(frozenset(off), frozenset(worked), draw(st.sampled_from([frozenset(), frozenset({2027})])))


@st.composite
def policies(draw):
    contributions = draw(st.integers(1, 28))
    return PeriodPolicy(contributions, draw(st.integers(contributions, 28)), draw(st.integers(1, 28)))


@st.composite
def codes(draw):
    cycle = draw(cycles)
    return period_code(cycle, draw(st.integers(2020, 2035)), draw(st.integers(1, 12 // MONTHS[cycle])))


def slow_days(code):
    """Every day of a period, by walking through the year."""
    cycle, year, n = parse_period(code)
    day, found = date(year, 1, 1), []
    while day.year == year:
        if (day.month - 1) // MONTHS[cycle] + 1 == n:
            found.append(day)
        day += ONE_DAY
    return found


def slow_working_day(day, calendar):
    while (day.weekday() > 4 and day not in calendar.workdays) or day in calendar.holidays:
        day += ONE_DAY
    return day


@settings(max_examples=200, deadline=None)
@given(code=codes())
def test_period_lasts_from_its_first_day_to_its_last(code):
    found = slow_days(code)
    assert (starts_on(code), ends_on(code)) == (found[0], found[-1])


@settings(max_examples=200, deadline=None)
@given(code=codes(), calendar=calendars(), policy=policies())
def test_period_dates_equal_a_slow_count(code, calendar, policy):
    dates, last = period_dates(code, calendar, policy), slow_days(code)[-1]
    after = last + ONE_DAY
    assert dates.contributions_due_on == slow_working_day(
        date(last.year, last.month, policy.contributions_day), calendar
    )
    assert dates.reports_due_on == slow_working_day(date(last.year, last.month, policy.reports_day), calendar)
    assert dates.locks_on == slow_working_day(date(after.year, after.month, policy.lock_day), calendar)
    assert dates.starts_on <= dates.contributions_due_on <= dates.reports_due_on <= dates.locks_on
    assert dates.ends_on < dates.locks_on


@pytest.mark.parametrize(
    ("code", "last"),
    [("2028M02", date(2028, 2, 29)), ("2027M02", date(2027, 2, 28)), ("2026H1", date(2026, 6, 30)),
     ("2026H2", date(2026, 12, 31)), ("2026M11", date(2026, 11, 30)), ("2028Q1", date(2028, 3, 31))],
)  # fmt: skip
def test_ends_on_knows_months_and_leap_years(code, last):
    assert ends_on(code) == last


def test_period_dates_of_a_month_before_a_long_holiday_move_behind_it():
    spring = WorkCalendar(frozenset(date(2028, 1, 25) + n * ONE_DAY for n in range(8)), frozenset(), frozenset({2028}))
    dates = period_dates("2028M01", spring)
    assert (dates.reports_due_on, dates.ends_on) == (date(2028, 2, 2), date(2028, 1, 31))


def test_period_dates_fall_on_a_worked_weekend():
    worked = WorkCalendar(frozenset(), frozenset({date(2026, 4, 25)}), frozenset({2026}))  # a Saturday
    assert period_dates("2026M04", worked).reports_due_on == date(2026, 4, 25)
    assert period_dates("2026M04", WEEKDAYS).reports_due_on == date(2026, 4, 27)


@settings(max_examples=100, deadline=None)
@given(year=st.integers(2020, 2035), quarter=st.integers(1, 4), calendar=calendars(), policy=policies())
def test_quarter_dates_are_the_period_of_that_code(year, quarter, calendar, policy):
    assert quarter_dates(year, quarter, calendar, policy) == period_dates(f"{year}Q{quarter}", calendar, policy)


@pytest.mark.parametrize(
    "code",
    [
        "", "2026", "2026M0", "2026M1", "2026M00", "2026M13", "2026Q5", "2026H3", "2026H0", "26M01", "2026m01",
        "2026M011",
    ],
)  # fmt: skip
def test_parse_period_refuses_anything_else(code):
    with pytest.raises(ValueError, match="2026M11"):
        parse_period(code)


@settings(max_examples=200, deadline=None)
@given(code=codes())
def test_parse_period_reads_what_period_code_writes(code):
    assert period_code(*parse_period(code)) == code


@pytest.mark.parametrize(
    ("earlier", "later"),
    list(pairwise(["", "2026M08", "2026Q3", "2026M10", "2026M11", "2026M12", "2026Q4", "2026H2", "2027M01", "2027Q1"])),
)
def test_order_of_goes_by_the_end_and_then_by_length(earlier, later):
    assert order_of(earlier) < order_of(later)


@settings(max_examples=200, deadline=None)
@given(one=codes(), other=codes())
def test_order_of_is_total_and_equal_only_for_the_same_period(one, other):
    assert (order_of(one) == order_of(other)) is (one == other)


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [("2026M11", "2026年11月", "November 2026"), ("2026Q4", "2026年第4季度", None), ("2026H1", "2026年上半年", None),
     ("2026H2", "2026年下半年", None)],
)  # fmt: skip
def test_period_label_is_what_people_say(code, chinese, english):
    assert period_label(code) == chinese
    if english:
        with translation.override("en"):
            assert period_label(code) == english


def test_codes_of_year_leave_the_months_that_end_a_quarter_to_the_quarter():
    assert codes_of_year(2026) == [
        "2026M01", "2026M02", "2026Q1", "2026M04", "2026M05", "2026Q2", "2026H1",
        "2026M07", "2026M08", "2026Q3", "2026M10", "2026M11", "2026Q4", "2026H2",
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(on=days, calendar=calendars(), policy=policies())
def test_periods_running_equal_a_search_through_all_years(on, calendar, policy):
    every = [period_dates(code, calendar, policy) for year in range(2020, 2036) for code in codes_of_year(year)]
    expected = [each for each in every if each.starts_on <= on <= each.locks_on]
    assert periods_running(on, calendar, policy) == sorted(expected, key=lambda each: order_of(each.code))


@settings(max_examples=100, deadline=None)
@given(since=days, on=days)
def test_periods_begun_equal_a_search_through_all_years(since, on):
    every = [period_dates(code, WEEKDAYS) for year in range(2020, 2036) for code in codes_of_year(year)]
    assert periods_begun(since, on, WEEKDAYS) == [
        each for each in every if each.ends_on >= since and each.starts_on <= on
    ]


@settings(max_examples=150, deadline=None)
@given(code=codes(), before=calendars(), after=calendars(), on=days)
def test_moved_later_never_brings_a_limit_forward_nor_touches_one_that_passed(code, before, after, on):
    old = period_dates(code, before)
    new = moved_later(old, after, on=on)
    for name in ("contributions_due_on", "reports_due_on", "locks_on"):
        was, now = getattr(old, name), getattr(new, name)
        assert now == (slow_working_day(was, after) if was >= on else was)
        assert now >= was
    assert new.contributions_due_on <= new.reports_due_on <= new.locks_on
    assert (new.code, new.starts_on, new.ends_on) == (old.code, old.starts_on, old.ends_on)
    assert moved_later(new, after, on=on) == new


# -- who owes


def slow_owes(code, status, start, cycle, colour):
    """The rules one by one, from the words of the design."""
    kind, _year, n = parse_period(code)
    if status not in ("ongoing", "standing"):
        return False
    if start and start > min(ends_on(code), period_dates(code, WEEKDAYS).reports_due_on):
        return False
    wanted = cycle or ("half" if status == "standing" else "month" if colour in ("yellow", "red") else "quarter")
    return {
        "month": kind == "quarter" or (kind == "month" and n not in (3, 6, 9, 12)),
        "quarter": kind == "quarter",
        "half": kind == "half",
    }[wanted]


@settings(max_examples=400, deadline=None)
@given(
    code=codes(),
    status=st.sampled_from(["planned", "issued", "ongoing", "closing", "closed", "suspended", "stopped", "standing"]),
    start=st.none() | days,
    cycle=st.sampled_from(["", *Cycle.values]),
    colour=st.sampled_from(["green", "yellow", "red", "grey", "blue"]),
)
def test_owes_equals_the_rules_one_by_one(code, status, start, cycle, colour):
    dates = period_dates(code, WEEKDAYS)
    owed = owes(dates, status=status, start=start, cycle=cycle, colour=colour)
    assert owed is slow_owes(code, status, start, cycle, colour)


def test_owes_nothing_that_was_due_before_the_task_began():
    dates = period_dates("2026Q4", WEEKDAYS)
    owed = {
        start: owes(dates, status="ongoing", start=start, cycle="", colour="green")
        for start in (dates.reports_due_on, dates.reports_due_on + ONE_DAY)
    }
    assert list(owed.values()) == [True, False]


@pytest.mark.parametrize(
    ("start", "received", "expected"),
    [(None, None, None), (date(2026, 1, 1), None, date(2026, 1, 1)), (None, date(2026, 2, 1), date(2026, 2, 1)),
     (date(2026, 3, 1), date(2026, 2, 1), date(2026, 3, 1)), (date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1))],
)  # fmt: skip
def test_begun_on_is_the_later_of_start_and_receipt(start, received, expected):
    assert begun_on(start, received) == expected


@pytest.mark.parametrize("year", range(2024, 2032))
def test_periods_of_a_year_cover_every_day_of_each_cycle(year):
    """Quarters and halves without a gap; months too, but for those that end a quarter."""
    for cycle in (Cycle.QUARTER, Cycle.HALF):
        found = [code for code in codes_of_year(year) if parse_period(code)[0] == cycle]
        covered = [day for code in found for day in slow_days(code)]
        assert covered == [
            date(year, 1, 1) + n * ONE_DAY for n in range(sum(monthrange(year, m)[1] for m in range(1, 13)))
        ]
