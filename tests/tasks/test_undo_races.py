"""Undoing while somebody else undoes or changes the same task, on real connections: one of the two, and nothing lost.

The control looks without the row lock: both find theirs the last change, and both would take it back.
"""

import threading
from datetime import date

import pytest

from ledger.models import Event
from ledger.readers import verify
from tasks.actions import set_cycle, set_deadline, undo_last_change
from tasks.models import Task
from tests.factories import NOW
from tests.races import at_once, codes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def moved(cast):
    return set_deadline(
        task=cast.task, start_date=date(2026, 1, 1), due_date=date(2027, 3, 31), basis="office", reason="会议决定",
        by=cast.supervisor, now=NOW,
    )  # fmt: skip


def test_undoing_raced_undoes_once(cast, moved):
    undo = [lambda: undo_last_change(task=moved, version=moved.version, by=cast.director, now=NOW)] * 2
    assert codes(at_once(*undo)) == ["done", "nothing_to_undo"]
    task = Task.objects.get(pk=moved.pk)
    assert (task.due_date, task.version) == (date(2026, 12, 31), moved.version + 1)
    assert Event.objects.filter(verb="deadline_restored").count() == 1
    assert verify() == []


def test_undoing_raced_by_a_change_loses_neither(cast, moved):
    outcomes = at_once(
        lambda: undo_last_change(task=moved, version=moved.version, by=cast.director, now=NOW),
        lambda: set_cycle(task=moved, cycle="month", by=cast.supervisor, now=NOW),
    )
    task = Task.objects.get(pk=moved.pk)
    assert task.cycle == "month"
    expected = date(2026, 12, 31) if codes(outcomes) == ["done", "done"] else date(2027, 3, 31)
    assert task.due_date == expected
    assert verify() == []


def test_without_the_lock_both_would_undo(cast, moved):
    """What the lock prevents: both see the version that they were offered to take back."""
    meeting = threading.Barrier(2)

    def look():
        stands = Task.objects.get(pk=moved.pk).version == moved.version
        meeting.wait(timeout=10)
        return stands

    assert at_once(look, look) == [True, True]
