"""The rules that look at more than the pace and the deadline: each with its days on both sides."""

from dataclasses import replace
from datetime import date

import pytest

from common.workdays import WEEKDAYS
from tasks.lights import Colour, LightPolicy, Rule, hold, last_quarter_end, light_dates, overdue_from, quarter_end
from tasks.planned import Mark
from tests.tasks.light_cases import CALENDAR, DUE, FACTS, ONE_DAY, light

# A plan of three years, so that neither pace nor the deadline speaks for a long while.
LONG = replace(FACTS, start=date(2026, 1, 5), due=date(2029, 1, 5), percent=0, started=True)
SLOW = replace(LONG, marks=(Mark(date(2028, 12, 1), 5),), started=False)
Q1, Q2, Q3, Q4 = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
NEXT_Q1 = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("day", "end", "last"),
    [
        (date(2026, 1, 1), Q1, date(2025, 12, 31)),
        (Q1, Q1, date(2025, 12, 31)),
        (date(2026, 4, 1), Q2, Q1),
        (date(2028, 2, 29), date(2028, 3, 31), date(2027, 12, 31)),
        (Q4, Q4, Q3),
    ],
)
def test_quarter_ends_around_a_day(day, end, last):
    assert (quarter_end(day), last_quarter_end(day)) == (end, last)


# --- planned start missed ---


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2026, 1, 5), date(2026, 4, 5)),  # a Sunday: months are not working days
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),  # a leap year
        (date(2027, 11, 29), date(2028, 2, 29)),
    ],
)
def test_light_dates_turn_red_three_months_after_a_missed_start(start, expected):
    dates = light_dates(replace(SLOW, start=start), CALENDAR)
    assert (dates.red_from, dates.red_rule) == (expected, "start_missed")


@pytest.mark.parametrize("changes", [{"percent": 1}, {"started": True}, {"start": None}])
def test_light_dates_know_no_missed_start_once_something_is_started(changes):
    assert light_dates(replace(SLOW, **changes), CALENDAR).red_rule != "start_missed"


def test_light_turns_red_on_the_day_the_start_is_missed():
    assert light(SLOW, date(2026, 4, 4)).colour == Colour.GREEN
    found = light(SLOW, date(2026, 4, 5))
    assert (found.colour, found.rule, found.since) == (Colour.RED, Rule.START_MISSED, date(2026, 4, 5))


def test_light_dates_name_pace_before_a_missed_start_on_the_same_day():
    facts = replace(SLOW, marks=(Mark(date(2026, 4, 4), 0), Mark(date(2026, 4, 5), 31)))
    assert light_dates(facts, CALENDAR).red_rule == "pace_red"


# --- yellow at two quarter ends running ---

# Yellow by pace from 25 April 2026 on; red by pace only a year later.
YELLOW = replace(LONG, marks=(Mark(date(2026, 4, 25), 10), Mark(date(2028, 12, 31), 30)))


def two(facts, policy=None):
    dates = light_dates(facts, CALENDAR, policy or LightPolicy())
    assert dates.yellow_from == date(2026, 4, 25)
    return dates.red_from if dates.red_rule == "two_yellow" else None


def test_light_dates_without_closes_foretell_no_second_one():
    assert two(YELLOW) is None


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        (((Q1, "green"),), date(2026, 10, 1)),  # both ends are still to come: 30 June and 30 September
        (((Q1, "green"), (Q2, "yellow")), date(2026, 10, 1)),
        (((Q1, "green"), (Q2, "red")), date(2026, 10, 1)),
        (((Q2, "yellow"), (Q3, "yellow")), date(2026, 10, 1)),
        (((Q1, "yellow"), (Q2, "yellow"), (Q3, "yellow")), date(2026, 7, 1)),  # red ever since
        (((Q2, "yellow"), (Q3, "green")), date(2027, 4, 1)),  # the run is broken and begins anew
        (((Q2, "yellow"), (Q3, "grey")), date(2027, 1, 1)),  # what was not judged breaks nothing
        (((Q2, "green"), (Q3, "grey")), date(2027, 4, 1)),
        (((date(2025, 12, 31), "yellow"), (Q1, "yellow")), date(2026, 4, 25)),  # from the day that yellow begins
    ],
)
def test_light_dates_turn_red_after_two_quarter_ends_running(closes, expected):
    assert two(replace(YELLOW, closes=closes)) == expected


def test_light_dates_of_a_yellow_that_comes_after_the_next_end_begin_anew():
    closes = ((date(2025, 9, 30), "yellow"), (date(2025, 12, 31), "yellow"))
    facts = replace(YELLOW, closes=closes)  # green by the plan on 31 March
    assert two(facts) == date(2026, 10, 1)


def test_light_dates_skip_an_end_that_lies_in_an_exemption():
    closes = ((Q1, "green"), (Q2, "yellow"))
    facts = replace(YELLOW, closes=closes, exempt_from=date(2026, 9, 1), exempt_until=Q3)
    assert two(facts) == date(2027, 1, 1)
    assert two(replace(facts, exempt_until=date(2026, 9, 29))) == date(2026, 10, 1)


@pytest.mark.parametrize(("number", "expected"), [(1, date(2026, 7, 1)), (3, date(2027, 1, 1))])
def test_light_dates_take_another_number_of_ends(number, expected):
    closes = ((Q1, "green"),)
    assert two(replace(YELLOW, closes=closes), LightPolicy(yellow_closes=number)) == expected


def test_light_is_not_red_by_two_ends_once_it_is_green():
    closes = ((Q2, "yellow"), (Q3, "yellow"))
    assert light(replace(YELLOW, closes=closes, percent=60), date(2026, 10, 1)).colour == Colour.GREEN


