"""The sentence of every rule that says more than the pace and the deadline, and that of an interval's end."""

from dataclasses import replace
from datetime import date

import pytest

from tests.tasks.light_cases import FACTS, day
from tests.tasks.test_light_on import sentence
from tests.tasks.test_light_rules import EXEMPT, LONG, MADE_GOOD, Q1, Q2, Q3, SLOW, YELLOW

OWED = replace(LONG, percent=90, report_due_on=date(2026, 9, 25), report_period="2026Q3")
TWICE = replace(YELLOW, closes=((Q1, "green"), (Q2, "yellow"), (Q3, "yellow")))


@pytest.mark.parametrize(
    ("facts", "on", "expected"),
    [
        (
            OWED,
            date(2026, 10, 9),
            (
                "2026年第3季度进展应于 2026年9月25日前报送，至今未收到，计划进度 25%，已审定进度 90%，"
                "自 2026年9月28日起亮黄灯；如未在时限内报请办结，2029年1月8日转红灯。"
            ),
        ),
        (
            OWED,
            date(2026, 9, 1),
            "计划进度 21%，已审定进度 90%；如仍未收到应报的进展，2026年9月28日转黄灯。",
        ),
        (
            SLOW,
            date(2026, 4, 6),
            "计划 2026年1月5日开始，至今仍未启动，计划进度 0%，已审定进度 0%，自 2026年4月5日起亮红灯。",
        ),
        (SLOW, date(2026, 4, 1), "计划进度 0%，已审定进度 0%；如仍未启动，2026年4月5日转红灯。"),
        (
            TWICE,
            date(2026, 10, 8),
            (
                "到 2026年9月30日季度末仍未转绿灯，连续预警已达规定期数，计划进度 13%，已审定进度 0%，"
                "相差 13 个百分点，自 2026年10月1日起亮红灯。"
            ),
        ),
        (
            TWICE,
            Q3,
            (
                "计划进度 13%，已审定进度 0%，相差 13 个百分点，自 2026年4月25日起亮黄灯；"
                "如未转绿灯，2026年10月1日因连续预警转红灯。"
            ),
        ),
        (
            MADE_GOOD,
            date(2026, 11, 20),
            (
                "红灯已整改，黄灯保持至 2026年12月31日，计划进度 29%，已审定进度 90%，自 2026年11月18日起亮黄灯；"
                "2027年1月1日起亮绿灯。"
            ),
        ),
        (
            replace(FACTS, percent=60, exempt_from=day(30), exempt_until=day(60)),
            day(10),
            "计划进度 10%，已审定进度 60%；2026年4月1日起因正当理由不评，转灰灯。",
        ),
    ],
)
def test_explain_says_why_since_when_and_what_next_by_rule(facts, on, expected):
    assert sentence(facts, on) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("等待国务院批复", "因正当理由（等待国务院批复）不评灯，至 2026年5月31日止；2026年6月1日起亮红灯。"),
        ("", "因正当理由不评灯，至 2026年5月31日止；2026年6月1日起亮红灯。"),
    ],
)
def test_explain_names_the_reason_of_an_exemption_its_end_and_the_colour_after_it(reason, expected):
    assert sentence(EXEMPT, date(2026, 5, 1), reason) == expected
