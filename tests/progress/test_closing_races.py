"""Two people at the same moment over one closing request. Each race has a control: the same without the lock does harm,
which shows that the test would see it."""

import threading
from datetime import timedelta

import pytest

from agencies.roles import Role
from ledger.readers import verify
from progress.actions import (
    accept_closing,
    check_closing,
    draft_closing,
    hear_closing,
    mark_silent,
    return_closing,
    save_closing,
    send_closing,
    withdraw_closing,
)
from progress.models import Closing, Hearing
from tasks.models import Task
from tests import closings
from tests.factories import NOW, UserFactory
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = NOW + timedelta(days=6)
NOT_NOW = "closing_transition_not_allowed"


@pytest.fixture(autouse=True)
def _done(cast):
    Task.objects.update(percent=100)


@pytest.fixture
def draft(cast):
    return closings.hear_all(closings.draft(cast.task, reporter=cast.lead_reporter))


@pytest.fixture
def sent(cast, draft):
    return send_closing(closing=draft, by=cast.lead_approver, now=NOW)


@pytest.fixture
def checked(cast, sent):
    return check_closing(closing=sent, by=cast.supervisor, now=NOW)


@pytest.fixture
def second_director(cast):
    return UserFactory(agency=cast.office, role=Role.DIRECTOR)


def test_draft_closing_raced_opens_one_case(cast):
    def draft_one():
        return draft_closing(task=cast.task, statement="完成。", by=cast.lead_reporter, now=NOW)

    assert codes(at_once(*[draft_one] * 4)) == [*["closing_exists"] * 3, "done"]
    assert Closing.objects.count() == 1
    assert Hearing.objects.count() == 2
    assert verify() == []


def test_two_directors_decide_once(cast, checked, second_director):
    outcomes = at_once(
        lambda: accept_closing(closing=checked, by=cast.director, now=NOW),
        lambda: return_closing(closing=checked, reason="请补充", by=second_director, now=NOW),
    )
    assert codes(outcomes) == [NOT_NOW, "done"]
    pair = (Closing.objects.get().status, Task.objects.get().status)
    assert pair in (("accepted", "closed"), ("returned", "ongoing"))
    assert verify() == []


def test_deciding_without_the_lock_decides_twice(cast, checked, second_director):
    """The control: both look before either writes, and both believe that they have decided."""
    meeting = threading.Barrier(2)

    def naive_decision(status, by):
        mine = Closing.objects.get(pk=checked.pk)
        meeting.wait()
        if mine.status == "checked":
            mine.status, mine.decided_at, mine.decided_by = status, NOW, by
            mine.save()
        return mine

    outcomes = at_once(
        lambda: naive_decision("accepted", cast.director), lambda: naive_decision("returned", second_director)
    )
    assert sorted(each.status for each in outcomes) == ["accepted", "returned"]


def test_withdrawing_while_the_office_checks_lets_one_through(cast, sent):
    outcomes = at_once(
        lambda: withdraw_closing(closing=sent, by=cast.lead_approver, now=NOW),
        lambda: check_closing(closing=sent, by=cast.supervisor, now=NOW),
    )
    assert codes(outcomes) == [NOT_NOW, "done"]
    pair = (Closing.objects.get().status, Task.objects.get().status)
    assert pair in (("draft", "ongoing"), ("checked", "closing"))
    assert verify() == []


def test_sending_while_another_withdraws_leaves_case_and_task_in_step(cast, draft):
    """Whatever the order: a request that is with the office has its task waiting, and a draft has it under way."""
    colleague = UserFactory(agency=cast.lead, role=Role.APPROVER)
    for _round in range(5):
        at_once(
            lambda: send_closing(closing=draft, by=cast.lead_approver, now=NOW),
            lambda: withdraw_closing(closing=draft, by=colleague, now=NOW),
        )
        assert (Closing.objects.get().status, Task.objects.get().status) in (("draft", "ongoing"), ("sent", "closing"))
    assert verify() == []


def test_sending_without_the_lock_leaves_them_out_of_step(cast, sent):
    """The control: each takes the two rows one by one, and the task ends up where the request is not."""
    first, second = threading.Event(), threading.Event()

    def naive_send():
        Closing.objects.filter(pk=sent.pk).update(status="sent")
        first.set()
        second.wait()
        Task.objects.update(status="closing")

    def naive_withdrawal():
        first.wait()
        Closing.objects.filter(pk=sent.pk).update(status="draft")
        Task.objects.update(status="ongoing")
        second.set()

    at_once(naive_send, naive_withdrawal)
    assert (Closing.objects.get().status, Task.objects.get().status) == ("draft", "closing")


def test_an_answer_is_not_lost_to_silence(cast):
    """The unit answers at the moment at which its silence is marked: its answer stands, whoever comes first."""
    closing = closings.draft(cast.task, reporter=cast.lead_reporter)
    hearing = closing.hearings.get(agency="co-unit")
    outcomes = at_once(
        lambda: hear_closing(hearing=hearing, answer="objected", text="未移交", by=cast.co_reporter, now=AFTER),
        lambda: mark_silent(closing=closing, by=cast.lead_reporter, now=AFTER),
    )
    assert codes(outcomes) == ["done", "done"]
    assert Hearing.objects.get(pk=hearing.pk).answer == "objected"
    assert verify() == []


def test_marking_without_the_lock_wipes_out_an_answer(cast):
    """The control: who is silent is read before the answer comes in, and written after it."""
    closing = closings.draft(cast.task, reporter=cast.lead_reporter)
    hearing = closing.hearings.get(agency="co-unit")
    looked, answered = threading.Event(), threading.Event()

    def naive_marking():
        silent = list(closing.hearings.filter(answer=""))
        looked.set()
        answered.wait()
        for each in silent:
            each.answer, each.answered_at, each.answered_by = "silent", AFTER, cast.lead_reporter
            each.save()

    def answer():
        looked.wait()
        hear_closing(hearing=hearing, answer="agreed", by=cast.co_reporter, now=AFTER)
        answered.set()

    at_once(naive_marking, answer)
    assert Hearing.objects.get(pk=hearing.pk).answer == "silent"


def test_sending_while_a_unit_changes_its_mind_sends_what_it_says(cast, draft):
    """Either the objection is in what was sent, or it came too late and was refused."""
    hearing = draft.hearings.get(agency="co-unit")
    outcomes = at_once(
        lambda: send_closing(closing=draft, by=cast.lead_approver, now=NOW),
        lambda: hear_closing(hearing=hearing, answer="objected", text="未移交", by=cast.co_reporter, now=NOW),
    )
    hearing.refresh_from_db()
    assert (codes(outcomes), hearing.answer) in ((["done", "done"], "objected"), ([NOT_NOW, "done"], "agreed"))
    assert verify() == []


def test_save_closing_raced_lets_exactly_one_version_through(cast, draft):
    def save(statement):
        return save_closing(closing=draft, statement=statement, version=1, by=cast.lead_reporter, now=NOW)

    outcomes = at_once(*[lambda words=words: save(words) for words in ("甲", "乙", "丙")])
    assert codes(outcomes) == ["done", "stale_version", "stale_version"]
    assert [each.statement for each in outcomes if isinstance(each, Closing)] == [Closing.objects.get().statement]
    assert verify() == []
