from datetime import date, timedelta

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Event
from tasks.actions import MilestoneInput, change_status, record_progress, set_calendar_day, set_deadline, set_milestones
from tasks.actions.deadlines import TaskEndedError
from tasks.actions.status import TransitionError
from tasks.models import Task
from tasks.status import TRANSITIONS, Status, Text, Who
from tests.factories import NOW, TODAY, TaskFactory

pytestmark = pytest.mark.django_db


def fresh(task):
    return Task.objects.with_lead().get(pk=task.pk)


def deadline(task, by, **changes):
    values = {"start_date": date(2026, 1, 1), "due_date": date(2026, 12, 31), "basis": "office"}
    return set_deadline(task=task, by=by, now=NOW, **{**values, **changes})


# -- deadlines


def test_set_deadline_keeps_the_first_one_beside_the_current(cast):
    task = TaskFactory(planned=True, lead=cast.lead)
    deadline(task, cast.supervisor)
    deadline(task, cast.supervisor, due_date=date(2027, 3, 31), reason="前置审批延后")
    task = fresh(task)
    assert (task.original_due_date, task.due_date) == (date(2026, 12, 31), date(2027, 3, 31))
    event = Event.objects.filter(verb="deadline_set").latest("sequence")
    assert event.changed["due_date"] == ["2026-12-31", "2027-03-31"]
    assert (event.reason, event.actor_id) == ("前置审批延后", cast.supervisor.actor_id)


def test_set_deadline_recomputes_the_light(cast):
    task = TaskFactory(planned=True, lead=cast.lead, status=Status.ONGOING)
    task = deadline(task, cast.supervisor, due_date=date(2026, 10, 30))
    assert task.overdue_from == date(2026, 11, 2)
    assert Task.objects.overdue(on=TODAY).get() == task


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start_date": date(2027, 1, 1)}, "start_date"),
        ({"due_date": date(9999, 12, 31), "reason": "笔误"}, "due_date"),
        ({"basis": ""}, "basis"),
        ({"basis": "plan"}, "basis"),
        ({"due_date": date(2027, 1, 31)}, "reason"),
    ],
)
def test_set_deadline_names_the_field_that_is_wrong(cast, changes, field):
    with pytest.raises(InvalidError) as refusal:
        deadline(cast.task, cast.supervisor, **changes)
    assert list(refusal.value.errors) == [field]
    assert fresh(cast.task).version == 1
    assert not Event.objects.exists()


@pytest.mark.parametrize("part", ["lead_reporter", "lead_approver", "outsider", "leader", "administrator", "auditor"])
def test_set_deadline_is_the_offices_alone(cast, part):
    with pytest.raises(NotAllowedError):
        deadline(cast.task, getattr(cast, part))
    assert not Event.objects.exists()


def test_set_deadline_refuses_a_stale_version(cast):
    deadline(cast.task, cast.supervisor, version=1)
    with pytest.raises(StaleVersionError) as refusal:
        deadline(cast.task, cast.director, version=1)
    assert refusal.value.current.version == 2


def test_set_deadline_refuses_an_ended_task(cast):
    task = TaskFactory(lead=cast.lead, status=Status.CLOSED, closed_on=TODAY, closed_late=False)
    with pytest.raises(TaskEndedError):
        deadline(task, cast.supervisor)


def test_set_deadline_refuses_to_fall_before_a_milestone(cast):
    marks = [MilestoneInput("初稿", date(2026, 6, 30), 50)]
    set_milestones(task=cast.task, milestones=marks, by=cast.supervisor, now=NOW)
    with pytest.raises(InvalidError) as refusal:
        deadline(cast.task, cast.supervisor, due_date=date(2026, 5, 31), reason="提前")
    assert list(refusal.value.errors) == ["due_date"]


# -- milestones


def test_set_milestones_replaces_them_in_order_of_date(cast):
    first = [MilestoneInput("印发", date(2026, 9, 30), 80), MilestoneInput("初稿", date(2026, 3, 31), 30)]
    set_milestones(task=cast.task, milestones=first, by=cast.supervisor, now=NOW)
    assert [each.planned_percent for each in cast.task.milestones.all()] == [30, 80]
    set_milestones(task=cast.task, milestones=first[:1], by=cast.supervisor, now=NOW)
    event = Event.objects.filter(verb="milestones_set").latest("sequence")
    assert [len(side) for side in event.changed["milestones"]] == [2, 1]


@pytest.mark.parametrize(
    "marks",
    [
        [(date(2025, 12, 31), 10)],
        [(date(2027, 1, 1), 10)],
        [(date(2026, 3, 1), 101)],
        [(date(2026, 3, 1), 50), (date(2026, 6, 1), 50)],
        [(date(2026, 3, 1), 50), (date(2026, 3, 1), 60)],
        [(date(2026, 3, 1), 50), (date(2026, 6, 1), 40)],
    ],
)
def test_set_milestones_refuses_what_does_not_rise_within_the_tasks_time(cast, marks):
    entered = [MilestoneInput("节点", on, percent) for on, percent in marks]
    with pytest.raises(InvalidError):
        set_milestones(task=cast.task, milestones=entered, by=cast.supervisor, now=NOW)
    assert not cast.task.milestones.exists()


# -- status


