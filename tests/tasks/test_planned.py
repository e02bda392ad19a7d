from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.planned import Mark, first_day_planned_reaches, planned_percent

START = date(2026, 1, 1)
DUE = date(2026, 4, 11)  # 100 days later: one point a day


def day(n):
    return START + timedelta(days=n)


def planned(n, *marks, start=START, due=DUE):
    return planned_percent([Mark(day(at), percent) for at, percent in marks], start=start, due=due, on=day(n))


def reaches(threshold, *marks, start=START, due=DUE):
    return first_day_planned_reaches(threshold, [Mark(day(at), percent) for at, percent in marks], start=start, due=due)


# --- planned_percent ---


@pytest.mark.parametrize(
    ("n", "expected"), [(-400, 0), (-1, 0), (0, 0), (1, 1), (50, 50), (99, 99), (100, 100), (101, 100), (900, 100)]
)
def test_planned_percent_follows_one_straight_line(n, expected):
    assert planned(n) == expected


@pytest.mark.parametrize(("n", "expected"), [(1, 14), (2, 28), (3, 42), (4, 57), (5, 71), (6, 85), (7, 100)])
def test_planned_percent_rounds_down(n, expected):
    assert planned(n, due=day(7)) == expected  # 14.28…, 28.57…, 42.85…, 57.14…, 71.42…, 85.71…


@pytest.mark.parametrize(
    ("n", "expected"), [(0, 0), (10, 5), (20, 10), (21, 11), (40, 35), (60, 60), (80, 80), (99, 99), (100, 100)]
)
def test_planned_percent_goes_through_the_milestones(n, expected):
    assert planned(n, (60, 60), (20, 10)) == expected  # given in any order


@pytest.mark.parametrize(
    ("marks", "n", "expected"),
    [
        ([(-10, 30)], 0, 0),  # before the start: ignored
        ([(-10, 30)], 50, 50),
        ([(100, 40)], 100, 100),  # on the deadline all is done whatever a mark says
        ([(100, 40)], 50, 50),
        ([(130, 40)], 50, 50),  # after the deadline: ignored
        ([(0, 20)], -1, 0),  # on the start: the line begins there
        ([(0, 20)], 0, 20),
        ([(0, 20)], 50, 60),
        ([(50, 40), (50, 60)], 50, 60),  # two on one day: the higher
        ([(40, 60), (80, 20)], 60, 60),  # never falls: level until it is passed
        ([(40, 60), (80, 20)], 80, 60),
        ([(40, 60), (80, 20)], 90, 80),
        ([(50, 100)], 50, 100),
        ([(50, 100)], 75, 100),
        ([(50, 180)], 50, 100),  # held to 0…100
        ([(50, -30)], 50, 0),
        ([(50, 0)], 50, 0),
        ([(50, 0)], 75, 50),
    ],
)
def test_planned_percent_handles_odd_milestones(marks, n, expected):
    assert planned(n, *marks) == expected


@pytest.mark.parametrize(("start", "due"), [(None, DUE), (START, None), (None, None)])
def test_planned_percent_is_none_without_a_start_or_a_deadline(start, due):
    assert planned(50, (20, 20), start=start, due=due) is None
    assert reaches(10, (20, 20), start=start, due=due) is None


@pytest.mark.parametrize("due", [day(0), day(-5)])
def test_planned_percent_is_all_at_once_without_a_span(due):
    assert planned(-1, due=due) == 0
    assert planned(0, (0, 30), (-3, 20), due=due) == 100
    assert reaches(1, (0, 30), due=due) == day(0)


def test_planned_percent_over_a_leap_day():
    start, due = date(2028, 2, 28), date(2028, 3, 1)
    assert planned_percent([], start=start, due=due, on=date(2028, 2, 29)) == 50


