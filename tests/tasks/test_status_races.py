"""Two people at the same task at the same moment, on real connections: exactly one change, one event.

The control does the same without the row lock: both look before either writes, and both believe they changed it.
"""

import threading
from datetime import date
from functools import partial

import pytest
from django.db import transaction

from ledger.models import Event
from ledger.readers import verify
from tasks.actions import (
    change_many,
    change_status,
    grant_extension,
    lock_task,
    make_change,
    refuse_extension,
    send_extension,
    set_deadline,
    undo_many,
    withdraw_extension,
)
from tasks.models import BulkChange, Extension, Task
from tasks.status import TRANSITIONS, Who
from tests.extensions import WANTED, drafted, sent
from tests.factories import NOW, TODAY, TaskFactory
from tests.races import at_once, codes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

HANDS = {
    Who.DIRECTOR: "director", Who.SUPERVISOR: "supervisor",
    Who.LEAD_APPROVER: "lead_approver", Who.LEAD_STAFF: "lead_reporter",
}  # fmt: skip
LABEL = {"ids": lambda each: f"{each.verb}-{each.source}-{each.target}"}


def ready(cast, change):
    done = {"closed_on": TODAY, "closed_late": False} if change.source in ("closed", "signed_off") else {}
    return TaskFactory(
        lead=cast.lead, status=change.source, percent=100, is_standing=bool(change.of_standing), **done
    )  # fmt: skip


def act(cast, task, change):
    by = getattr(cast, HANDS[change.who])
    if not change.in_case:
        return change_status(task=task, verb=change.verb, by=by, now=NOW, text="依据")
    with transaction.atomic():
        return make_change(task=lock_task(task.pk), verb=change.verb, by=by, now=NOW, text="依据")


def rival(change):
    """A change from the same state that contradicts this one; the same where there is none."""
    others = [
        each
        for each in TRANSITIONS
        if each.source == change.source and each.verb != change.verb and None in (each.of_standing, change.of_standing)
    ]
    return next((each for each in others if each.target != change.target), change)


@pytest.mark.parametrize("change", TRANSITIONS, **LABEL)
def test_change_raced_with_itself_is_made_once(cast, change):
    task = ready(cast, change)
    outcomes = at_once(*[partial(act, cast, task, change)] * 2)
    assert codes(outcomes) == ["done", "transition_not_allowed"]
    assert Event.objects.filter(kind="task", verb=change.verb, key=task.key).count() == 1
    assert Task.objects.get(pk=task.pk).status == change.target
    assert verify() == []


@pytest.mark.parametrize("change", [each for each in TRANSITIONS if rival(each) != each], **LABEL)
def test_change_raced_with_its_opposite_leaves_a_history_that_the_table_knows(cast, change):
    """One goes first; the other is refused, or is a change that the table knows from there."""
    task, other = ready(cast, change), rival(change)
    outcomes = at_once(partial(act, cast, task, change), partial(act, cast, task, other))
    walked, state = [], change.source
    for event in Event.objects.filter(kind="task", key=task.key).order_by("sequence"):
        steps = [each for each in (change, other, *TRANSITIONS) if (each.source, each.verb) == (state, event.verb)]
        assert steps
        walked, state = [*walked, event.verb], event.state["status"]
        assert state in {each.target for each in steps}
    assert codes(outcomes).count("done") == len(walked) >= 1
    assert Task.objects.get(pk=task.pk).status == state
    assert verify() == []


@pytest.mark.parametrize("change", TRANSITIONS, **LABEL)
def test_change_without_the_lock_is_made_twice(cast, change):
    """The negative control."""
    task, meeting = ready(cast, change), threading.Barrier(2)

    def naive_change():
        mine = Task.objects.get(pk=task.pk)
        meeting.wait()
        if mine.status != change.source:
            return "refused"
        values = {"closed_on": TODAY, "closed_late": False} if change.target in ("closed", "signed_off") else {}
        Task.objects.filter(pk=mine.pk).update(
            status=change.target, **(values or {"closed_on": None, "closed_late": None})
        )
        return "done"

    assert at_once(naive_change, naive_change) == ["done", "done"]


# -- extensions


def grant(cast, extension):
    return grant_extension(extension=extension, granted_date=WANTED, by=cast.director, now=NOW)