# --- the report that is owed ---


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (date(2026, 9, 25), date(2026, 9, 28)),  # a holiday that is a Friday
        (date(2026, 9, 30), date(2026, 10, 8)),
        (date(2026, 10, 9), date(2026, 10, 10)),  # the Saturday that is worked
        (date(2026, 12, 25), date(2026, 12, 28)),
    ],
)
def test_light_dates_turn_yellow_the_working_day_after_a_report_was_due(limit, expected):
    dates = light_dates(replace(LONG, percent=90, report_due_on=limit, report_period="2026Q3"), CALENDAR)
    assert (dates.yellow_from, dates.yellow_rule) == (expected, "report_missing")


def test_light_dates_give_a_missing_report_the_days_of_the_policy():
    facts = replace(LONG, percent=90, report_due_on=date(2026, 9, 30))
    assert light_dates(facts, CALENDAR, LightPolicy(report_after=3)).yellow_from == date(2026, 10, 10)


# --- more time asked for ---


@pytest.mark.parametrize(
    ("asked_on", "expected"),
    [(DUE, None), (DUE - ONE_DAY, None), (DUE + ONE_DAY, DUE + ONE_DAY), (None, DUE + ONE_DAY)],
)
def test_overdue_from_waits_for_the_answer_to_an_extension_asked_in_time(asked_on, expected):
    assert overdue_from(replace(FACTS, extension_asked_on=asked_on), CALENDAR) == expected


# --- made good ---

MADE_GOOD = replace(LONG, percent=90, held_from=date(2026, 11, 18), held_until=Q4)


@pytest.mark.parametrize(
    ("on", "colour", "rule", "since"),
    [
        (date(2026, 11, 17), Colour.GREEN, Rule.ON_TRACK, None),
        (date(2026, 11, 18), Colour.YELLOW, Rule.MADE_GOOD, date(2026, 11, 18)),
        (Q4, Colour.YELLOW, Rule.MADE_GOOD, date(2026, 11, 18)),
        (date(2027, 1, 1), Colour.GREEN, Rule.ON_TRACK, None),
    ],
)
def test_light_made_good_stays_yellow_until_the_quarter_ends(on, colour, rule, since):
    found = light(MADE_GOOD, on)
    assert (found.colour, found.rule, found.since) == (colour, rule, since)


def test_light_made_good_turns_green_next_and_stays_yellow_where_it_was_yellow_anyway():
    found = light(MADE_GOOD, Q4)
    assert (found.next_colour, found.next_on, found.next_rule) == (Colour.GREEN, date(2027, 1, 1), Rule.ON_TRACK)
    late = light(replace(MADE_GOOD, report_due_on=date(2026, 12, 25)), date(2027, 1, 4))
    assert (late.rule, late.since) == (Rule.REPORT_MISSING, date(2026, 11, 18))  # yellow all the while


def test_light_made_good_gives_way_to_red():
    assert light(replace(MADE_GOOD, due=date(2026, 12, 1)), date(2026, 12, 2)).colour == Colour.RED


def test_light_dates_hold_nothing_where_the_policy_does_not():
    dates = light_dates(MADE_GOOD, CALENDAR, LightPolicy(hold_made_good=False))
    assert (dates.held_from, dates.held_until) == (None, None)


@pytest.mark.parametrize(
    ("was", "now", "holds"),
    [
        (Colour.RED, Colour.GREEN, True),
        (Colour.RED, Colour.YELLOW, True),
        (Colour.RED, Colour.RED, False),
        (Colour.YELLOW, Colour.GREEN, False),
        (Colour.GREY, Colour.GREEN, False),
        (Colour.RED, Colour.GREY, False),
    ],
)
def test_hold_keeps_only_what_was_red_and_is_no_more(was, now, holds):
    dates, on = light_dates(LONG, CALENDAR), date(2028, 2, 29)
    held = hold(dates, was=was, now=now, on=on, policy=LightPolicy())
    assert (held.held_from, held.held_until) == ((on, date(2028, 3, 31)) if holds else (None, None))
    assert hold(dates, was=was, now=now, on=on, policy=LightPolicy(hold_made_good=False)) == dates


# --- exempt ---

EXEMPT = replace(FACTS, percent=0, exempt_from=date(2026, 4, 20), exempt_until=date(2026, 5, 31))


@pytest.mark.parametrize(
    ("on", "colour", "since", "next_colour", "next_on"),
    [
        (date(2026, 4, 1), Colour.YELLOW, date(2026, 3, 12), Colour.RED, date(2026, 4, 2)),
        (date(2026, 4, 19), Colour.RED, date(2026, 4, 2), Colour.GREY, date(2026, 4, 20)),
        (date(2026, 4, 20), Colour.GREY, None, Colour.RED, date(2026, 6, 1)),
        (date(2026, 5, 31), Colour.GREY, None, Colour.RED, date(2026, 6, 1)),
        (date(2026, 6, 1), Colour.RED, date(2026, 6, 1), None, None),
    ],
)
def test_light_is_grey_in_an_exemption_and_judged_on_both_sides(on, colour, since, next_colour, next_on):
    found = light(EXEMPT, on, WEEKDAYS)
    assert (found.colour, found.since, found.next_colour, found.next_on) == (colour, since, next_colour, next_on)


def test_light_that_starts_inside_an_exemption_stays_grey():
    facts = replace(EXEMPT, start=date(2026, 5, 1))
    before = light(facts, date(2026, 4, 30))
    assert (before.rule, before.next_on) == (Rule.NOT_STARTED, date(2026, 6, 1))
    assert light(facts, date(2026, 5, 1)).rule == Rule.EXEMPT
