from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS, WorkCalendar
from supervision.reminders import Clock, ReminderPolicy, Step, plan, schedule

ONE_DAY = timedelta(days=1)
POLICY = ReminderPolicy()
CALENDAR = WorkCalendar(
    holidays=frozenset({date(2026, 9, 25), *(date(2026, 10, n) for n in range(1, 8))}),
    workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    published_years=frozenset({2026}),
)
LIMIT = date(2026, 11, 20)  # a Friday
CLOCK = Clock(
    key="task:12:due:2026-11-20",
    kind="due",
    limit=LIMIT,
    task=12,
    reporters=(1, 2),
    approvers=(3,),
    directors=(9,),
)


def days_of(steps):
    return [(step.on, step.days, step.level) for step in steps]


def planned(today, clock=CLOCK, policy=POLICY, calendar=CALENDAR):
    return plan([clock], calendar, policy, today)


# --- the schedule ---


def test_schedule_of_a_deadline():
    assert schedule(CLOCK, CALENDAR, POLICY) == [
        Step("task:12:due:2026-11-20:1:7", CLOCK.key, 1, "near_due", date(2026, 11, 11), 7, (1, 2)),
        Step("task:12:due:2026-11-20:1:3", CLOCK.key, 1, "near_due", date(2026, 11, 17), 3, (1, 2)),
        Step("task:12:due:2026-11-20:1:1", CLOCK.key, 1, "near_due", date(2026, 11, 19), 1, (1, 2, 3)),
    ]


def test_schedule_of_a_report_has_its_own_reasons():
    clock = replace(CLOCK, key="task:12:report:2026Q4", kind="report")
    assert [step.reason for step in schedule(clock, CALENDAR, POLICY)] == [
        "period_open",
        "report_near",
        "report_near",
        "report_near",
    ]
    assert schedule(clock, CALENDAR, POLICY)[0].key == "task:12:report:2026Q4:0:10"


def test_schedule_tells_the_reporters_of_all_units_that_a_period_is_open():
    clock = replace(CLOCK, kind="report", supporters=(7, 1))
    assert schedule(clock, CALENDAR, POLICY)[0].recipients == (1, 2, 7)
    assert [step.on for step in schedule(clock, CALENDAR, POLICY)][:2] == [date(2026, 11, 10), date(2026, 11, 11)]


def test_schedule_leaves_out_an_opening_that_comes_after_the_first_reminder():
    """Over a long holiday seven working days are more than ten days."""
    steps = schedule(replace(CLOCK, kind="report", limit=date(2026, 10, 9)), CALENDAR, POLICY)
    assert days_of(steps) == [(date(2026, 9, 22), 7, 1), (date(2026, 9, 29), 3, 1), (date(2026, 10, 8), 1, 1)]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (  # over the autumn holiday, with its worked Sunday and Saturday
            date(2026, 10, 8),
            [date(2026, 9, 21), date(2026, 9, 28), date(2026, 9, 30), date(2026, 10, 9)],
        ),
        (  # the limit on a day off
            date(2026, 10, 3),
            [date(2026, 9, 21), date(2026, 9, 28), date(2026, 9, 30), date(2026, 10, 8)],
        ),
        (  # Friday before a worked Saturday
            date(2026, 10, 9),
            [date(2026, 9, 22), date(2026, 9, 29), date(2026, 10, 8), date(2026, 10, 10)],
        ),
        (  # over a leap day, in a year not yet published
            date(2028, 3, 1),
            [date(2028, 2, 21), date(2028, 2, 25), date(2028, 2, 29), date(2028, 3, 2)],
        ),
        (  # from a published year into one that is not
            date(2026, 12, 31),
            [date(2026, 12, 22), date(2026, 12, 28), date(2026, 12, 30), date(2027, 1, 1)],
        ),
    ],
)
def test_schedule_counts_working_days(limit, expected):
    assert [step.on for step in schedule(replace(CLOCK, limit=limit), CALENDAR, POLICY)] == expected[:-1]
    day = expected[-1]
    assert not planned(day - ONE_DAY, replace(CLOCK, limit=limit)) or day - ONE_DAY <= limit
    assert [(step.level, step.on) for step in planned(day, replace(CLOCK, limit=limit))] == [(2, day)]


