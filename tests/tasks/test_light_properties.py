from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.lights import (
    Colour,
    Rule,
    light_dates,
    months_after,
    overdue_days,
    overdue_from,
)
from tasks.planned import planned_percent
from tests.tasks.light_cases import (
    ONE_DAY,
    WINDOW,
    calendars,
    fact_sets,
    light,
    policies,
    still,
)

# --- against a slow and simple reference: the table, read anew every day ---


def slow_is_working_day(calendar, on):
    return on in calendar.workdays or (on.weekday() < 5 and on not in calendar.holidays)


def slow_working_days(calendar, first, last):
    """Working days from first to last, both counted."""
    return sum(slow_is_working_day(calendar, first + timedelta(days=n)) for n in range((last - first).days + 1))


def slow_is_overdue(facts, calendar, policy, on):
    if facts.status == "closing" and facts.closing_asked_on is not None and facts.closing_asked_on <= facts.due:
        return False
    return slow_working_days(calendar, facts.due + ONE_DAY, on) >= policy.overdue_after


def slow_is_near(facts, calendar, policy, on):
    long = facts.start is not None and facts.due > months_after(facts.start, policy.long_task_months)
    strictly_between = slow_working_days(calendar, on + ONE_DAY, facts.due - ONE_DAY)
    return facts.percent < 100 and strictly_between < (policy.near_days_long if long else policy.near_days)


def slow_light(facts, calendar, policy, on):
    if facts.status in {"closed", "signed_off"}:
        return Colour.BLUE, None
    if facts.due is None or facts.status in {"suspended", "stopped", "standing", "planned"}:
        return Colour.GREY, None
    if facts.start is not None and on < facts.start:
        return Colour.GREY, Rule.NOT_STARTED
    planned = planned_percent(facts.marks, start=facts.start, due=facts.due, on=on)
    behind = -100 if planned is None else planned - facts.percent
    if slow_is_overdue(facts, calendar, policy, on):
        return Colour.RED, Rule.OVERDUE
    if behind > policy.red_points:
        return Colour.RED, Rule.PACE_RED
    if behind >= policy.yellow_points or slow_is_near(facts, calendar, policy, on):
        return Colour.YELLOW, None
    return Colour.GREEN, Rule.ON_TRACK


@settings(max_examples=60, deadline=None)
@given(facts=fact_sets() | fact_sets(still), calendar=calendars, policy=policies)
def test_light_equals_the_table_read_anew_every_day(facts, calendar, policy):
    for on in WINDOW:
        found = light(facts, on, calendar, policy)
        colour, rule = slow_light(facts, calendar, policy, on)
        assert found.colour == colour, on
        assert rule is None or found.rule == rule, on


@settings(max_examples=60, deadline=None)
@given(facts=fact_sets(), calendar=calendars, policy=policies)
def test_light_since_and_next_are_the_days_on_which_the_colour_turns(facts, calendar, policy):
    lights = {on: light(facts, on, calendar, policy) for on in WINDOW}
    for on, eve in zip(WINDOW[1:], WINDOW, strict=False):
        today, yesterday = lights[on], lights[eve]
        if today.colour != yesterday.colour:
            assert (yesterday.next_colour, yesterday.next_on) == (today.colour, on)
            assert yesterday.next_rule == today.rule
            assert today.since == (on if today.colour in {Colour.YELLOW, Colour.RED} else None)
        else:
            assert (today.next_colour, today.next_on) == (yesterday.next_colour, yesterday.next_on)
            assert today.since == yesterday.since


@settings(max_examples=100, deadline=None)
@given(facts=fact_sets(), calendar=calendars, on=st.sampled_from(WINDOW))
def test_overdue_days_and_the_overdue_light_are_one_rule(facts, calendar, on):
    found = light(facts, on, calendar)
    late_from = overdue_from(facts, calendar)
    days = overdue_days(found, due=facts.due, on=on)
    assert (days > 0) is (found.rule == Rule.OVERDUE) is (late_from is not None and late_from <= on)
    assert days in {0, (on - facts.due).days}


@settings(max_examples=100, deadline=None)
@given(facts=fact_sets(), calendar=calendars, more=st.integers(0, 100))
def test_light_dates_never_come_earlier_for_more_progress(facts, calendar, more):
    better = replace(facts, percent=min(100, facts.percent + more))
    before, after = light_dates(facts, calendar), light_dates(better, calendar)
    far = date.max
    assert (after.yellow_from or far) >= (before.yellow_from or far)
    assert (after.red_from or far) >= (before.red_from or far)
    assert after.overdue_from == before.overdue_from


@settings(max_examples=100, deadline=None)
@given(facts=fact_sets(), calendar=calendars)
def test_light_dates_come_in_pairs_with_their_rules(facts, calendar):
    dates = light_dates(facts, calendar)
    assert (dates.yellow_from is None) is (dates.yellow_rule == "")
    assert (dates.red_from is None) is (dates.red_rule == "")
    assert dates.yellow_rule in {"", "pace_yellow", "near_due"}
    assert dates.red_rule in {"", "pace_red", "overdue"}
    if dates.overdue_from:
        assert dates.red_from <= dates.overdue_from