# --- first_day_planned_reaches ---


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(-5, day(0)), (0, day(0)), (1, day(1)), (10, day(10)), (99, day(99)), (100, day(100)), (101, None), (130, None)],
)
def test_first_day_planned_reaches_on_one_line(threshold, expected):
    assert reaches(threshold) == expected


@pytest.mark.parametrize(
    ("threshold", "expected"), [(14, day(1)), (15, day(2)), (28, day(2)), (29, day(3)), (85, day(6)), (86, day(7))]
)
def test_first_day_planned_reaches_respects_the_rounding(threshold, expected):
    assert reaches(threshold, due=day(7)) == expected


@pytest.mark.parametrize(
    ("threshold", "marks", "expected"),
    [
        (60, [(40, 60), (80, 60)], day(40)),  # the beginning of a level stretch
        (61, [(40, 60), (80, 60)], day(81)),  # its end
        (20, [(0, 20)], day(0)),
        (21, [(0, 20)], day(2)),
        (100, [(50, 100)], day(50)),
        (50, [(10, 49), (11, 90)], day(11)),  # a step of one day
    ],
)
def test_first_day_planned_reaches_with_milestones(threshold, marks, expected):
    assert reaches(threshold, *marks) == expected


# --- against a slow and simple reference ---


def slow_planned(marks, start, due, on):
    """Exact fractions, every pair of neighbours looked at; the running maximum taken over the marks that count."""
    if on < start:
        return 0
    if on >= due:
        return 100
    points = [(start, 0)] + [(mark.on, min(100, max(0, mark.percent))) for mark in marks if start <= mark.on < due]
    lifted = [(at, max(percent for other, percent in points if other <= at)) for at, _percent in points]
    before = max((at, percent) for at, percent in lifted if at <= on)
    after = min([(at, percent) for at, percent in lifted if at > on] + [(due, 100)])
    share = Fraction((on - before[0]).days, (after[0] - before[0]).days)
    return floor(before[1] + share * (after[1] - before[1]))


offsets = st.integers(-15, 130)
mark_lists = st.lists(st.builds(lambda n, percent: Mark(day(n), percent), offsets, st.integers(-10, 110)), max_size=6)
spans = st.tuples(st.integers(-5, 20), st.integers(0, 100)).map(lambda pair: (day(pair[0]), day(pair[0] + pair[1])))


@settings(max_examples=250, deadline=None)
@given(marks=mark_lists, span=spans, n=offsets)
def test_planned_percent_equals_the_slow_reference(marks, span, n):
    start, due = span
    assert planned_percent(marks, start=start, due=due, on=day(n)) == slow_planned(marks, start, due, day(n))


@settings(max_examples=150, deadline=None)
@given(marks=mark_lists, span=spans, threshold=st.integers(-5, 140))
def test_first_day_planned_reaches_equals_the_scan(marks, span, threshold):
    start, due = span
    scan = (start + timedelta(days=n) for n in range(200))
    expected = next((on for on in scan if slow_planned(marks, start, due, on) >= threshold), None)
    assert first_day_planned_reaches(threshold, marks, start=start, due=due) == expected


@settings(max_examples=100, deadline=None)
@given(marks=mark_lists, start=offsets, due=offsets)
def test_planned_percent_never_falls_and_stays_within_bounds(marks, start, due):
    values = [planned_percent(marks, start=day(start), due=day(due), on=day(n)) for n in range(-20, 140)]
    assert values == sorted(values)
    assert values[0] == 0
    assert values[-1] == 100


@settings(max_examples=100, deadline=None)
@given(marks=mark_lists, span=spans, n=offsets, shuffler=st.randoms())
def test_planned_percent_does_not_depend_on_the_order_of_marks(marks, span, n, shuffler):
    start, due = span
    shuffled = list(marks)
    shuffler.shuffle(shuffled)
    assert planned_percent(shuffled, start=start, due=due, on=day(n)) == planned_percent(
        marks, start=start, due=due, on=day(n)
    )