def ready(cast, change):
    """A task from which this change is possible."""
    done = {"closed_on": TODAY, "closed_late": False} if change.source in ("closed", "signed_off") else {}
    return TaskFactory(lead=cast.lead, status=change.source, percent=100, **done)


def hands(cast, change):
    """The parts of the cast whose hand the table asks for."""
    return {
        Who.DIRECTOR: {"director"},
        Who.SUPERVISOR: {"supervisor", "director"},
        Who.LEAD_APPROVER: {"lead_approver"},
        Who.LEAD_STAFF: {"lead_reporter", "lead_approver"},
    }[change.who]


@pytest.mark.parametrize("change", TRANSITIONS, ids=lambda each: f"{each.verb}-{each.source}")
def test_change_status_follows_the_table_for_every_part(cast, change):
    people = [part for part, person in vars(cast).items() if hasattr(person, "role")]
    for part in people:
        task, person = ready(cast, change), getattr(cast, part)
        if part in hands(cast, change):
            moved = change_status(task=task, verb=change.verb, by=person, now=NOW, text="依据")
            assert moved.status == change.target
        else:
            with pytest.raises(NotAllowedError):
                change_status(task=task, verb=change.verb, by=person, now=NOW, text="依据")
            assert fresh(task).status == change.source


@pytest.mark.parametrize("change", TRANSITIONS, ids=lambda each: f"{each.verb}-{each.source}")
def test_change_status_asks_for_what_must_be_written(cast, change):
    task, part = ready(cast, change), sorted(hands(cast, change))[0]
    if change.text == Text.NOTHING:
        change_status(task=task, verb=change.verb, by=getattr(cast, part), now=NOW)
    else:
        with pytest.raises(InvalidError):
            change_status(task=task, verb=change.verb, by=getattr(cast, part), now=NOW, text=" ")
        assert fresh(task).status == change.source


def test_change_status_refuses_what_the_table_does_not_know(cast):
    with pytest.raises(TransitionError):
        change_status(task=cast.task, verb="sign_off", by=cast.director, now=NOW)


def test_change_status_refuses_to_issue_without_a_deadline(cast):
    task = TaskFactory(planned=True, lead=cast.lead)
    with pytest.raises(TransitionError, match="时限"):
        change_status(task=task, verb="issue", by=cast.director, now=NOW)


def test_change_status_refuses_closing_below_100(cast):
    with pytest.raises(TransitionError, match="90%"):
        change_status(task=cast.task, verb="ask_closing", by=cast.lead_approver, now=NOW)


@pytest.mark.parametrize(("overdue", "late"), [(False, False), (True, True)])
def test_change_status_computes_whether_it_closed_late(cast, overdue, late):
    task = TaskFactory(lead=cast.lead, percent=100, overdue=overdue)
    change_status(task=task, verb="ask_closing", by=cast.lead_approver, now=NOW)
    closed = change_status(task=task, verb="close", by=cast.director, now=NOW + timedelta(days=60))
    assert closed.closed_late is late


def test_change_status_reopening_forgets_the_closing_but_not_its_event(cast):
    task = TaskFactory(lead=cast.lead, status=Status.CLOSED, percent=100, closed_on=TODAY, closed_late=True)
    task = change_status(task=task, verb="reopen", by=cast.director, now=NOW, text="回头看发现未落实")
    assert (task.status, task.closed_on, task.closed_late) == (Status.ONGOING, None, None)
    assert Event.objects.latest("sequence").changed["closed_late"] == [True, None]


# -- progress and calendar


def test_record_progress_recomputes_the_light(cast):
    task = TaskFactory(lead=cast.lead, percent=10)
    assert fresh(task).light(on=TODAY).colour == "green"  # nothing has been computed yet
    task = record_progress(task=task, percent=20, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    assert task.light(on=TODAY).colour == "red"
    task = record_progress(task=task, percent=95, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    assert task.light(on=TODAY).colour == "green"


def test_set_calendar_day_moves_the_lights_that_depend_on_it(cast):
    task = TaskFactory(planned=True, lead=cast.lead, status=Status.ONGOING, percent=50)
    task = deadline(task, cast.supervisor, due_date=date(2026, 11, 27))  # a Friday
    assert task.overdue_from == date(2026, 11, 30)
    moved = set_calendar_day(day=date(2026, 11, 30), kind="holiday", name="放假", by=cast.supervisor, now=NOW)
    assert (fresh(task).overdue_from, moved >= 1) == (date(2026, 12, 1), True)
    set_calendar_day(day=date(2026, 11, 28), kind="workday", name="调休", by=cast.administrator, now=NOW)
    assert fresh(task).overdue_from == date(2026, 11, 28)
    set_calendar_day(day=date(2026, 11, 28), kind="", name="", by=cast.administrator, now=NOW)
    assert fresh(task).overdue_from == date(2026, 12, 1)


@pytest.mark.parametrize("part", ["lead_approver", "leader", "auditor", "outsider"])
def test_set_calendar_day_is_for_office_and_administrator(cast, part):
    with pytest.raises(NotAllowedError):
        set_calendar_day(day=TODAY, kind="holiday", name="", by=getattr(cast, part), now=NOW)


def test_set_calendar_day_refuses_a_weekday_as_extra_working_day(cast):
    with pytest.raises(InvalidError):
        set_calendar_day(day=date(2026, 11, 30), kind="workday", name="", by=cast.supervisor, now=NOW)
