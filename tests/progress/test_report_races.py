"""Two people at the same moment, on real connections. Each race has a control: the same race without the lock or the
version check does lose an update, which shows that the test would see it."""

import threading
from datetime import date

import pytest

from agencies.actions import update_user
from common.errors import DomainError
from ledger.readers import verify
from progress.actions import approve_report, draft_report, return_report, save_report, submit_report, withdraw_report
from progress.models import Report
from tasks.actions import set_calendar_day
from tasks.models import Task
from tests.factories import NOW, report_content
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)


def draft(cast):
    content = report_content()
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


def test_draft_report_raced_makes_one_report(cast):
    assert codes(at_once(*[lambda: draft(cast)] * 4)) == ["done", *["report_exists"] * 3]
    assert Report.objects.count() == 1
    assert verify() == []


def test_save_report_raced_lets_exactly_one_version_through(cast):
    report = draft(cast)

    def save(percent):
        return save_report(
            report=report, content=report_content(percent=percent), version=1, by=cast.lead_reporter, now=NOW
        )

    outcomes = at_once(*[lambda percent=percent: save(percent) for percent in (91, 92, 93, 94)])
    assert codes(outcomes) == ["done", *["stale_version"] * 3]
    kept = Report.objects.get()
    assert [each.percent for each in outcomes if isinstance(each, Report)] == [kept.percent]
    assert kept.version == 2
    assert verify() == []


def test_save_without_the_version_check_loses_an_update(cast):
    """The control: read, wait for the other, write. Whoever writes last wipes out the other without a word."""
    report, meeting = draft(cast), threading.Barrier(2)

    def naive_save(field, value):
        mine = Report.objects.get(pk=report.pk)
        meeting.wait()
        setattr(mine, field, value)
        mine.version += 1
        mine.save()
        return mine

    outcomes = at_once(lambda: naive_save("progress", "甲写的"), lambda: naive_save("problems", "乙写的"))
    assert codes(outcomes) == ["done", "done"]
    kept = Report.objects.get()
    assert kept.version == 2  # two saves, one version: one of them is gone
    assert (kept.progress, kept.problems) != ("甲写的", "乙写的")


def test_approve_and_return_raced_decide_once(cast):
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    outcomes = at_once(
        lambda: approve_report(report=report, by=cast.supervisor, now=NOW),
        lambda: return_report(report=report, reason="请补充", by=cast.director, now=NOW),
    )
    assert codes(outcomes) == ["done", "report_transition_not_allowed"]
    report.refresh_from_db()
    task = Task.objects.get()
    assert (report.status, task.percent) in (("approved", 95), ("returned", 90))
    assert verify() == []


def test_deciding_without_the_lock_decides_twice(cast):
    """The control: both look before either writes, and the task moves on a report that was returned."""
    report, meeting = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW), threading.Barrier(2)

    def naive_decision(status, by):
        mine = Report.objects.get(pk=report.pk)
        meeting.wait()
        if mine.status == "submitted":
            mine.status, mine.reviewed_at, mine.reviewed_by = status, NOW, by
            mine.save()
        return mine

    outcomes = at_once(
        lambda: naive_decision("approved", cast.supervisor), lambda: naive_decision("returned", cast.director)
    )
    assert sorted(each.status for each in outcomes) == ["approved", "returned"]


def test_many_writers_leave_a_whole_ledger(cast):
    report, writers = draft(cast), 8

    def save_until_through():
        for _attempt in range(100):
            version = Report.objects.get(pk=report.pk).version
            try:
                return save_report(
                    report=report, content=report_content(), version=version, by=cast.lead_reporter, now=NOW
                )
            except DomainError:
                continue
        return None

    outcomes = at_once(*[save_until_through] * writers)
    assert all(outcomes)
    assert Report.objects.get().version == 1 + writers
    assert verify() == []


def test_two_calendar_changes_at_once_both_count(cast):
    """The calendar is read after the tasks are locked; read before, the second change would not know of the first."""
    Task.objects.update(due_date=date(2026, 11, 27), original_due_date=date(2026, 11, 27), percent=50)
    monday, tuesday = date(2026, 11, 30), date(2026, 12, 1)
    for _attempt in range(5):
        for day in (monday, tuesday):
            set_calendar_day(day=day, kind="", name="", by=cast.supervisor, now=NOW)
        assert Task.objects.get().overdue_from == monday
        at_once(*[lambda day=day: holiday(cast, day) for day in (monday, tuesday)])
        assert Task.objects.get().overdue_from == date(2026, 12, 2)


def holiday(cast, day):
    return set_calendar_day(day=day, kind="holiday", name="", by=cast.supervisor, now=NOW)


@pytest.mark.postgres
def test_approving_while_the_calendar_changes_does_not_deadlock(cast):
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    for day in range(1, 8):
        outcomes = at_once(
            lambda day=day: holiday(cast, date(2026, 12, day)),
            lambda: approve_report(report=report, by=cast.supervisor, now=NOW),
        )
        assert codes(outcomes)[0] == "done"
    assert verify() == []


@pytest.mark.postgres
def test_sending_while_the_sender_is_edited_does_not_deadlock(cast):
    """Foreign keys are checked at the commit, after the head's lock: a plain FOR UPDATE on the user would cross it."""
    report, sender = draft(cast), cast.lead_approver
    particulars = {"user": sender, "name": "姓名", "email": "", "agency": cast.lead, "role": sender.role}

    def send_and_withdraw():
        for _round in range(10):
            submit_report(report=report, by=sender, now=NOW)
            withdraw_report(report=report, by=sender, now=NOW)

    def edit_the_sender():
        for round_ in range(10):
            update_user(**particulars, phone=str(round_), by=cast.administrator, now=NOW)

    at_once(send_and_withdraw, edit_the_sender)
    assert verify() == []
