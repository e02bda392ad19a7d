"""Several people and sweeps at the same moment, on real connections, each race with a control that shows it is seen."""

import threading

import pytest
from django.db.models import Max

from common.errors import DomainError
from ledger.readers import verify
from supervision.actions import answer_notice, confirm_notice, decline_notice, sweep
from supervision.models import Delivery, Notice
from tasks.actions import change_status
from tests.factories import NOW, UserFactory
from tests.races import at_once, codes
from tests.supervision.urging import late_task, urge

pytestmark = pytest.mark.django_db(transaction=True)


def drafts(cast, count):
    tasks = [late_task(cast, number=number) for number in range(2, 2 + count)]
    sweep(now=NOW)
    return [Notice.objects.get(task=task) for task in tasks]


def confirm(notice, by):
    return confirm_notice(notice=notice, demand="请抓紧办理。", by=by, now=NOW)


def test_sweep_four_times_at_once_drafts_each_notice_once(cast):
    for number in range(2, 12):
        late_task(cast, number=number)
    results = at_once(*[lambda: sweep(now=NOW)] * 4)
    assert sum(result.drafted for result in results) == Notice.objects.count() == 10
    assert verify() == []


def test_confirm_by_two_supervisors_at_once_issues_one_notice(cast):
    (draft,) = drafts(cast, 1)
    colleague = UserFactory(username="colleague", agency=cast.office, role="supervisor")
    outcomes = at_once(lambda: confirm(draft, cast.supervisor), lambda: confirm(draft, colleague))
    assert codes(outcomes) == ["done", "notice_transition_not_allowed"]
    draft.refresh_from_db()
    assert (draft.status, draft.serial) == ("issued", 1)
    assert draft.deliveries.filter(channel="inbox").count() == 3
    assert verify() == []


def test_confirm_and_decline_at_once_do_one_of_both(cast):
    (draft,) = drafts(cast, 1)
    outcomes = at_once(
        lambda: confirm(draft, cast.supervisor),
        lambda: decline_notice(notice=draft, reason="不必", by=cast.director, now=NOW),
    )
    assert codes(outcomes) == ["done", "notice_transition_not_allowed"]
    draft.refresh_from_db()
    assert draft.deliveries.exists() == (draft.status == "issued")


def test_confirm_while_the_task_is_suspended_never_sends_for_a_cause_that_is_gone(cast):
    (draft,) = drafts(cast, 1)
    task = draft.task
    outcomes = at_once(
        lambda: confirm(draft, cast.supervisor),
        lambda: change_status(task=task, verb="suspend", text="会议纪要", by=cast.director, now=NOW),
    )
    assert codes(outcomes) in (["done", "done"], ["done", "notice_cause_gone"])
    sweep(now=NOW)
    draft.refresh_from_db()
    assert draft.status in {"lapsed", "settled"}
    assert verify() == []


def test_confirm_and_sweep_at_once_store_each_delivery_once(cast):
    (draft,) = drafts(cast, 1)
    at_once(lambda: confirm(draft, cast.supervisor), lambda: sweep(now=NOW), lambda: sweep(now=NOW))
    assert Delivery.objects.filter(notice=draft, channel="inbox").count() == 3


def test_answer_raced_is_given_once(cast):
    notice = urge(cast, late_task(cast))
    outcomes = at_once(*[
        lambda text=text: answer_notice(notice=notice, text=text, by=cast.lead_approver, now=NOW)
        for text in ("甲", "乙", "丙")
    ])  # fmt: skip
    assert codes(outcomes) == ["done", *["notice_transition_not_allowed"] * 2]


def test_confirm_eight_notices_at_once_numbers_them_without_gap_or_double(cast):
    outcomes = at_once(*[lambda draft=draft: confirm(draft, cast.supervisor) for draft in drafts(cast, 8)])
    assert codes(outcomes) == ["done"] * 8
    assert sorted(Notice.objects.values_list("serial", flat=True)) == list(range(1, 9))
    assert verify() == []


def test_confirm_refused_gives_no_number_away(cast):
    first, second, third = drafts(cast, 3)
    change_status(task=second.task, verb="suspend", text="会议纪要", by=cast.director, now=NOW)
    at_once(*[lambda draft=draft: confirm(draft, cast.supervisor) for draft in (first, second, third)])
    assert sorted(Notice.objects.exclude(serial=None).values_list("serial", flat=True)) == [1, 2]


def test_numbering_without_the_register_gives_a_number_twice(cast):
    """The control: read the highest number, wait for the other, take the next."""
    first, second = drafts(cast, 2)
    meeting = threading.Barrier(2)

    def naive(draft):
        highest = Notice.objects.filter(level=2, year=2026).aggregate(top=Max("serial"))["top"] or 0
        meeting.wait()
        return highest + 1

    outcomes = at_once(lambda: naive(first), lambda: naive(second))
    assert not any(isinstance(each, DomainError) for each in outcomes)
    assert outcomes[0] == outcomes[1]
