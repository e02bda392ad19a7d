"""计划与实际: the mean planned percent against the mean approved one, month by month."""

from datetime import date

import time_machine

from dashboard.readers.cockpit import cockpit
from dashboard.readers.cockpit.curve import Pace, curve, month_ends
from progress.actions import approve_report, draft_report, submit_report
from tasks.planned import Mark
from tests.factories import NOW, TODAY, report_content

START, DUE = date(2026, 1, 1), date(2026, 4, 11)  # a hundred days


def test_curve_goes_on_into_the_future_where_only_the_plan_is_known():
    task = Pace(START, DUE, [], 60, [(date(2026, 2, 10), 30)])
    points = curve([task], on=date(2026, 3, 12))
    assert [(each["on"].isoformat(), each["planned"], each["actual"]) for each in points] == [
        ("2026-01-31", 30, 0), ("2026-02-28", 58, 30), ("2026-03-12", 70, 60), ("2026-03-31", 89, None),
        ("2026-04-30", 100, None),
    ]  # fmt: skip
    assert [each["is_day"] for each in points] == [False, False, True, False, False]
    assert [each["can_open"] for each in points] == [False, True, False, False, False]
    assert (points[2]["behind"], points[3]["behind"]) == (10, None)


def test_curve_is_the_mean_and_follows_milestones():
    even, late = Pace(START, DUE, [], 0), Pace(START, DUE, [Mark(date(2026, 1, 31), 10)], 0)
    assert curve([even, late], on=START)[1]["planned"] == 20.0


def test_curve_of_nothing_is_empty():
    assert curve([], on=TODAY) == []


def test_month_ends_become_quarter_ends_where_they_are_many():
    assert month_ends(date(2026, 1, 5), date(2026, 3, 1)) == [
        date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31),
    ]  # fmt: skip
    long = month_ends(date(2026, 2, 5), date(2029, 7, 1))
    assert (long[0], long[1], long[-1]) == (date(2026, 3, 31), date(2026, 6, 30), date(2029, 9, 30))


def test_cockpit_draws_the_approved_percents(cast):
    with time_machine.travel(NOW, tick=False):
        report = draft_report(
            task=cast.task, period=cast.period, content=report_content(percent=96), by=cast.lead_reporter, now=NOW
        )
        report = submit_report(report=report, by=cast.lead_approver, now=NOW)
        approve_report(report=report, by=cast.supervisor, now=NOW)
    later = date(2026, 12, 5)
    points = {each["on"]: each["actual"] for each in cockpit(cast.leader, on=later, today=later)["curve"]}
    assert (points[date(2026, 10, 31)], points[date(2026, 11, 30)], points[later]) == (0, 96, 96)
