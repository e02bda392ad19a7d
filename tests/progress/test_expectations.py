"""Until when a task's next report has to be in: the whole way of a missed report, and duties against a slow count."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.actors import SYSTEM
from ledger.models import Event
from progress.actions import (
    approve_report,
    draft_report,
    keep_periods,
    return_report,
    submit_report,
    withdraw_report,
)
from progress.actions.expectations import expect_reports
from progress.models import Expectation, Period
from tasks.actions import change_status, expect_report, refresh_lights
from tasks.models import Task
from tests.api import record_tasks
from tests.factories import NOW, SHANGHAI, TaskFactory, report_content

pytestmark = pytest.mark.django_db


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def keep(*moment):
    return keep_periods(now=at(*moment), by=SYSTEM)


def expected(number=1):
    task = Task.objects.get(number=number)
    return task.report_period, task.report_due_on


def colour(day, number=1):
    light = Task.objects.get(number=number).light(on=day)
    return light.colour, light.rule


@pytest.fixture
def year(cast):
    """The cast's task through all of 2026, on track by far, with the periods opened as they come."""
    cast.period.delete()
    Task.objects.update(due_date=date(2027, 12, 31), original_due_date=date(2027, 12, 31), percent=90)
    record_tasks(by=cast.director, at=at(2026, 7, 13))
    keep(2026, 7, 13)
    return cast


def send(cast, code, now, **changes):
    report = draft_report(
        task=cast.task, period=Period.objects.get(code=code), content=report_content(percent=90, **changes),
        by=cast.lead_reporter, now=now,
    )  # fmt: skip
    return submit_report(report=report, by=cast.lead_approver, now=now)


# -- expect_report


def test_expect_report_writes_the_date_and_an_event_once(cast):
    for _time in range(2):
        expect_report(task=cast.task, period="2026Q4", limit=date(2026, 12, 25), by=SYSTEM, now=NOW)
    assert expected() == ("2026Q4", date(2026, 12, 25))
    event = Event.objects.get(verb="report_expected")
    assert (event.actor_name, event.changed["report_period"]) == ("系统", ["", "2026Q4"])


def test_expect_report_turns_the_light_after_the_limit(cast):
    Task.objects.update(percent=100)
    expect_report(task=cast.task, period="2026Q3", limit=date(2026, 9, 25), by=SYSTEM, now=NOW)
    assert colour(date(2026, 9, 28)) == ("yellow", "report_missing")
    assert colour(date(2026, 9, 25))[0] == "green"


# -- the way of a report


def test_keep_periods_tells_each_task_until_when_to_report(year):
    assert expected() == ("2026Q3", date(2026, 9, 25))
    assert colour(date(2026, 9, 25))[0] == "green"
    assert colour(date(2026, 9, 28)) == ("yellow", "report_missing")


def test_submit_report_settles_the_duty_and_withdraw_brings_it_back(year):
    report = send(year, "2026Q3", at(2026, 9, 20))
    assert expected() == ("", None)
    withdraw_report(report=report, by=year.lead_approver, now=at(2026, 9, 21))
    assert expected() == ("2026Q3", date(2026, 9, 25))


def test_return_report_brings_the_duty_back_and_the_correction_settles_it(year):
    report = send(year, "2026Q3", at(2026, 9, 20))
    return_report(report=report, reason="请补充", by=year.supervisor, now=at(2026, 9, 22))
    assert expected() == ("2026Q3", date(2026, 9, 25))


def test_approve_report_leaves_nothing_owed_until_the_next_period_begins(year):
    approve_report(report=send(year, "2026Q3", at(2026, 9, 20)), by=year.supervisor, now=at(2026, 9, 22))
    assert expected() == ("", None)
    keep(2026, 10, 1)
    assert expected() == ("2026Q4", date(2026, 12, 25))


def test_missed_report_keeps_the_task_yellow_after_the_lock_until_the_next_one_comes(year):
    for moment in ((2026, 10, 1), (2026, 10, 13), (2026, 11, 15)):
        keep(*moment)
        assert expected() == ("2026Q3", date(2026, 9, 25))
        assert colour(date(*moment)) == ("yellow", "report_missing")
    send(year, "2026M11", at(2026, 11, 20))
    assert expected() == ("2026Q4", date(2026, 12, 25))
    assert colour(date(2026, 11, 20))[0] == "green"


def test_late_report_settles_the_month_that_was_owed_only_because_it_was_missing(year):
    keep(2026, 10, 1)
    assert Task.objects.get(number=1).owes(Period.objects.get(code="2026M10").dates())
    send(year, "2026Q3", at(2026, 10, 9))
    assert expected() == ("2026Q4", date(2026, 12, 25))
    assert expect_reports(by=SYSTEM, now=at(2026, 10, 9, 12)) == []  # found in one step, not by coming to rest