def test_schedule_of_another_policy():
    policy = ReminderPolicy(before=(2, 5), urge_after=3, approvers_from=5)
    steps = schedule(CLOCK, CALENDAR, policy) + planned(date(2026, 12, 1), policy=policy)
    assert days_of(steps) == [
        (date(2026, 11, 13), 5, 1),
        (date(2026, 11, 18), 2, 1),
        (date(2026, 11, 25), 3, 2),
    ]
    assert [step.recipients for step in steps] == [(1, 2, 3)] * 3


def test_schedule_tells_the_approvers_one_day_before_and_no_earlier():
    steps = schedule(CLOCK, CALENDAR, ReminderPolicy(before=(2, 1)))
    assert [(step.days, step.recipients) for step in steps] == [(2, (1, 2)), (1, (1, 2, 3))]


def test_plan_keeps_the_key_of_the_urging_under_another_policy():
    (later,) = planned(date(2026, 12, 31), policy=ReminderPolicy(urge_after=4))
    assert later.key == planned(date(2026, 12, 31))[0].key


def test_schedule_without_reminders_before():
    assert schedule(CLOCK, CALENDAR, ReminderPolicy(before=())) == []


@pytest.mark.parametrize(
    ("opened_on", "expected"),
    [
        (date(2026, 11, 1), [(date(2026, 11, 11), 7, 1), (date(2026, 11, 17), 3, 1), (date(2026, 11, 19), 1, 1)]),
        (date(2026, 11, 11), [(date(2026, 11, 11), 7, 1), (date(2026, 11, 17), 3, 1), (date(2026, 11, 19), 1, 1)]),
        (date(2026, 11, 12), [(date(2026, 11, 12), 7, 1), (date(2026, 11, 17), 3, 1), (date(2026, 11, 19), 1, 1)]),
        (date(2026, 11, 17), [(date(2026, 11, 17), 3, 1), (date(2026, 11, 19), 1, 1)]),
        (date(2026, 11, 18), [(date(2026, 11, 18), 3, 1), (date(2026, 11, 19), 1, 1)]),
        (date(2026, 11, 20), [(date(2026, 11, 20), 1, 1)]),  # opened on its limit
        (date(2026, 11, 21), []),  # opened late: nothing is near any more
        (date(2026, 11, 23), []),
    ],
)
def test_schedule_collapses_what_lies_before_the_opening(opened_on, expected):
    steps = schedule(replace(CLOCK, opened_on=opened_on), CALENDAR, POLICY)
    assert days_of(steps) == expected


def test_schedule_of_a_clock_opened_long_after_its_limit():
    clock = replace(CLOCK, opened_on=date(2026, 12, 15))
    assert schedule(clock, CALENDAR, POLICY) == planned(date(2026, 12, 14), clock) == []
    assert days_of(planned(date(2026, 12, 15), clock)) == [(date(2026, 12, 15), 1, 2)]


def test_schedule_names_each_person_once():
    clock = replace(CLOCK, reporters=(5, 4, 5), approvers=(4, 6), directors=(6, 7, 7))
    steps = schedule(clock, CALENDAR, POLICY) + planned(date(2026, 12, 1), clock)
    assert [step.recipients for step in steps] == [(5, 4), (5, 4), (5, 4, 6), (5, 4, 6)]
    assert [step.copies for step in steps] == [(), (), (), (7,)]


@pytest.mark.parametrize(
    "broken",
    [
        {"before": (7, 0)},
        {"before": (-1,)},
        {"before": (3, 3)},
        {"urge_after": 0},
        {"supervise_after": 0},
        {"new_limit_days": 0},
        {"receipt_days": 0},
        {"confirm_days": 0},
        {"approvers_from": 0},
        {"open_days": 0},
        {"bulletin_day": 29},
        {"bulletin_day": 0},
    ],
    ids=str,
)
def test_policy_refuses_what_cannot_be(broken):
    with pytest.raises(ValueError, match=r"at least one|stands once|every month"):
        ReminderPolicy(**broken)


def test_clock_refuses_an_unknown_kind():
    with pytest.raises(ValueError, match="unknown kind"):
        replace(CLOCK, kind="closing")


# --- the plan of one day ---


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 10), None),
        (date(2026, 11, 11), "1:7"),
        (date(2026, 11, 16), "1:7"),  # named every day until the next one: its key makes it arrive once
        (date(2026, 11, 17), "1:3"),
        (date(2026, 11, 18), "1:3"),
        (date(2026, 11, 19), "1:1"),
        (date(2026, 11, 20), "1:1"),  # the limit itself
        (date(2026, 11, 21), None),  # the limit has passed: no longer near, not yet overdue
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), "2:1"),
        (date(2027, 3, 1), "2:1"),
    ],
)
def test_plan_names_the_latest_step_whose_day_has_come(today, expected):
    assert [step.key for step in planned(today)] == ([f"{CLOCK.key}:{expected}"] if expected else [])


