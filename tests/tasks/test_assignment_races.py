"""The director moves a link while somebody else acts, on real connections, with controls that see the race."""

import threading
from datetime import date

import pytest
from django.db import transaction

from agencies.actions import merge_agencies, split_agency
from agencies.models import Agency
from ledger.models import Event
from ledger.readers import verify
from progress.actions import draft_report, submit_report
from progress.models import Report
from tasks.actions import Move, change_status, lock_task, move_assignments, undo_move
from tasks.models import Assignment, Task
from tests.factories import NOW, TODAY, TaskFactory, report_content
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)
RECORDED = {"effective_on": date(2026, 11, 1), "basis": "桂编〔2026〕8号", "now": NOW}


@pytest.fixture
def divided(cast):
    """The lead unit has been divided into the other unit and the supporting one."""
    split_agency(predecessor=cast.lead, successors=[cast.other, cast.co], by=cast.administrator, **RECORDED)
    return cast


def move(cast, target, *tasks):
    links = [Move(task.pk, "lead-unit", target) for task in tasks or [cast.task]]
    return move_assignments(links=links, basis="会议纪要", on=TODAY, by=cast.director, now=NOW)


def test_two_moves_of_one_link_move_it_once(divided):
    first, second = at_once(lambda: move(divided, "other-unit"), lambda: move(divided, "co-unit"))
    assert sorted(bool(results[0].refusal) for results in (first, second)) == [False, True]
    assert Event.objects.filter(verb="reassigned").count() == 1
    assert Assignment.objects.filter(task=divided.task, role="lead").count() == 1
    assert verify() == []


def test_moving_without_the_lock_moves_twice(divided):
    """The control: both look before either writes, and each believes that it has moved the link."""
    meeting = threading.Barrier(2)

    def naive(target):
        link = Assignment.objects.get(task=divided.task, agency="lead-unit")
        meeting.wait()
        return Assignment.objects.filter(pk=link.pk).update(agency=target)

    assert at_once(lambda: naive("other-unit"), lambda: naive("other-unit")) == [1, 1]


def test_moves_of_several_tasks_in_opposite_order_do_not_block_each_other(divided):
    tasks = [divided.task, *[TaskFactory(lead=divided.lead) for _n in range(4)]]
    outcomes = at_once(
        lambda: move(divided, "other-unit", *tasks), lambda: move(divided, "other-unit", *reversed(tasks))
    )
    assert sorted(sum(not each.refusal for each in results) for results in outcomes) == [0, 5]
    assert verify() == []


def test_a_report_sent_while_its_lead_moves_is_sent_by_one_of_them_or_not_at_all(divided):
    report = draft_report(
        task=divided.task, period=divided.period, content=report_content(), by=divided.lead_reporter, now=NOW
    )
    moved, sent = at_once(
        lambda: move(divided, "other-unit"),
        lambda: submit_report(report=report, by=divided.lead_approver, now=NOW),
    )
    assert moved[0].refusal == ""
    order = dict(Event.objects.filter(verb__in=("submitted", "submit", "reassigned")).values_list("verb", "sequence"))
    if isinstance(sent, Report):
        assert order.pop("reassigned") > min(order.values())  # it was still the old unit's to send
    else:
        assert sent.code == "not_allowed"
        assert Report.objects.get().status == "draft"
    assert verify() == []


@pytest.mark.postgres
def test_who_waited_for_the_move_is_judged_by_the_new_lead(divided):
    """A statement that waits for the task's lock must not see the lead of before."""
    task = TaskFactory(lead=divided.lead, status="issued")
    holding, go_on = threading.Event(), threading.Event()

    def moving():
        with transaction.atomic():
            results = move(divided, "other-unit", task)
            holding.set()
            go_on.wait(1)
        return results

    def receiving():
        holding.wait(5)
        return change_status(task=task, verb="receive", by=divided.lead_approver, now=NOW)

    moved, received = at_once(moving, receiving)
    assert moved[0].refusal == ""
    assert codes([received]) == ["not_allowed"]
    assert Task.objects.get(pk=task.pk).status == "issued"


@pytest.mark.postgres
def test_the_lead_read_in_the_waiting_statement_is_the_old_one(divided):
    """The control: lock and lead in one statement give the lead of before the wait."""
    holding, go_on = threading.Event(), threading.Event()

    def moving():
        with transaction.atomic():
            move(divided, "other-unit")
            holding.set()
            go_on.wait(1)

    def naive():
        holding.wait(5)
        with transaction.atomic():
            rows = Task.objects.select_for_update(no_key=True, of=("self",)).with_lead()
            return rows.get(pk=divided.task.pk).lead_code

    def careful():
        holding.wait(5)
        with transaction.atomic():
            return lock_task(divided.task.pk).lead_code

    _moved, old, new = at_once(moving, naive, careful)
    assert (old, new) == ("lead-unit", "other-unit")


def test_a_unit_dissolved_while_links_move_to_it_gets_them_or_refuses(divided):
    merging = {"predecessors": [divided.other], "successor": divided.zone_body, "by": divided.administrator}
    moved, merged = at_once(lambda: move(divided, "other-unit"), lambda: merge_agencies(**merging, **RECORDED))
    assert codes([merged]) == ["done"]
    holder = Task.objects.with_lead().get(pk=divided.task.pk).lead_code
    assert (holder == "other-unit") == (moved[0].refusal == "")
    assert Agency.objects.get(code="other-unit").dissolved_on
    assert verify() == []


def test_undo_and_move_raced_leave_a_whole_list(divided):
    move(divided, "other-unit")
    outcomes = at_once(
        lambda: undo_move(task=divided.task, reason="误", by=divided.director, now=NOW),
        lambda: undo_move(task=divided.task, reason="误", by=divided.director, now=NOW),
    )
    assert codes(outcomes) == ["done", "move_not_undone"]
    assert Task.objects.with_lead().get(pk=divided.task.pk).lead_code == "lead-unit"
    assert verify() == []
