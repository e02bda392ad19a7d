from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def days(first, last):
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


# A year like 2026: the holidays of spring and autumn with the weekend days worked for them, and New Year.
CALENDAR = WorkCalendar(
    holidays=days(date(2026, 1, 1), date(2026, 1, 3))
    | days(date(2026, 2, 15), date(2026, 2, 23))
    | days(date(2026, 9, 25), date(2026, 9, 27))
    | days(date(2026, 10, 1), date(2026, 10, 7)),
    workdays=frozenset({date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2026, 10, 10)}),
    published_years=frozenset({2026}),
)


# --- a slow and simple reference: look at every day ---


def slow_is_working_day(calendar, day):
    if day in calendar.workdays:
        return True
    if day in calendar.holidays:
        return False
    return day.strftime("%a") not in {"Sat", "Sun"}


def slow_after(calendar, day, n):
    step = ONE_DAY if n > 0 else -ONE_DAY
    found = []
    while len(found) < abs(n):
        day += step
        if slow_is_working_day(calendar, day):
            found.append(day)
    return found[-1]


def slow_between(calendar, start, end):
    count = 0
    while start < end:
        start += ONE_DAY
        count += slow_is_working_day(calendar, start)
    return count


BASE = date(2023, 12, 1)
near_days = st.integers(0, 130).map(lambda n: BASE + timedelta(days=n))  # over a New Year and a leap day


@st.composite
def calendars(draw):
    holidays = draw(st.frozensets(near_days, max_size=40))
    workdays = draw(st.frozensets(near_days, max_size=12)) - holidays
    return WorkCalendar(holidays, workdays, draw(st.frozensets(st.sampled_from([2023, 2024]))))


# --- what a calendar is ---


def test_calendar_refuses_a_day_both_off_and_worked():
    day = date(2026, 2, 14)
    with pytest.raises(ValueError, match="2026-02-14"):
        WorkCalendar(frozenset({day}), frozenset({day}), frozenset({2026}))


def test_is_published_says_which_years_are_known():
    assert CALENDAR.is_published(2026)
    assert not CALENDAR.is_published(2027)
    assert not WEEKDAYS.is_published(2026)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), True),  # an ordinary Wednesday, the eve of a holiday
        (date(2026, 10, 1), False),  # the first day of the holiday
        (date(2026, 10, 3), False),  # a Saturday inside it
        (date(2026, 10, 7), False),  # its last day
        (date(2026, 10, 8), True),  # the day after it
        (date(2026, 10, 10), True),  # a Saturday worked instead
        (date(2026, 10, 11), False),  # the Sunday after
        (date(2026, 9, 20), True),  # a Sunday worked instead
        (date(2026, 9, 19), False),  # the Saturday before
        (date(2026, 2, 28), True),  # worked, on the last day of a month
    ],
)
def test_is_working_day_in_a_published_year(day, expected):
    assert CALENDAR.is_working_day(day) is expected


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2027, 1, 1), True), (date(2027, 10, 1), True), (date(2027, 10, 2), False)]
)
def test_is_working_day_falls_back_to_the_week_in_an_unpublished_year(day, expected):
    assert CALENDAR.is_working_day(day) is expected


def test_is_working_day_counts_a_named_day_of_an_unpublished_year():
    calendar = WorkCalendar(frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 2)}), frozenset({2026}))
    assert not calendar.is_working_day(date(2027, 1, 1))
    assert calendar.is_working_day(date(2027, 1, 2))


# --- stepping ---


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),  # worked: stays
        (date(2026, 10, 1), date(2026, 10, 8)),  # over the whole holiday
        (date(2026, 10, 7), date(2026, 10, 8)),
        (date(2026, 10, 10), date(2026, 10, 10)),  # a worked Saturday: stays
        (date(2026, 10, 11), date(2026, 10, 12)),
        (date(2026, 2, 15), date(2026, 2, 24)),
        (date(2028, 2, 29), date(2028, 2, 29)),  # a leap day, a Tuesday
        (date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 4)),  # to a worked Sunday
    ],
)
def test_next_working_day_moves_only_a_day_off(day, expected):
    assert CALENDAR.next_working_day(day) == expected


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # 8th, 9th, the worked Saturday
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),  # from inside the holiday
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2026, 10, 3), -1, date(2026, 9, 30)),
        (date(2026, 10, 12), -3, date(2026, 10, 8)),
        (date(2026, 10, 12), -7, date(2026, 9, 24)),  # 10, 9, 8, then 30, 29, 28 September, over the 25th to the 24th
        (date(2026, 10, 3), 0, date(2026, 10, 8)),  # none after: the day itself, moved
        (date(2026, 10, 8), 0, date(2026, 10, 8)),
        (date(2027, 12, 31), 1, date(2028, 1, 3)),  # both years unpublished
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2028, 3, 1), -1, date(2028, 2, 29)),
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
    ],
)
def test_after_counts_working_days_only(day, n, expected):
    assert CALENDAR.after(day, n) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 9, 30), date(2026, 9, 30), 0),
        (date(2026, 10, 1), date(2026, 9, 30), 0),  # backwards
        (date(2026, 9, 30), date(2026, 10, 1), 0),
        (date(2026, 9, 30), date(2026, 10, 7), 0),
        (date(2026, 9, 30), date(2026, 10, 8), 1),
        (date(2026, 9, 29), date(2026, 10, 8), 2),  # the start does not count, the end does
        (date(2026, 10, 9), date(2026, 10, 11), 1),  # the worked Saturday
        (date(2026, 9, 18), date(2026, 9, 20), 1),  # the worked Sunday
        (date(2027, 1, 1), date(2028, 1, 1), 260),  # an unpublished year
    ],
)
def test_between_counts_after_start_up_to_end(start, end, expected):
    assert CALENDAR.between(start, end) == expected


