from dataclasses import replace
from datetime import date

import pytest
from django.utils.functional import Promise
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.lights import (
    Colour,
    Light,
    Numbers,
    Rule,
    explain,
    light_dates,
    light_on,
    overdue_days,
)
from tasks.planned import planned_percent
from tests.tasks.light_cases import (
    CALENDAR,
    DUE,
    FACTS,
    START,
    WINDOW,
    day,
    fact_sets,
    light,
    still,
)

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


# --- the sentence ---


def numbers(facts, on, reason=""):
    return Numbers(
        planned=planned_percent(facts.marks, start=facts.start, due=facts.due, on=on),
        actual=facts.percent,
        due=facts.due,
        start=facts.start,
        report_due_on=facts.report_due_on,
        report_period=facts.report_period,
        held_until=facts.held_until,
        exempt_until=facts.exempt_until,
        exempt_reason=reason,
    )


def sentence(facts, on, reason=""):
    with override("zh-hans"):
        return str(explain(light(facts, on), numbers(facts, on, reason), on=on))


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
    assert isinstance(explain(light(FACTS, day(0)), Numbers(0, 0, DUE), on=day(0)), Promise)


@settings(max_examples=100, deadline=None)
@given(facts=fact_sets() | fact_sets(still), on=st.sampled_from(WINDOW), has_due=st.booleans())
def test_explain_always_makes_one_whole_sentence(facts, on, has_due):
    text = sentence(facts if has_due else replace(facts, due=None), on)
    assert text.count("。") == 1
    assert text.endswith("。")
    assert "None" not in text
    assert "%(" not in text
    assert "%%" not in text
