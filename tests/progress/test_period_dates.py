from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS, WorkCalendar
from progress.models import Period
from tasks.periods import PeriodDates, following_quarter, parse_code, quarter_code, quarter_dates, quarter_of

# 2026 as far as these limits are concerned: the autumn holiday and the weekend days worked for it.
CALENDAR = WorkCalendar(
    holidays=frozenset({date(2026, 9, 25), *(date(2026, 10, n) for n in range(1, 8))}),
    workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    published_years=frozenset({2026}),
)
QUARTERS = [(year, quarter) for year in range(2019, 2032) for quarter in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [
        (
            1,
            PeriodDates(
                "2026Q1", date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 20), date(2026, 3, 25), date(2026, 4, 10)
            ),
        ),
        (  # 20 June is a Saturday
            2,
            PeriodDates(
                "2026Q2", date(2026, 4, 1), date(2026, 6, 30), date(2026, 6, 22), date(2026, 6, 25), date(2026, 7, 10)
            ),
        ),
        (  # 20 September is a worked Sunday, the 25th a holiday, 10 October a worked Saturday
            3,
            PeriodDates(
                "2026Q3", date(2026, 7, 1), date(2026, 9, 30), date(2026, 9, 20), date(2026, 9, 28), date(2026, 10, 10)
            ),
        ),
        (  # 20 December and 10 January are Sundays; 2027 is not published
            4,
            PeriodDates(
                "2026Q4",
                date(2026, 10, 1),
                date(2026, 12, 31),
                date(2026, 12, 21),
                date(2026, 12, 25),
                date(2027, 1, 11),
            ),
        ),
    ],
)
def test_quarter_dates_of_one_year(quarter, expected):
    assert quarter_dates(2026, quarter, CALENDAR) == expected


def test_quarter_dates_give_the_office_three_days():
    assert quarter_dates(2026, 1, CALENDAR).review_days == 3


@pytest.mark.parametrize("year", [2028, 2027])
def test_quarter_dates_of_an_unpublished_year_go_by_the_week(year):
    assert quarter_dates(year, 1, CALENDAR) == quarter_dates(year, 1, WEEKDAYS)


@pytest.mark.parametrize("quarter", [0, 5, -1])
def test_quarter_dates_refuse_a_quarter_that_does_not_exist(quarter):
    with pytest.raises(ValueError, match="no such quarter"):
        quarter_dates(2026, quarter, CALENDAR)


@pytest.mark.parametrize(("year", "quarter"), QUARTERS)
def test_quarter_dates_stand_in_order_and_on_working_days(year, quarter):
    dates = quarter_dates(year, quarter, CALENDAR)
    limits = [dates.contributions_due_on, dates.reports_due_on, dates.locks_on]
    assert all(CALENDAR.is_working_day(limit) for limit in limits)
    assert dates.starts_on < dates.contributions_due_on < dates.reports_due_on <= dates.ends_on < dates.locks_on
    assert dates.reports_due_on == CALENDAR.next_working_day(date(year, quarter * 3, 25))
    assert quarter_of(dates.starts_on) == quarter_of(dates.ends_on) == parse_code(dates.code) == (year, quarter)


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(QUARTERS)))
def test_quarter_dates_follow_each_other_without_a_gap(earlier, later):
    ends_on = quarter_dates(*earlier, CALENDAR).ends_on
    assert quarter_dates(*later, CALENDAR).starts_on == ends_on + timedelta(days=1)
    assert following_quarter(*earlier) == later
    assert following_quarter(*later, -1) == earlier


@pytest.mark.parametrize(
    ("day", "is_late", "accepts"),
    [
        (date(2026, 6, 30), False, False),  # the day before the period
        (date(2026, 7, 1), False, True),
        (date(2026, 9, 28), False, True),  # the limit, moved, is still in time
        (date(2026, 9, 29), True, True),  # late, but taken
        (date(2026, 10, 10), True, True),  # the last day before the lock
        (date(2026, 10, 11), True, False),
    ],
)
def test_period_dates_keep_timely_and_locked_apart(day, is_late, accepts):
    limits = asdict(quarter_dates(2026, 3, CALENDAR))
    del limits["review_days"]
    period = Period(**limits)
    assert period.is_late(on=day) is is_late
    assert (period.starts_on <= day and not period.is_locked(on=day)) is accepts


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 1), (2026, 1)),
        (date(2026, 3, 31), (2026, 1)),
        (date(2026, 4, 1), (2026, 2)),
        (date(2028, 2, 29), (2028, 1)),
        (date(2026, 6, 30), (2026, 2)),
        (date(2026, 7, 1), (2026, 3)),
        (date(2026, 9, 30), (2026, 3)),
        (date(2026, 10, 1), (2026, 4)),
        (date(2026, 12, 31), (2026, 4)),
        (date(2027, 1, 1), (2027, 1)),
    ],
)
def test_quarter_of_a_day(day, expected):
    assert quarter_of(day) == expected


@settings(max_examples=150, deadline=None)
@given(day=st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_quarter_of_a_day_holds_that_day(day):
    year, quarter = quarter_of(day)
    dates = quarter_dates(year, quarter, CALENDAR)
    assert dates.starts_on <= day <= dates.ends_on
    assert parse_code(quarter_code(year, quarter)) == (year, quarter)


@settings(max_examples=100, deadline=None)
@given(year=st.integers(2000, 2100), quarter=st.integers(1, 4), count=st.integers(-50, 50))
def test_following_quarter_steps_there_and_back(year, quarter, count):
    there = following_quarter(year, quarter, count)
    assert (there[0] * 4 + there[1]) - (year * 4 + quarter) == count
    assert following_quarter(*there, -count) == (year, quarter)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "2026",
        "2026Q",
        "2026Q0",
        "2026Q5",
        "2026q4",
        "2026-Q4",
        "26Q4",
        " 2026Q4",
        "2026Q4\n",
        "２０２６Q4",
        "0026Q1",
        "2026Q44",
    ],
)
def test_parse_code_refuses_anything_else(code):
    with pytest.raises(ValueError, match="2026Q4") as refusal:
        parse_code(code)
    assert f"“{code}”" in str(refusal.value)