def test_granting_and_refusing_raced_answer_once(cast):
    extension = sent(cast)
    outcomes = at_once(
        partial(grant, cast, extension),
        lambda: refuse_extension(extension=extension, reason="应按期完成", by=cast.supervisor, now=NOW),
    )
    assert codes(outcomes) == ["done", "extension_not_now"]
    extension.refresh_from_db()
    task = Task.objects.get(pk=cast.task.pk)
    is_granted = extension.status == "granted"
    assert (task.due_date == WANTED, task.slip_count, task.extension_asked_on) == (is_granted, int(is_granted), None)
    assert verify() == []


def test_granting_and_withdrawing_raced_decide_once(cast):
    extension = sent(cast)
    outcomes = at_once(
        partial(grant, cast, extension),
        lambda: withdraw_extension(extension=extension, by=cast.lead_approver, now=NOW),
    )
    assert codes(outcomes) == ["done", "extension_not_now"]
    assert Task.objects.get(pk=cast.task.pk).extension_asked_on is None
    assert verify() == []


def test_granting_and_stopping_raced_never_move_an_ended_task(cast):
    extension = sent(cast)
    outcomes = at_once(
        partial(grant, cast, extension),
        lambda: change_status(task=cast.task, verb="stop", by=cast.director, now=NOW, text="会议纪要"),
    )
    extension.refresh_from_db()
    task = Task.objects.get(pk=cast.task.pk)
    assert task.status == "stopped"
    assert (codes(outcomes).count("done") == 2) == (extension.status == "granted") == (task.due_date == WANTED)
    assert verify() == []


def test_drafting_raced_makes_one_request(cast):
    assert codes(at_once(*[partial(drafted, cast)] * 3)) == ["done", "extension_exists", "extension_exists"]
    assert Extension.objects.count() == 1


def test_sending_and_setting_the_deadline_raced_keep_one_date(cast):
    """Either the request waits and the deadline stands, or the deadline moved and the request names it."""
    extension = drafted(cast, wanted_date=date(2027, 3, 31))
    at_once(
        lambda: send_extension(extension=extension, by=cast.lead_approver, now=NOW),
        lambda: set_deadline(
            task=cast.task, start_date=date(2026, 1, 1), due_date=WANTED, basis="office", reason="调整",
            by=cast.director, now=NOW,
        ),
    )  # fmt: skip
    extension.refresh_from_db()
    assert extension.status == "sent"
    assert extension.due_before == Task.objects.get(pk=cast.task.pk).due_date
    assert verify() == []


def test_answering_without_the_lock_answers_twice(cast):
    """The negative control."""
    extension, meeting = sent(cast), threading.Barrier(2)

    def naive_answer(status, **values):
        mine = Extension.objects.get(pk=extension.pk)
        meeting.wait()
        if mine.status != "sent":
            return "refused"
        Extension.objects.filter(pk=mine.pk).update(
            status=status, decided_at=NOW, decided_by=cast.director, **values
        )  # fmt: skip
        return "done"

    outcomes = at_once(
        lambda: naive_answer("granted", granted_date=WANTED), lambda: naive_answer("refused", granted_date=None)
    )
    assert outcomes == ["done", "done"]


# -- many at once


def test_two_bulk_changes_raced_do_not_deadlock(cast):
    tasks = [cast.task, *[TaskFactory(lead=cast.lead) for _each in range(4)]]

    def change(cycle, order):
        return change_many(
            kind="cycle", tasks=Task.objects.filter(pk__in=[each.pk for each in tasks[::order]]),
            values={"cycle": cycle}, by=cast.supervisor, now=NOW,
        )  # fmt: skip

    outcomes = at_once(lambda: change("month", 1), lambda: change("half", -1))
    assert codes(outcomes) == ["done", "done"]
    assert Task.objects.values_list("cycle", flat=True).distinct().count() == 1
    assert verify() == []


def test_undoing_raced_undoes_once(cast):
    change = change_many(
        kind="cycle", tasks=Task.objects.filter(pk=cast.task.pk), values={"cycle": "month"}, by=cast.supervisor, now=NOW
    )  # fmt: skip
    outcomes = at_once(*[lambda: undo_many(change=change, by=cast.director, now=NOW)] * 2)
    assert codes(outcomes) == ["bulk_undone", "done"]
    assert BulkChange.objects.get().rows[0]["undone"]
    assert verify() == []
