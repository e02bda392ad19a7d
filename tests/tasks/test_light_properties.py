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
    quarter_end,
)
from tasks.planned import planned_percent
from tests.tasks.light_cases import (
    ENDED,
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
    asked = [facts.extension_asked_on, facts.closing_asked_on if facts.status == "closing" else None]
    if any(day is not None and day <= facts.due for day in asked):
        return False
    return slow_working_days(calendar, facts.due + ONE_DAY, on) >= policy.overdue_after


def slow_is_near(facts, calendar, policy, on):
    long = facts.start is not None and facts.due > months_after(facts.start, policy.long_task_months)
    strictly_between = slow_working_days(calendar, on + ONE_DAY, facts.due - ONE_DAY)
    return facts.percent < 100 and strictly_between < (policy.near_days_long if long else policy.near_days)


def slow_is_report_missing(facts, calendar, policy, on):
    limit = facts.report_due_on
    return limit is not None and slow_working_days(calendar, limit + ONE_DAY, on) >= policy.report_after


def slow_is_start_missed(facts, policy, on):
    """Months counted one after the other: the day has come when the month's day, or its last day, has."""
    if facts.start is None or facts.started or facts.percent:
        return False
    year, month = facts.start.year, facts.start.month
    for _count in range(policy.start_missed_months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - ONE_DAY).day
    return on >= date(year, month, min(facts.start.day, last))


def slow_is_within(first, last, on):
    return first is not None and on in {first + timedelta(days=n) for n in range((last - first).days + 1)}


def slow_is_judged(facts, on):
    is_early = facts.start is not None and on < facts.start
    return not is_early and not slow_is_within(facts.exempt_from, facts.exempt_until, on)


def slow_base(facts, calendar, policy, on):
    """The light of a judged day without the rules that look back: two quarters running, made good."""
    planned = planned_percent(facts.marks, start=facts.start, due=facts.due, on=on)
    behind = -100 if planned is None else planned - facts.percent
    if slow_is_overdue(facts, calendar, policy, on):
        return Colour.RED, Rule.OVERDUE
    if behind > policy.red_points or slow_is_start_missed(facts, policy, on):
        return Colour.RED, None
    if behind >= policy.yellow_points or slow_is_near(facts, calendar, policy, on):
        return Colour.YELLOW, None
    if slow_is_report_missing(facts, calendar, policy, on):
        return Colour.YELLOW, None
    return Colour.GREEN, Rule.ON_TRACK


def slow_closes(facts, calendar, policy, on):
    """The colours at the judged quarter ends before a day: as kept, and after those as the day itself says."""
    found = [colour for _day, colour in facts.closes if colour != "grey"]
    day = facts.closes[-1][0] + ONE_DAY
    while day < on:
        if (day + ONE_DAY).day == 1 and day.month in {3, 6, 9, 12} and slow_is_judged(facts, day):
            found.append(slow_base(facts, calendar, policy, day)[0])
        day += ONE_DAY
    return found


def slow_is_yellow_too_long(facts, calendar, policy, on):
    if not facts.closes:
        return False
    last = slow_closes(facts, calendar, policy, on)[-policy.yellow_closes :]
    return len(last) == policy.yellow_closes and set(last) <= {"yellow", "red"}


def slow_light(facts, calendar, policy, on):
    if facts.status in {"closed", "signed_off"}:
        return Colour.BLUE, None
    if facts.due is None or facts.status in {"suspended", "stopped", "standing", "planned"}:
        return Colour.GREY, None
    if not slow_is_judged(facts, on):
        is_early = facts.start is not None and on < facts.start
        return Colour.GREY, Rule.NOT_STARTED if is_early else Rule.EXEMPT
    colour, rule = slow_base(facts, calendar, policy, on)
    if colour == Colour.YELLOW and slow_is_yellow_too_long(facts, calendar, policy, on):
        return Colour.RED, None
    if colour == Colour.GREEN and policy.hold_made_good and slow_is_within(facts.held_from, facts.held_until, on):
        return Colour.YELLOW, Rule.MADE_GOOD
    return colour, rule


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
    has_come = late_from is not None and late_from <= on
    is_exempt = slow_is_within(facts.exempt_from, facts.exempt_until, on)
    assert (days > 0) is (found.rule == Rule.OVERDUE) is (has_come and not is_exempt)
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
    assert dates.yellow_rule in {"", "pace_yellow", "near_due", "report_missing"}
    assert dates.red_rule in {"", "pace_red", "overdue", "start_missed", "two_yellow"}
    if dates.overdue_from:
        assert dates.red_from <= dates.overdue_from


YEAR = [date(2026, 7, 1) + timedelta(days=n) for n in range(420)]


@settings(max_examples=25, deadline=None)
@given(facts=fact_sets(), calendar=calendars, policy=policies)
def test_light_over_a_year_equals_the_table_read_anew(facts, calendar, policy):
    """Long enough for quarter ends that are foretold: two running, with an exemption over one of them."""
    for on in YEAR[::7] + [day for day in YEAR if day.day in {1, 30, 31}]:
        colour, rule = slow_light(facts, calendar, policy, on)
        found = light(facts, on, calendar, policy)
        assert found.colour == colour, on
        assert rule is None or found.rule == rule, on


@settings(max_examples=100, deadline=None)
@given(facts=fact_sets(), calendar=calendars, policy=policies, quarters=st.integers(1, 3))
def test_light_does_not_move_when_what_was_foretold_is_kept(facts, calendar, policy, quarters):
    """A quarter's end that is written down as the dates said it would be changes nothing, late or early."""
    facts = replace(facts, closes=facts.closes or tuple((day, "green") for day in ENDED))
    before = light_dates(facts, calendar, policy)
    for _count in range(quarters):
        end = quarter_end(facts.closes[-1][0] + ONE_DAY)
        was = light(facts, end, calendar, policy)
        colour = "green" if was.rule == Rule.MADE_GOOD else was.colour.value
        facts = replace(facts, closes=(*facts.closes, (end, colour)))
    assert light_dates(facts, calendar, policy) == before
