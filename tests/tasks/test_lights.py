from dataclasses import fields, replace
from datetime import date

import pytest

from common.workdays import WEEKDAYS
from tasks.lights import (
    COLOUR_LABELS,
    COLOUR_NAMES,
    RULE_LABELS,
    SHAPES,
    Colour,
    LightDates,
    LightPolicy,
    Rule,
    light_dates,
    months_after,
    overdue_from,
)
from tasks.planned import Mark
from tests.tasks.light_cases import (
    CALENDAR,
    DUE,
    FACTS,
    ONE_DAY,
    day,
    light,
)

# --- words and shapes ---


def test_every_colour_has_a_word_a_name_and_a_shape_of_its_own():
    assert set(COLOUR_LABELS) == set(COLOUR_NAMES) == set(SHAPES) == set(Colour)
    for words in (COLOUR_LABELS, COLOUR_NAMES, SHAPES):
        assert len({str(word) for word in words.values()}) == len(Colour)


def test_every_rule_has_a_label_of_its_own():
    assert set(RULE_LABELS) == set(Rule)
    assert len({str(label) for label in RULE_LABELS.values()}) == len(Rule)


# --- the dates: pace ---


@pytest.mark.parametrize(
    ("percent", "yellow", "red"),
    [(0, day(10), day(31)), (20, day(30), day(51)), (69, day(79), day(100)), (60, day(70), day(91))],
)
def test_light_dates_turn_by_pace(percent, yellow, red):
    dates = light_dates(replace(FACTS, percent=percent), CALENDAR)
    assert (dates.yellow_from, dates.yellow_rule) == (yellow, "pace_yellow")
    assert (dates.red_from, dates.red_rule) == (red, "pace_red")


@pytest.mark.parametrize(
    ("behind", "colour"), [(9, Colour.GREEN), (10, Colour.YELLOW), (30, Colour.YELLOW), (31, Colour.RED)]
)
def test_light_turns_at_ten_points_and_above_thirty(behind, colour):
    facts = replace(FACTS, percent=20)
    assert light(facts, day(20 + behind)).colour == colour


def test_light_dates_follow_the_milestones():
    facts = replace(FACTS, marks=(Mark(day(50), 5), Mark(day(60), 60)))
    dates = light_dates(facts, CALENDAR)
    assert dates.yellow_from == day(51)  # 5 on day 50, 10 on day 51
    assert dates.red_from == day(55)  # 32 on day 55, 27 on day 54


def test_light_jumps_over_yellow_where_both_turn_on_one_day():
    facts = replace(FACTS, marks=(Mark(day(40), 0), Mark(day(41), 40)))
    dates = light_dates(facts, CALENDAR)
    assert dates.yellow_from == dates.red_from == day(41)
    before = light(facts, day(40))
    assert (before.colour, before.next_colour, before.next_on) == (Colour.GREEN, Colour.RED, day(41))
    assert light(facts, day(41)).colour == Colour.RED


@pytest.mark.parametrize("percent", [91, 99, 100])
def test_light_dates_never_turn_by_pace_where_the_plan_cannot_be_so_far_ahead(percent):
    dates = light_dates(replace(FACTS, percent=percent), CALENDAR)
    assert dates.yellow_rule != "pace_yellow"
    assert dates.red_rule == "overdue"


def test_light_dates_without_a_start_know_no_pace():
    dates = light_dates(replace(FACTS, start=None), CALENDAR)
    assert (dates.yellow_rule, dates.red_rule) == ("near_due", "overdue")


