"""Two sweeps at the same moment, on real connections, with controls that show that the tests would see it."""

import threading
from datetime import date, datetime

import pytest
from django.db import IntegrityError

from ledger.actors import SYSTEM
from ledger.models import Event
from ledger.readers import verify
from progress.actions import draft_report, keep_periods, open_period, submit_report, withdraw_report
from progress.actions.expectations import expect_reports
from progress.models import Expectation, Period
from tasks.models import Task
from tests.api import record_tasks
from tests.factories import SHANGHAI, TaskFactory, report_content
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


@pytest.fixture
def quarter(cast):
    cast.period.delete()
    TaskFactory(number=2, lead=cast.other)
    open_period(year=2026, quarter=3, by=SYSTEM, now=at(2026, 7, 1))
    record_tasks(by=cast.director, at=at(2026, 7, 1))
    return Period.objects.get(code="2026Q3")


def test_keep_periods_raced_settles_once_and_tells_each_task_once(cast, quarter):
    at_once(*[lambda: keep_periods(now=at(2026, 11, 18), by=SYSTEM)] * 4)
    assert Expectation.objects.filter(period="2026Q3").count() == 2
    assert Event.objects.filter(kind="period", verb="settled", key="2026Q3").count() == 1
    opened = Event.objects.filter(kind="period", verb="opened").values_list("key", flat=True)
    assert sorted(opened) == sorted(Period.objects.values_list("code", flat=True))
    told = Event.objects.filter(verb="report_expected").values_list("key", flat=True)
    assert sorted(told) == sorted(set(told))
    assert verify() == []


@pytest.mark.postgres
def test_settling_without_the_lock_settles_twice(cast, quarter):
    """The control: both look before either writes, and only the table's own key still stops the second."""
    meeting = threading.Barrier(2)

    def naive_settle():
        period = Period.objects.get(code="2026Q3")
        meeting.wait()
        try:
            if not period.is_settled:
                Expectation.objects.create(period=period, task=cast.task, agency=cast.lead)
                period.is_settled = True
                period.save()
        except IntegrityError:
            return "settled twice"
        return "settled"

    assert sorted(at_once(naive_settle, naive_settle)) == ["settled", "settled twice"]


def drafted(cast):
    period = Period.objects.get(code="2026Q4")
    content = report_content()
    return draft_report(task=cast.task, period=period, content=content, by=cast.lead_reporter, now=at(2026, 11, 19))


@pytest.fixture
def running(cast):
    cast.period.delete()
    record_tasks(by=cast.director, at=at(2026, 11, 18))
    keep_periods(now=at(2026, 11, 18), by=SYSTEM)
    Task.objects.update(report_period="", report_due_on=None)
    return cast


def test_expecting_while_the_report_is_sent_never_asks_for_what_is_in(running):
    report = drafted(running)
    for _round in range(3):
        Task.objects.update(report_period="", report_due_on=None)
        at_once(
            lambda: submit_report(report=report, by=running.lead_approver, now=at(2026, 11, 19)),
            lambda: expect_reports(by=SYSTEM, now=at(2026, 11, 19)),
        )
        assert Task.objects.get().report_period == ""
        withdraw_report(report=report, by=running.lead_approver, now=at(2026, 11, 19))
        assert Task.objects.get().report_period == "2026Q4"
    assert verify() == []


@pytest.mark.postgres
def test_expecting_without_looking_again_asks_for_a_report_that_is_in(running):
    """The control: what was read before the lock is written after it."""
    report, looked, sent = drafted(running), threading.Barrier(2), threading.Barrier(2)

    def naive_expect():
        is_missing = not running.task.reports.exclude(status="draft").exists()
        looked.wait()
        sent.wait()
        if is_missing:
            Task.objects.update(report_period="2026Q4", report_due_on=date(2026, 12, 25))

    def send():
        looked.wait()
        submit_report(report=report, by=running.lead_approver, now=at(2026, 11, 19))
        sent.wait()

    at_once(naive_expect, send)
    assert Task.objects.get().report_period == "2026Q4"