def test_yellow_task_is_told_the_months_limit(year):
    Task.objects.update(due_date=date(2026, 12, 31), percent=30)
    refresh_lights(by=SYSTEM, now=at(2026, 7, 14), reason="进度落后")
    keep(2026, 7, 14)
    assert expected() == ("2026M07", date(2026, 7, 27))  # the 25th is a Saturday


def test_ended_task_waits_for_no_report(year):
    change_status(task=year.task, verb="stop", text="发文依据", by=year.director, now=at(2026, 8, 1))
    keep(2026, 8, 2)
    assert expected() == ("", None)


def test_resumed_task_waits_for_the_report_that_runs(year):
    change_status(task=year.task, verb="suspend", text="发文依据", by=year.director, now=at(2026, 8, 1))
    keep(2026, 11, 1)
    assert expected() == ("", None)
    change_status(task=year.task, verb="resume", text="发文依据", by=year.director, now=at(2026, 11, 2))
    keep(2026, 11, 2)
    assert expected() == ("2026Q4", date(2026, 12, 25))


def test_standing_task_reports_by_the_half_year(year):
    change_status(task=year.task, verb="make_standing", text="发文依据", by=year.director, now=at(2026, 8, 1))
    keep(2026, 8, 2)
    assert expected() == ("2026H2", date(2026, 12, 25))


def test_task_received_after_the_limit_does_not_owe_that_period(year):
    Task.objects.update(received_on=date(2026, 9, 26))
    keep(2026, 9, 26)
    assert expected() == ("", None)


def test_expect_reports_leaves_tasks_of_an_old_plan_alone(year):
    Task.objects.update(report_period="2026Q1", report_due_on=date(2026, 3, 25))
    year.task.plan.is_current = False
    year.task.plan.save()
    assert expect_reports(by=SYSTEM, now=NOW) == []


@pytest.mark.parametrize("count", [1, 30])
def test_expect_reports_with_nothing_to_do_costs_three_queries(year, count, django_assert_num_queries):
    for _number in range(count):
        TaskFactory(lead=year.lead)
    keep(2026, 11, 18)
    with django_assert_num_queries(3 + 2):  # and the savepoint
        assert expect_reports(by=SYSTEM, now=at(2026, 11, 18, 12)) == []


# -- what was kept is what was true

STEPS = ("suspend", "resume", "report", "yellow", "green", "standing", "wait")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(3, 40)), min_size=3, max_size=10), late=st.booleans()
)
def test_expectations_equal_what_was_true_at_each_periods_end(cast, steps, late):
    with transaction.atomic():
        live(cast, steps, late)
        transaction.set_rollback(True)


def live(cast, steps, late):
    Period.objects.all().delete()
    record_tasks(by=cast.director, at=at(2026, 1, 1, 0))
    keep(2026, 1, 1)
    day, plan = date(2026, 1, 1), dict(timeline(steps))
    owed, last = {}, max(plan)
    while day <= last:
        act(cast, plan.get(day), day)
        if day.day == 1 or (not late and day.day % 5 == 0):
            keep(day.year, day.month, day.day, 20)
        for period in Period.objects.filter(ends_on=day):
            owed[period.code] = Task.objects.get(pk=cast.task.pk).owes(period.dates())
        day += timedelta(days=1)
    keep(2027, 12, 31)
    kept = set(Expectation.objects.values_list("period", flat=True))
    assert {code: code in kept for code in owed} == owed


def timeline(steps):
    day = date(2026, 1, 2)
    for step, pause in steps:
        yield day, step
        day += timedelta(days=pause)


def act(cast, step, day):
    now, task = at(day.year, day.month, day.day), Task.objects.get(pk=cast.task.pk)
    verbs = {
        "suspend": ("suspend", "ongoing"),
        "resume": ("resume", "suspended"),
        "standing": ("make_standing", "ongoing"),
    }
    if step in verbs and task.status == verbs[step][1]:
        change_status(task=task, verb=verbs[step][0], text="发文依据", by=cast.director, now=now)
    elif step == "report" and task.status == "ongoing":
        report_next(cast, task, now)
    elif step in ("yellow", "green"):
        Task.objects.filter(pk=task.pk).update(percent={"yellow": 0, "green": 100}[step])
        refresh_lights(by=SYSTEM, now=now, reason="演练")
        record_tasks(by=cast.director, at=now)


def report_next(cast, task, now):
    periods = Period.objects.unlocked(on=now.date()).exclude(reports__task=task).quarters()
    for period in periods[:1]:
        send(cast, period.code, now, problems="说明")