# --- the dates: near due ---


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 6, 10), date(2026, 6, 5)),  # Wednesday: Tuesday, Monday, Friday
        (date(2026, 6, 12), date(2026, 6, 9)),  # Friday: inside the week
        (date(2026, 6, 13), date(2026, 6, 10)),  # Saturday: Friday, Thursday, Wednesday
        (date(2026, 10, 9), date(2026, 9, 29)),  # over the holiday: 8 October, 30 and 29 September
        (date(2026, 10, 12), date(2026, 10, 8)),  # with the worked Saturday
        (date(2026, 9, 28), date(2026, 9, 22)),  # over the holiday of the 25th: 24, 23, 22
        (date(2027, 1, 1), date(2026, 12, 29)),  # a year not yet published
    ],
)
def test_light_dates_near_due_three_working_days_before(due, expected):
    dates = light_dates(replace(FACTS, start=None, due=due, percent=95), CALENDAR)
    assert (dates.yellow_from, dates.yellow_rule) == (expected, "near_due")


@pytest.mark.parametrize(
    ("start", "due", "expected"),
    [
        (date(2025, 12, 10), date(2026, 6, 10), date(2026, 6, 5)),  # six months exactly: not long
        (date(2025, 12, 9), date(2026, 6, 10), date(2026, 6, 1)),  # over six months: 7 working days
        (date(2025, 8, 31), date(2026, 2, 28), date(2026, 2, 25)),  # the last day of a shorter month: not long
        (date(2025, 8, 31), date(2026, 3, 2), date(2026, 2, 19)),  # over it
    ],
)
def test_light_dates_near_due_earlier_for_a_long_task(start, due, expected):
    dates = light_dates(replace(FACTS, start=start, due=due, percent=95), WEEKDAYS)
    assert (dates.yellow_from, dates.yellow_rule) == (expected, "near_due")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_after_keeps_to_the_month(start, months, expected):
    assert months_after(start, months) == expected


def test_light_dates_near_due_not_once_all_is_approved():
    dates = light_dates(replace(FACTS, percent=100), CALENDAR)
    assert dates.yellow_from is None
    assert dates.yellow_rule == ""
    before = light(replace(FACTS, percent=100), DUE)
    assert (before.colour, before.next_colour, before.next_on) == (Colour.GREEN, Colour.RED, DUE + ONE_DAY)


def test_light_dates_name_pace_before_near_due_on_the_same_day():
    facts = replace(FACTS, percent=85)  # the plan reaches 95 on day 95, which is 5 June, the third working day before
    dates = light_dates(facts, CALENDAR)
    assert day(95) == CALENDAR.after(DUE, -3)
    assert (dates.yellow_from, dates.yellow_rule) == (day(95), "pace_yellow")


def test_light_dates_name_near_due_where_it_comes_first():
    dates = light_dates(replace(FACTS, percent=86), CALENDAR)  # the pace would turn on day 96
    assert (dates.yellow_from, dates.yellow_rule) == (day(95), "near_due")


# --- the dates: overdue ---


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 6, 10), date(2026, 6, 11)),
        (date(2026, 6, 12), date(2026, 6, 15)),  # a Friday
        (date(2026, 6, 13), date(2026, 6, 15)),  # a Saturday
        (date(2026, 6, 14), date(2026, 6, 15)),  # a Sunday
        (date(2026, 9, 30), date(2026, 10, 8)),  # the eve of a holiday
        (date(2026, 10, 3), date(2026, 10, 8)),
        (date(2026, 10, 9), date(2026, 10, 10)),  # the worked Saturday after
        (date(2026, 12, 31), date(2027, 1, 1)),  # a year not yet published: Friday
        (date(2028, 2, 28), date(2028, 2, 29)),
    ],
)
def test_overdue_from_the_first_working_day_after_the_deadline(due, expected):
    facts = replace(FACTS, due=due, percent=100)
    assert overdue_from(facts, CALENDAR) == expected
    dates = light_dates(facts, CALENDAR)
    assert (dates.red_from, dates.red_rule, dates.overdue_from) == (expected, "overdue", expected)


def test_overdue_from_counts_a_task_at_a_hundred_percent_that_nobody_asked_to_close():
    assert light(replace(FACTS, percent=100), DUE + ONE_DAY).rule == Rule.OVERDUE


