"""Two people at the same moment, on real connections; each race has a control that shows that the test would see it."""

import threading

import pytest

from ledger.readers import verify
from progress.actions import answer_ask, draft_report, give_contribution, submit_report
from progress.models import Contribution, Report
from tests.factories import NOW, report_content
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)


def draft(cast, **changes):
    content = report_content(**changes)
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


def give(cast, by, text, **more):
    return give_contribution(task=cast.task, period=cast.period, by=by, now=NOW, text=text, **more)


def test_two_of_one_unit_giving_at_once_make_one_contribution(cast):
    outcomes = at_once(
        lambda: give(cast, cast.co_reporter, "甲写的。"), lambda: give(cast, cast.co_approver, "乙写的。")
    )
    assert codes(outcomes) == ["contribution_exists", "done"]
    (done,) = [each for each in outcomes if isinstance(each, Contribution)]
    kept = Contribution.objects.get()
    assert (kept.text, kept.version) == (done.text, 1)
    assert verify() == []


def test_two_of_one_unit_changing_at_once_lose_nothing(cast):
    give(cast, cast.co_reporter, "起初。")
    outcomes = at_once(
        *[
            lambda by=by, text=text: give(cast, by, text, version=1)
            for by, text in ((cast.co_reporter, "甲改的。"), (cast.co_approver, "乙改的。"))
        ]
    )
    assert codes(outcomes) == ["done", "stale_version"]
    assert Contribution.objects.get().version == 2
    assert verify() == []


def test_changing_without_the_version_check_loses_a_text(cast):
    """The control: both read, both write, and one text is gone without a word."""
    given, meeting = give(cast, cast.co_reporter, "起初。"), threading.Barrier(2)

    def naive_change(text):
        mine = Contribution.objects.get(pk=given.pk)
        meeting.wait()
        mine.text, mine.version = text, mine.version + 1
        mine.save()
        return mine

    assert codes(at_once(lambda: naive_change("甲改的。"), lambda: naive_change("乙改的。"))) == ["done", "done"]
    assert Contribution.objects.get().version == 2  # two changes, one version


def test_giving_while_the_lead_sends_is_in_the_report_or_refused(cast):
    report = draft(cast)
    given, _sent = at_once(
        lambda: give(cast, cast.co_reporter, "配套道路已通车。"),
        lambda: submit_report(report=report, by=cast.lead_approver, now=NOW),
    )
    report.refresh_from_db()
    frozen = report.composition[0]["text"]
    assert report.status == "submitted"
    if isinstance(given, Contribution):
        assert frozen == "配套道路已通车。"
    else:
        assert (given.code, frozen, Contribution.objects.count()) == ("contribution_closed", "", 0)
    assert verify() == []


def test_giving_without_the_lock_is_missing_from_the_report(cast):
    """The control: the unit looks, the lead freezes and sends, the unit gives: its part is nowhere in the report."""
    report, looked, sent = draft(cast), threading.Barrier(2), threading.Barrier(2)

    def naive_giving():
        assert not Report.objects.filter(pk=report.pk, status="submitted").exists()
        looked.wait()
        sent.wait()
        return Contribution.objects.create(
            task=cast.task, period=cast.period, agency=cast.co, text="配套道路已通车。", received_on=NOW.date(),
            given_at=NOW, given_by=cast.co_reporter,
        )  # fmt: skip

    def sending():
        looked.wait()
        try:
            return submit_report(report=report, by=cast.lead_approver, now=NOW)
        finally:
            sent.wait()

    assert codes(at_once(naive_giving, sending)) == ["done", "done"]
    report.refresh_from_db()
    assert Contribution.objects.exists()
    assert report.composition[0]["text"] == ""


def test_two_answers_at_once_are_one(cast):
    report = submit_report(report=draft(cast, ask="请协调用地。"), by=cast.lead_approver, now=NOW)
    outcomes = at_once(
        lambda: answer_ask(report=report, text="甲答。", by=cast.supervisor, now=NOW),
        lambda: answer_ask(report=report, text="乙答。", by=cast.director, now=NOW),
    )
    assert codes(outcomes) == ["ask_answered", "done"]
    (done,) = [each for each in outcomes if isinstance(each, Report)]
    report.refresh_from_db()
    assert report.answer == done.answer
    assert verify() == []


def test_answering_without_the_lock_answers_twice(cast):
    """The control: both find it open, and the second answer wipes out the first."""
    report = submit_report(report=draft(cast, ask="请协调用地。"), by=cast.lead_approver, now=NOW)
    meeting = threading.Barrier(2)

    def naive_answer(text, by):
        mine = Report.objects.get(pk=report.pk)
        meeting.wait()
        assert mine.answered_at is None
        mine.answer, mine.answered_at, mine.answered_by = text, NOW, by
        mine.save()
        return mine

    outcomes = at_once(lambda: naive_answer("甲答。", cast.supervisor), lambda: naive_answer("乙答。", cast.director))
    assert sorted(each.answer for each in outcomes) == ["乙答。", "甲答。"]