def test_plan_leaves_out_a_clock_that_waits_for_the_office():
    assert planned(date(2026, 11, 23), replace(CLOCK, is_held=True)) == []


def test_plan_waits_for_the_opening():
    clock = replace(CLOCK, opened_on=date(2026, 11, 18))
    assert planned(date(2026, 11, 17), clock) == []
    assert [step.days for step in planned(date(2026, 11, 18), clock)] == [3]


def test_plan_takes_a_changed_limit_for_a_new_clock():
    moved = replace(CLOCK, key="task:12:due:2026-11-27", limit=date(2026, 11, 27))
    assert [step.key for step in planned(date(2026, 11, 19), moved)] == ["task:12:due:2026-11-27:1:7"]


def test_plan_names_a_step_that_nobody_would_get():
    (step,) = planned(date(2026, 11, 23), replace(CLOCK, reporters=(), approvers=(), directors=()))
    assert step.recipients == step.copies == ()


def test_plan_stands_in_the_order_of_day_and_key_whatever_the_input():
    clocks = [
        replace(CLOCK, key="b"),
        replace(CLOCK, key="a"),
        replace(CLOCK, key="c", limit=date(2026, 11, 18)),
        replace(CLOCK, key="held", is_held=True),
        replace(CLOCK, key="far", limit=date(2027, 11, 18)),
    ]
    today = date(2026, 11, 20)
    keys = [step.key for step in plan(clocks, CALENDAR, POLICY, today)]
    assert keys == ["a:1:1", "b:1:1", "c:2:1"]
    assert [step.key for step in plan(reversed(clocks), CALENDAR, POLICY, today)] == keys


def test_plan_of_nothing_is_empty():
    assert plan([], CALENDAR, POLICY, LIMIT) == []


# --- against a slow and simple reference ---


def slow_is_working_day(calendar, on):
    return on in calendar.workdays or (on.weekday() < 5 and on not in calendar.holidays)


def slow_distance(calendar, first, last):
    """Working days from first to last, both counted."""
    return sum(slow_is_working_day(calendar, first + timedelta(days=n)) for n in range((last - first).days + 1))


def slow_suffix(clock, calendar, policy, today):
    """Level and occurrence of the one step of a day, told from that day's distance to the limit alone."""
    if clock.is_held or (clock.opened_on and today < clock.opened_on):
        return None
    if today > clock.limit:
        counted_from = max(filter(None, (clock.limit, clock.released_on)))
        late = slow_distance(calendar, counted_from + ONE_DAY, today)
        return "2:1" if late >= policy.urge_after else None
    left = slow_distance(calendar, today + ONE_DAY, clock.limit - ONE_DAY) + 1  # the limit counts even on a day off
    reached = [days for days in policy.before if left <= days]
    if reached:
        return f"1:{min(reached)}"
    is_announced = clock.kind == "report" and (clock.limit - today).days <= policy.open_days
    return f"0:{policy.open_days}" if is_announced else None


def slow_keys(clocks, calendar, policy, today):
    suffixes = [(clock.key, slow_suffix(clock, calendar, policy, today)) for clock in clocks]
    return {f"{key}:{suffix}" for key, suffix in suffixes if suffix}


BASE = date(2026, 9, 10)
BASES = [BASE, date(2028, 2, 10), date(2026, 12, 10)]  # a holiday with worked weekends, a leap day, a New Year
calendars = st.sampled_from([CALENDAR, WEEKDAYS])
offsets = st.integers(0, 45)
policies = st.just(POLICY) | st.builds(
    ReminderPolicy,
    before=st.lists(st.integers(1, 12), max_size=4, unique=True).map(tuple),
    urge_after=st.integers(1, 4),
    open_days=st.integers(1, 20),
    approvers_from=st.integers(1, 5),
)
openings = st.none() | offsets
booleans = st.booleans()
never = st.just(value=False)
people = st.lists(st.integers(1, 6), max_size=3).map(tuple)