@pytest.mark.parametrize(
    ("status", "asked_on", "expected"),
    [
        ("closing", DUE - ONE_DAY, None),
        ("closing", DUE, None),
        ("closing", DUE + ONE_DAY, DUE + ONE_DAY),  # asked too late: late until the office has decided
        ("closing", None, DUE + ONE_DAY),
        ("ongoing", DUE - ONE_DAY, DUE + ONE_DAY),  # returned: the request stands no more
    ],
)
def test_overdue_from_stops_for_a_request_made_in_time(status, asked_on, expected):
    facts = replace(FACTS, status=status, percent=100, closing_asked_on=asked_on)
    assert overdue_from(facts, CALENDAR) == expected
    assert light_dates(facts, CALENDAR).overdue_from == expected


def test_light_dates_name_overdue_before_pace_on_the_same_day():
    facts = replace(FACTS, start=date(2026, 6, 9), due=date(2026, 6, 10), percent=69)
    policy = LightPolicy(red_points=30)
    assert light_dates(facts, CALENDAR, policy).red_rule == "pace_red"  # on the deadline itself
    late = replace(facts, start=date(2026, 6, 12))  # a start after the deadline brings both to the start day
    assert light_dates(late, CALENDAR, policy) == LightDates(
        yellow_from=date(2026, 6, 12),
        yellow_rule="pace_yellow",
        red_from=date(2026, 6, 12),
        red_rule="overdue",
        overdue_from=date(2026, 6, 12),
    )


def test_light_is_overdue_after_it_was_red_by_pace():
    on_pace, late = light(FACTS, DUE), light(FACTS, DUE + ONE_DAY)
    assert (on_pace.colour, on_pace.rule, on_pace.since) == (Colour.RED, Rule.PACE_RED, day(31))
    assert (late.colour, late.rule, late.since) == (Colour.RED, Rule.OVERDUE, day(31))  # red all the while


# --- the dates: where nothing is judged ---


@pytest.mark.parametrize("status", ["closed", "signed_off", "suspended", "stopped", "standing", "planned"])
def test_light_dates_are_empty_where_nothing_is_judged(status):
    facts = replace(FACTS, status=status)
    assert light_dates(facts, CALENDAR) == LightDates()
    assert overdue_from(facts, CALENDAR) is None


@pytest.mark.parametrize("status", ["issued", "ongoing", "closing"])
def test_light_dates_are_empty_without_a_deadline(status):
    facts = replace(FACTS, status=status, due=None)
    assert light_dates(facts, CALENDAR) == LightDates()
    assert overdue_from(facts, CALENDAR) is None


@pytest.mark.parametrize("status", ["issued", "ongoing", "closing"])
def test_light_dates_judge_every_live_status(status):
    assert light_dates(replace(FACTS, status=status), CALENDAR).red_from == day(31)


def test_light_dates_never_lie_before_the_start():
    facts = replace(FACTS, start=date(2026, 6, 9))  # one day before the deadline: inside the three working days
    assert light_dates(facts, CALENDAR).yellow_from == date(2026, 6, 9)


@pytest.mark.parametrize("broken", [each.name for each in fields(LightPolicy) if each.type is int])
@pytest.mark.parametrize("number", [0, -1, 367])
def test_light_policy_refuses_a_number_that_cannot_be(broken, number):
    with pytest.raises(ValueError, match="at least one"):
        LightPolicy(**{broken: number})


@pytest.mark.parametrize(
    "broken", [{"yellow_points": 31}, {"red_points": 101}, {"near_days": 2.5}, {"hold_made_good": 1}]
)
def test_light_policy_refuses_what_makes_no_sense(broken):
    with pytest.raises(ValueError, match=r"before red|whole numbers"):
        LightPolicy(**broken)


def test_light_dates_take_another_policy():
    policy = LightPolicy(yellow_points=5, red_points=15, near_days=1, near_days_long=2, overdue_after=2)
    dates = light_dates(FACTS, CALENDAR, policy)
    assert (dates.yellow_from, dates.red_from, dates.overdue_from) == (day(5), day(16), date(2026, 6, 12))
    assert light_dates(replace(FACTS, percent=97), CALENDAR, policy).yellow_from == date(2026, 6, 9)
