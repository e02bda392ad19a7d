"""Two windows and two people at the same moment, on real connections; with a control that shows the race is seen."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError

from ledger.readers import verify
from progress.actions import approve_report, discard_report, draft_report, keep_working_copy, submit_report
from progress.forms import unchanged_content
from progress.models import Report, WorkingCopy
from tests.factories import NOW, PeriodFactory, report_content
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_windows_that_keep_at_once_leave_one_whole_copy(cast):
    def keep(text, minutes):
        fields, at = {"progress": text, "problems": text}, NOW + timedelta(minutes=minutes)
        return keep_working_copy(
            task=cast.task, period=cast.period, fields=fields, based_on=0, by=cast.lead_reporter, now=at
        )

    outcomes = at_once(*[lambda text=text: keep(text, ord(text) % 7) for text in "甲乙丙丁"])
    assert codes(outcomes) == ["done"] * 4
    copy = WorkingCopy.objects.get()
    assert copy.fields["progress"] == copy.fields["problems"]


def test_two_windows_without_the_upsert_do_collide(cast):
    """The control: both look before either writes, and the second finds the row taken."""
    meeting = threading.Barrier(2)

    def naive_keep():
        found = WorkingCopy.objects.filter(user=cast.lead_reporter).exists()
        meeting.wait()
        assert not found
        values = {"user": cast.lead_reporter, "task": cast.task, "period": cast.period, "typed_at": NOW}
        try:
            return WorkingCopy.objects.create(**values)
        except IntegrityError:
            return None

    outcomes = at_once(naive_keep, naive_keep)
    assert [each for each in outcomes if each is None] == [None]


def test_a_draft_is_either_sent_or_undone(cast):
    earlier = PeriodFactory(
        code="2026Q3", starts_on="2026-07-01", ends_on="2026-09-30", contributions_due_on="2026-09-21",
        reports_due_on="2026-09-25", locks_on="2026-12-01",
    )  # fmt: skip
    earlier.refresh_from_db()
    before = draft_report(task=cast.task, period=earlier, content=report_content(), by=cast.lead_reporter, now=NOW)
    approve_report(report=submit_report(report=before, by=cast.lead_approver, now=NOW), by=cast.supervisor, now=NOW)
    cast.task.refresh_from_db()
    unchanged = unchanged_content(cast.task)
    report = draft_report(task=cast.task, period=cast.period, content=unchanged, by=cast.lead_reporter, now=NOW)
    outcomes = at_once(
        lambda: submit_report(report=report, by=cast.lead_approver, now=NOW, version=1),
        lambda: discard_report(report=report, version=1, by=cast.lead_reporter, now=NOW) or report,
    )
    assert codes(outcomes) in (["done", "report_transition_not_allowed"], ["done", "stale_version"])
    assert Report.objects.filter(status="submitted").count() in (0, 1)
    assert not Report.objects.filter(status="draft").exists()
    assert verify() == []
