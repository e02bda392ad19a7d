"""What the tests of the lights share: a calendar, a task of a hundred days, and random facts."""

from datetime import date, timedelta

from hypothesis import strategies as st

from common.workdays import WEEKDAYS, WorkCalendar
from tasks.lights import (
    LightFacts,
    LightPolicy,
    light_dates,
    light_on,
)
from tasks.planned import Mark

ONE_DAY = timedelta(days=1)
POLICY = LightPolicy()
CALENDAR = WorkCalendar(
    holidays=frozenset({date(2026, 9, 25), *(date(2026, 10, n) for n in range(1, 8))}),
    workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    published_years=frozenset({2026}),
)
START = date(2026, 3, 2)  # a Monday
DUE = date(2026, 6, 10)  # a Wednesday, 100 days later: the plan asks one point a day
FACTS = LightFacts(status="ongoing", start=START, due=DUE, percent=0)


def day(n):
    return START + timedelta(days=n)


def light(facts, on, calendar=CALENDAR, policy=POLICY):
    dates = light_dates(facts, calendar, policy)
    return light_on(
        status=facts.status, start=facts.start, due=facts.due, dates=dates, closed_late=facts.closed_late, on=on
    )


BASE = date(2026, 8, 3)
WINDOW = [BASE + timedelta(days=n) for n in range(-20, 130)]
near_dates = st.integers(0, 90).map(lambda n: BASE + timedelta(days=n))
live = st.sampled_from(["ongoing", "issued", "closing", "ongoing"])
still = st.sampled_from(["planned", "closed", "signed_off", "suspended", "stopped", "standing"])
policies = st.just(POLICY) | st.builds(
    lambda yellow, more, near, few, holds: LightPolicy(
        yellow, yellow + more, near, near + 2, long_task_months=2, start_missed_months=few, yellow_closes=few,
        report_after=near, hold_made_good=holds,
    ),
    st.integers(1, 30),
    st.integers(0, 40),
    st.integers(1, 8),
    st.integers(1, 3),
    st.booleans(),
)  # fmt: skip
NOTHING = (None, None)
stretches = st.just(NOTHING) | st.tuples(near_dates, st.integers(0, 90)).map(
    lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))
)
ENDED = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30))  # before the window
kept_colours = st.sampled_from(["green", "yellow", "yellow", "red", "grey"])
closes = st.just(()) | st.lists(kept_colours, min_size=3, max_size=3).map(
    lambda colours: tuple(zip(ENDED, colours, strict=True))
)


@st.composite
def fact_sets(draw, statuses=live):
    due, held, exempt = draw(near_dates), draw(stretches), draw(stretches)
    return LightFacts(
        status=draw(statuses),
        start=draw(st.none() | st.integers(0, 100).map(lambda n: due - timedelta(days=n))),
        due=due,
        percent=draw(st.integers(0, 100)),
        marks=tuple(draw(st.lists(st.builds(Mark, near_dates, st.integers(0, 100)), max_size=3))),
        closing_asked_on=draw(st.none() | near_dates),
        closed_late=draw(st.none() | st.booleans()),
        extension_asked_on=draw(st.none() | st.none() | near_dates),
        started=draw(st.booleans()),
        report_due_on=draw(st.none() | near_dates),
        report_period="2026Q3",
        held_from=held[0],
        held_until=held[1],
        exempt_from=exempt[0],
        exempt_until=exempt[1],
        closes=draw(closes),
    )


calendars = st.sampled_from([CALENDAR, WEEKDAYS])
