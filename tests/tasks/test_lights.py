from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.functional import Promise
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS, WorkCalendar
from tasks.lights import (
    COLOUR_LABELS,
    COLOUR_NAMES,
    RULE_LABELS,
    SHAPES,
    Colour,
    Light,
    LightDates,
    LightFacts,
    LightPolicy,
    Rule,
    explain,
    light_dates,
    light_on,
    months_after,
    overdue_days,
    overdue_from,
)
from tasks.planned import Mark, planned_percent

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


@pytest.mark.parametrize("broken", ["yellow_points", "red_points", "near_days", "near_days_long", "overdue_after"])
def test_light_policy_refuses_a_number_below_one(broken):
    with pytest.raises(ValueError, match="at least one"):
        LightPolicy(**{broken: 0})
    assert getattr(LightPolicy(**{broken: 1}), broken) == 1


def test_light_dates_take_another_policy():
    policy = LightPolicy(yellow_points=5, red_points=15, near_days=1, near_days_long=2, overdue_after=2)
    dates = light_dates(FACTS, CALENDAR, policy)
    assert (dates.yellow_from, dates.red_from, dates.overdue_from) == (day(5), day(16), date(2026, 6, 12))
    assert light_dates(replace(FACTS, percent=97), CALENDAR, policy).yellow_from == date(2026, 6, 9)


# --- the light on a day ---


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (day(-1), Light(Colour.GREY, Rule.NOT_STARTED, None, Colour.GREEN, day(0), Rule.ON_TRACK)),
        (day(0), Light(Colour.GREEN, Rule.ON_TRACK, None, Colour.YELLOW, day(30), Rule.PACE_YELLOW)),
        (day(29), Light(Colour.GREEN, Rule.ON_TRACK, None, Colour.YELLOW, day(30), Rule.PACE_YELLOW)),
        (day(30), Light(Colour.YELLOW, Rule.PACE_YELLOW, day(30), Colour.RED, day(51), Rule.PACE_RED)),
        (day(50), Light(Colour.YELLOW, Rule.PACE_YELLOW, day(30), Colour.RED, day(51), Rule.PACE_RED)),
        (day(51), Light(Colour.RED, Rule.PACE_RED, day(51))),
        (day(100), Light(Colour.RED, Rule.PACE_RED, day(51))),
        (day(101), Light(Colour.RED, Rule.OVERDUE, day(51))),
        (day(1000), Light(Colour.RED, Rule.OVERDUE, day(51))),
    ],
)
def test_light_on_each_side_of_each_turn(on, expected):
    assert light(replace(FACTS, percent=20), on) == expected


@pytest.mark.parametrize("on", [day(-1), day(50), day(500)])
@pytest.mark.parametrize(
    ("changes", "colour", "rule"),
    [
        ({"status": "closed", "closed_late": False}, Colour.BLUE, Rule.CLOSED_ON_TIME),
        ({"status": "closed", "closed_late": True}, Colour.BLUE, Rule.CLOSED_LATE),
        ({"status": "signed_off", "closed_late": False}, Colour.BLUE, Rule.CLOSED_ON_TIME),
        ({"status": "signed_off", "closed_late": True}, Colour.BLUE, Rule.CLOSED_LATE),
        ({"status": "closed", "closed_late": True, "due": None}, Colour.BLUE, Rule.CLOSED_LATE),
        ({"status": "suspended"}, Colour.GREY, Rule.SUSPENDED),
        ({"status": "stopped"}, Colour.GREY, Rule.STOPPED),
        ({"status": "standing"}, Colour.GREY, Rule.STANDING),
        ({"status": "standing", "due": None}, Colour.GREY, Rule.STANDING),  # has none by nature
        ({"status": "suspended", "due": None}, Colour.GREY, Rule.SUSPENDED),
        ({"status": "ongoing", "due": None}, Colour.GREY, Rule.NO_DEADLINE),
        ({"status": "planned", "due": None}, Colour.GREY, Rule.NO_DEADLINE),
        ({"status": "planned", "due": None, "start": None}, Colour.GREY, Rule.NO_DEADLINE),
        ({"status": "planned"}, Colour.GREY, Rule.NOT_ISSUED),
    ],
)
def test_light_on_is_still_where_no_clock_runs(changes, colour, rule, on):
    assert light(replace(FACTS, **changes), on) == Light(colour, rule)


def test_light_on_a_closed_task_keeps_its_lateness_even_beside_old_dates():
    dates = light_dates(FACTS, CALENDAR)
    late = light_on(status="closed", start=START, due=DUE, dates=dates, closed_late=True, on=day(500))
    assert late == Light(Colour.BLUE, Rule.CLOSED_LATE)


def test_light_on_the_eve_of_the_start_of_a_short_task_foretells_yellow():
    facts = replace(FACTS, start=date(2026, 6, 9))
    eve = light(facts, date(2026, 6, 8))
    assert eve == Light(Colour.GREY, Rule.NOT_STARTED, None, Colour.YELLOW, date(2026, 6, 9), Rule.NEAR_DUE)


def test_light_on_a_day_off_after_the_deadline_is_not_yet_red():
    facts = replace(FACTS, due=date(2026, 9, 30), percent=95)
    assert light(facts, date(2026, 10, 7)).colour == Colour.YELLOW
    assert light(facts, date(2026, 10, 8)).rule == Rule.OVERDUE


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 6, 12), 0),
        (date(2026, 6, 13), 0),
        (date(2026, 6, 14), 0),
        (date(2026, 6, 15), 3),
        (date(2026, 7, 12), 30),
    ],
)
def test_overdue_days_count_from_the_deadline_once_the_light_says_overdue(on, expected):
    facts = replace(FACTS, due=date(2026, 6, 12))
    assert overdue_days(light(facts, on), due=facts.due, on=on) == expected