@st.composite
def clock_lists(draw, opens=openings, is_held=booleans):
    base = draw(st.sampled_from(BASES))
    clocks = []
    for number in range(draw(st.integers(1, 4))):
        opened, released = draw(opens), draw(openings)
        clocks.append(
            Clock(
                key=f"task:{number}",
                kind=draw(st.sampled_from(["due", "report"])),
                limit=base + timedelta(days=draw(offsets)),
                task=number,
                is_held=draw(is_held),
                released_on=None if released is None else base + timedelta(days=released),
                reporters=draw(people),
                approvers=draw(people),
                directors=draw(people),
                opened_on=None if opened is None else base + timedelta(days=opened),
            )
        )
    return base, clocks


@settings(max_examples=80, deadline=None)
@given(drawn=clock_lists(), calendar=calendars, policy=policies)
def test_plan_equals_the_slow_reference_on_every_day(drawn, calendar, policy):
    base, clocks = drawn
    for n in range(-20, 60):
        today = base + timedelta(days=n)
        found = [step.key for step in plan(clocks, calendar, policy, today)]
        assert len(found) == len(set(found))
        assert set(found) == slow_keys(clocks, calendar, policy, today), today


@settings(max_examples=100, deadline=None)
@given(drawn=clock_lists(), calendar=calendars, policy=policies, runs=st.lists(st.integers(-20, 70), max_size=25))
def test_plan_over_any_runs_sends_each_step_once_and_nothing_else(drawn, calendar, policy, runs):
    base, clocks = drawn
    outbox, sent = set(), []
    for n in sorted(runs + runs[:3]):  # gaps between the days, and some days run twice
        steps = plan(clocks, calendar, policy, base + timedelta(days=n))
        assert len({step.clock_key for step in steps}) == len(steps)  # never two for one clock
        sent += [step.key for step in steps if step.key not in outbox]
        outbox |= {step.key for step in steps}
    assert len(sent) == len(set(sent))
    expected = [slow_keys(clocks, calendar, policy, base + timedelta(days=n)) for n in runs]
    assert outbox == set().union(*expected)


@settings(max_examples=100, deadline=None)
@given(drawn=clock_lists(opens=st.none(), is_held=never), calendar=calendars, outage=st.integers(60, 300))
def test_plan_after_an_outage_catches_up_once_for_each_clock(drawn, calendar, outage):
    base, clocks = drawn
    steps = plan(clocks, calendar, POLICY, base + timedelta(days=outage))
    assert sorted(step.clock_key for step in steps) == sorted(clock.key for clock in clocks)
    assert {step.level for step in steps} == {2}


@settings(max_examples=100, deadline=None)
@given(drawn=clock_lists(), calendar=calendars, policy=policies)
def test_plan_run_every_day_sends_the_whole_schedule_in_order(drawn, calendar, policy):
    base, clocks = drawn
    for clock in clocks:
        sent = []
        for n in range(-30, 80):
            today = base + timedelta(days=n)
            sent += [(today, step.key) for step in plan([clock], calendar, policy, today)]
        first_seen = {key: day for day, key in reversed(sent)}
        whole = [] if clock.is_held else schedule(clock, calendar, policy)
        before_limit = [(key, day) for key, day in first_seen.items() if day <= clock.limit]
        assert [(step.key, step.on) for step in whole] == sorted(before_limit, key=lambda item: item[1])


@settings(max_examples=100, deadline=None)
@given(drawn=clock_lists(), calendar=calendars, policy=policies, n=st.integers(-20, 70), gap=st.integers(0, 40))
def test_plan_never_goes_back(drawn, calendar, policy, n, gap):
    base, clocks = drawn
    for clock in clocks:
        earlier = plan([clock], calendar, policy, base + timedelta(days=n))
        later = plan([clock], calendar, policy, base + timedelta(days=n + gap))
        if earlier and later:
            assert earlier[0].on <= later[0].on
            assert earlier[0].level <= later[0].level


@settings(max_examples=100, deadline=None)
@given(drawn=clock_lists(), calendar=calendars, policy=policies)
def test_schedule_rises_day_by_day_and_names_each_person_once(drawn, calendar, policy):
    _base, clocks = drawn
    for clock in clocks:
        steps = schedule(clock, calendar, policy)
        assert all(step.on < following.on for step, following in pairwise(steps))
        assert [step.level for step in steps] == sorted(step.level for step in steps)
        assert all(step.on <= clock.limit for step in steps)
        for step in steps:
            everybody = step.recipients + step.copies
            assert len(everybody) == len(set(everybody))
            assert set(clock.reporters) <= set(step.recipients)
            assert (set(clock.approvers) <= set(step.recipients)) or (
                step.level == 0 or step.days > policy.approvers_from
            )
