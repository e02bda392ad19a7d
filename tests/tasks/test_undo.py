"""撤销: the last change of a task's dates or cycle, by the button of its message."""

from datetime import date

import pytest
import time_machine

from common.errors import NotAllowedError
from ledger.models import Event
from tasks.actions import (
    MilestoneInput,
    NothingToUndoError,
    set_cycle,
    set_deadline,
    set_milestones,
    set_standing,
    undo_last_change,
)
from tasks.actions.deadlines import DEADLINE_FIELDS
from tasks.states import task_state
from tests.factories import NOW, TaskFactory

pytestmark = pytest.mark.django_db
MOVED = {"start_date": date(2026, 1, 1), "due_date": date(2027, 3, 31), "basis": "office", "reason": "会议决定"}
MOVING = {"version", "light_policy", "light_calendar"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def facts(task):
    """The state without what counts upwards."""
    task.refresh_from_db()
    return {name: value for name, value in task_state(task).items() if name not in MOVING}


CHANGES = {
    "a moved deadline": lambda task, by: set_deadline(task=task, by=by, now=NOW, **MOVED),
    "milestones": lambda task, by: set_milestones(
        task=task, milestones=[MilestoneInput("批复", date(2026, 6, 30), 50)], by=by, now=NOW
    ),
    "a cycle": lambda task, by: set_cycle(task=task, cycle="month", by=by, now=NOW),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_undo_last_change_takes_back_everything_it_changed(cast, change):
    set_milestones(
        task=cast.task, milestones=[MilestoneInput("方案", date(2026, 3, 31), 20)], by=cast.supervisor, now=NOW
    )
    before = facts(cast.task)
    changed = change(cast.task, cast.supervisor)
    assert facts(cast.task) != before
    undo_last_change(task=cast.task, version=changed.version, by=cast.director, now=NOW)
    assert facts(cast.task) == before
    assert Event.objects.latest("sequence").reason == "撤销刚才的改动"


def test_undo_last_change_makes_a_first_deadline_and_a_standing_task_what_they_were(cast):
    task = TaskFactory(number=7, lead=cast.lead, planned=True)
    for change in (
        lambda: set_deadline(task=task, by=cast.supervisor, now=NOW, **{**MOVED, "reason": ""}),
        lambda: set_standing(task=task, by=cast.supervisor, now=NOW),
    ):
        before = facts(task)
        undo_last_change(task=task, version=change().version, by=cast.supervisor, now=NOW)
        assert facts(task) == before


def test_undo_last_change_loses_nothing_that_came_later(cast):
    first = set_deadline(task=cast.task, by=cast.supervisor, now=NOW, **MOVED)
    set_cycle(task=cast.task, cycle="month", by=cast.director, now=NOW)
    before, events = facts(cast.task), Event.objects.count()
    for version in (first.version, 0, 999):
        with pytest.raises(NothingToUndoError):
            undo_last_change(task=cast.task, version=version, by=cast.supervisor, now=NOW)
    with pytest.raises(NotAllowedError):
        undo_last_change(task=cast.task, version=first.version + 1, by=cast.lead_approver, now=NOW)
    assert (facts(cast.task), Event.objects.count()) == (before, events)


def test_deadline_saved_offers_to_take_it_back_once(cast, client):
    client.force_login(cast.supervisor)
    before = facts(cast.task)
    entered = {
        "start_date": "2026-01-01",
        "due_date": "2027-03-31",
        "basis": "office",
        "reason": "会议决定",
        "version": 1,
    }
    shown = client.post("/tasks/1/deadline/", entered, follow=True).content.decode()
    assert 'action="/tasks/1/undo/"' in shown
    cast.task.refresh_from_db()
    assert f'name="version" value="{cast.task.version}"' in shown
    answer = client.post("/tasks/1/undo/", {"version": cast.task.version}, follow=True)
    assert "已撤销，恢复为改动前的内容。" in answer.content.decode()
    assert [facts(cast.task)[name] for name in DEADLINE_FIELDS] == [before[name] for name in DEADLINE_FIELDS]
    late = client.post("/tasks/1/undo/", {"version": cast.task.version - 1})
    assert late.status_code == 409
    assert "这之后任务又有新的变动" in late.content.decode()


def test_undo_is_asked_of_the_ledger_not_of_the_form(cast, client):
    """Whatever else is posted, the values are those of before."""
    client.force_login(cast.supervisor)
    changed = set_deadline(task=cast.task, by=cast.supervisor, now=NOW, **MOVED)
    client.post("/tasks/1/undo/", {"version": changed.version, "due_date": "2030-01-01", "slip_count": 9})
    cast.task.refresh_from_db()
    assert (cast.task.due_date, cast.task.slip_count) == (date(2026, 12, 31), 0)