@pytest.mark.parametrize("status", ["closed", "signed_off", "suspended", "stopped", "standing", "planned"])
def test_overdue_days_are_none_where_nothing_is_judged(status):
    facts = replace(FACTS, status=status)
    assert overdue_days(light(facts, day(500)), due=DUE, on=day(500)) == 0


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


BASE = date(2026, 8, 3)
WINDOW = [BASE + timedelta(days=n) for n in range(-20, 130)]
near_dates = st.integers(0, 90).map(lambda n: BASE + timedelta(days=n))
live = st.sampled_from(["ongoing", "issued", "closing", "ongoing"])
still = st.sampled_from(["planned", "closed", "signed_off", "suspended", "stopped", "standing"])
policies = st.just(POLICY) | st.builds(
    lambda yellow, more, near: LightPolicy(yellow, yellow + more, near, near + 2, long_task_months=2),
    st.integers(1, 30),
    st.integers(0, 40),
    st.integers(1, 8),
)


@st.composite
def fact_sets(draw, statuses=live):
    due = draw(near_dates)
    return LightFacts(
        status=draw(statuses),
        start=draw(st.none() | st.integers(0, 100).map(lambda n: due - timedelta(days=n))),
        due=due,
        percent=draw(st.integers(0, 100)),
        marks=tuple(draw(st.lists(st.builds(Mark, near_dates, st.integers(0, 100)), max_size=3))),
        closing_asked_on=draw(st.none() | near_dates),
        closed_late=draw(st.none() | st.booleans()),
    )


calendars = st.sampled_from([CALENDAR, WEEKDAYS])


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


# --- the sentence ---


def sentence(facts, on):
    planned = planned_percent(facts.marks, start=facts.start, due=facts.due, on=on)
    with override("zh-hans"):
        return str(explain(light(facts, on), planned=planned, actual=facts.percent, due=facts.due, on=on))


@pytest.mark.parametrize(
    ("changes", "on", "expected"),
    [
        (
            {"percent": 20},
            day(45),
            (
                "计划进度 45%，已审定进度 20%，相差 25 个百分点，自 2026年4月1日起亮黄灯；"
                "如无新的审定进展，2026年4月22日转红灯。"
            ),
        ),
        (
            {"percent": 20},
            day(60),
            "计划进度 60%，已审定进度 20%，相差 40 个百分点，自 2026年4月22日起亮红灯。",
        ),
        (
            {"percent": 20},
            day(101),
            (
                "时限为 2026年6月10日，已超期 1 天，计划进度 100%，已审定进度 20%，相差 80 个百分点，"
                "自 2026年4月22日起亮红灯。"
            ),
        ),
        (
            {"percent": 20},
            day(20),
            "计划进度 20%，已审定进度 20%；如无新的审定进展，2026年4月1日转黄灯。",
        ),
        (
            {"percent": 20},
            day(25),
            "计划进度 25%，已审定进度 20%，相差 5 个百分点；如无新的审定进展，2026年4月1日转黄灯。",
        ),
        (
            {"percent": 95},
            day(90),
            "计划进度 90%，已审定进度 95%；如审定进度仍未达到 100%，2026年6月5日转黄灯。",
        ),
        (
            {"percent": 95, "start": None},
            day(95),
            (
                "距时限 2026年6月10日还有 5 天，已审定进度 95%，自 2026年6月5日起亮黄灯；"
                "如未在时限内报请办结，2026年6月11日转红灯。"
            ),
        ),
        (
            {"percent": 95, "start": None, "due": date(2026, 6, 12)},
            date(2026, 6, 14),
            (
                "时限为 2026年6月12日，已到期，已审定进度 95%，自 2026年6月9日起亮黄灯；"
                "如未在时限内报请办结，2026年6月15日转红灯。"
            ),
        ),
        (
            {"percent": 100, "status": "closing", "closing_asked_on": DUE},
            day(120),
            "计划进度 100%，已审定进度 100%。",
        ),
        ({}, day(-1), "未到开始时间，暂不评灯；2026年3月2日起亮绿灯。"),
        ({"due": None}, day(0), "未设时限，不评灯。"),
        ({"status": "planned"}, day(0), "任务尚未下达，不评灯。"),
        ({"status": "suspended"}, day(0), "任务已挂起，时限停止计算，暂不评灯。"),
        ({"status": "stopped"}, day(0), "任务已中止，不评灯。"),
        ({"status": "standing"}, day(0), "任务已转常态化，不再按时限评灯。"),
        ({"status": "closed", "closed_late": False}, day(0), "已办结，属正常办结。"),
        ({"status": "signed_off", "closed_late": True}, day(0), "已办结，属超时办结。"),
    ],
)
def test_explain_says_why_since_when_and_what_next(changes, on, expected):
    assert sentence(replace(FACTS, **changes), on) == expected


def test_explain_is_lazy():
    assert isinstance(explain(light(FACTS, day(0)), planned=0, actual=0, due=DUE, on=day(0)), Promise)


@settings(max_examples=100, deadline=None)
@given(facts=fact_sets() | fact_sets(still), on=st.sampled_from(WINDOW), has_due=st.booleans())
def test_explain_always_makes_one_whole_sentence(facts, on, has_due):
    text = sentence(facts if has_due else replace(facts, due=None), on)
    assert text.count("。") == 1
    assert text.endswith("。")
    assert "None" not in text
    assert "%(" not in text
    assert "%%" not in text