def test_between_agrees_over_a_whole_published_year():
    assert CALENDAR.between(date(2025, 12, 31), date(2026, 12, 31)) == sum(
        slow_is_working_day(CALENDAR, day) for day in days(date(2026, 1, 1), date(2026, 12, 31))
    )


@settings(max_examples=200, deadline=None)
@given(calendar=calendars(), day=near_days, n=st.integers(-25, 25).filter(bool))
def test_after_equals_the_slow_reference(calendar, day, n):
    assert calendar.after(day, n) == slow_after(calendar, day, n)


@settings(max_examples=200, deadline=None)
@given(calendar=calendars(), start=near_days, end=near_days)
def test_between_equals_the_slow_reference(calendar, start, end):
    assert calendar.between(start, end) == slow_between(calendar, start, end)


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), day=near_days)
def test_next_working_day_is_the_first_worked_one(calendar, day):
    moved = calendar.next_working_day(day)
    assert calendar.is_working_day(moved)
    assert not any(slow_is_working_day(calendar, day + timedelta(days=n)) for n in range((moved - day).days))
    assert calendar.next_working_day(moved) == moved == calendar.after(day, 0)


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), day=near_days, n=st.integers(1, 25))
def test_after_and_between_are_inverse(calendar, day, n):
    there = calendar.after(day, n)
    assert calendar.between(day, there) == n
    assert calendar.between(day, there - ONE_DAY) == n - 1
    back = calendar.after(day, -n)
    assert calendar.is_working_day(back)
    assert calendar.after(calendar.after(there, -n), n) == there


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), day=near_days, later=near_days, n=st.integers(-20, 20))
def test_after_never_overtakes(calendar, day, later, n):
    first, second = sorted((day, later))
    assert calendar.after(first, n) <= calendar.after(second, n)
    assert calendar.after(day, n) <= calendar.after(day, n + 1) or n == 0  # 0 is the odd one: it may move forward
    assert calendar.after(day, -1) < day < calendar.after(day, 1)


@settings(max_examples=100, deadline=None)
@given(calendar=calendars(), marks=st.lists(near_days, min_size=3, max_size=3))
def test_between_adds_up(calendar, marks):
    first, second, third = sorted(marks)
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)


# --- working hours ---


def at(day, hour, minute=0, second=0, microsecond=0):
    return datetime(2026, 10, day, hour, minute, second, microsecond, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(8, 8, 29, 59, 999999), at(8, 8, 30)),
        (at(8, 8, 30), at(8, 8, 30)),  # opening belongs to the hours
        (at(8, 12, 34, 56, 7), at(8, 12, 34, 56, 7)),
        (at(8, 17, 59, 59, 999999), at(8, 17, 59, 59, 999999)),
        (at(8, 18), at(9, 8, 30)),  # closing does not
        (at(8, 23, 59), at(9, 8, 30)),
        (at(8, 0), at(8, 8, 30)),
        (at(1, 12), at(8, 8, 30)),  # a holiday, in its hours
        (at(7, 20), at(8, 8, 30)),  # its last evening
        (at(9, 18), at(10, 8, 30)),  # Friday evening to the worked Saturday
        (at(10, 9), at(10, 9)),
        (at(10, 18), at(12, 8, 30)),  # and over the Sunday
        (at(30, 18), datetime(2026, 11, 2, 8, 30, tzinfo=SHANGHAI)),  # over a month's end
    ],
)
def test_next_working_moment_is_now_or_the_next_opening(moment, expected):
    found = CALENDAR.next_working_moment(moment)
    assert found == expected
    assert found.tzinfo is SHANGHAI


def test_next_working_moment_uses_the_hours_of_the_moments_own_zone():
    late_in_utc = datetime(2026, 10, 8, 23, tzinfo=UTC)
    assert CALENDAR.next_working_moment(late_in_utc) == datetime(2026, 10, 9, 8, 30, tzinfo=UTC)
    assert CALENDAR.next_working_moment(late_in_utc.astimezone(SHANGHAI)) == at(9, 8, 30)


def test_next_working_moment_takes_other_hours():
    found = CALENDAR.next_working_moment(at(8, 8, 45), opens=time(9), closes=time(17, 30))
    assert found == at(8, 9)
    assert CALENDAR.next_working_moment(at(8, 17, 30), opens=time(9), closes=time(17, 30)) == at(9, 9)


def test_next_working_moment_refuses_a_naive_moment():
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.next_working_moment(datetime(2026, 10, 8, 9))  # noqa: DTZ001


@pytest.mark.parametrize("closes", [time(8, 30), time(8)])
def test_next_working_moment_refuses_hours_that_close_before_they_open(closes):
    with pytest.raises(ValueError, match="open before"):
        CALENDAR.next_working_moment(at(8, 9), opens=time(8, 30), closes=closes)


@settings(max_examples=150, deadline=None)
@given(calendar=calendars(), day=near_days, minute=st.integers(0, 24 * 60 - 1))
def test_next_working_moment_is_the_first_open_minute(calendar, day, minute):
    moment = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=SHANGHAI)
    found = calendar.next_working_moment(moment)
    probe = moment
    while not (slow_is_working_day(calendar, probe.date()) and time(8, 30) <= probe.time() < time(18)):
        probe += timedelta(minutes=1) if probe.time() < time(18) else timedelta(minutes=30 - probe.minute % 30)
    assert found == probe
    assert calendar.next_working_moment(found) == found
