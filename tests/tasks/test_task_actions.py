from datetime import date

import pytest

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Event
from tasks.actions import (
    MilestoneInput,
    record_progress,
    set_calendar_day,
    set_cycle,
    set_deadline,
    set_deliverable,
    set_milestones,
    set_standing,
)
from tasks.actions.deadlines import DeadlineStandsError, StandingTaskError, TaskEndedError, TaskNotPlannedError
from tasks.actions.measures import TaskNotRunningError
from tasks.models import Task
from tasks.status import Status
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


def test_set_deadline_counts_a_later_one_as_a_slip_and_an_earlier_one_not(cast):
    deadline(cast.task, cast.supervisor, due_date=date(2027, 3, 31), reason="前置审批延后")
    assert fresh(cast.task).slip_count == 1
    deadline(cast.task, cast.supervisor, due_date=date(2027, 2, 26), reason="提前")
    assert fresh(cast.task).slip_count == 1


def test_set_deadline_ends_being_standing(cast):
    task = TaskFactory(planned=True, lead=cast.lead)
    set_standing(task=task, by=cast.supervisor, now=NOW)
    assert deadline(task, cast.supervisor).is_standing is False


def test_set_deadline_refuses_a_task_that_stands(cast):
    task = TaskFactory(planned=True, lead=cast.lead, status=Status.STANDING, is_standing=True)
    with pytest.raises(StandingTaskError):
        deadline(task, cast.supervisor)


# -- standing, cycle, deliverable forms


def test_set_standing_is_instead_of_a_deadline(cast):
    task = set_standing(task=TaskFactory(planned=True, lead=cast.lead), by=cast.supervisor, now=NOW)
    assert task.is_standing
    event = Event.objects.latest("sequence")
    assert (event.verb, event.actor_id) == ("standing_set", cast.supervisor.actor_id)


def test_set_standing_refuses_a_task_with_a_deadline_or_an_order(cast):
    with pytest.raises(DeadlineStandsError):
        set_standing(task=TaskFactory(lead=cast.lead, status=Status.PLANNED), by=cast.supervisor, now=NOW)
    with pytest.raises(TaskNotPlannedError):
        set_standing(task=cast.task, by=cast.supervisor, now=NOW)
    assert not Event.objects.exists()


@pytest.mark.parametrize("part", ["lead_approver", "leader", "administrator", "outsider"])
def test_setting_up_is_the_offices_alone(cast, part):
    by, planned = getattr(cast, part), TaskFactory(planned=True, lead=cast.lead)
    for refused in (
        lambda: set_standing(task=planned, by=by, now=NOW),
        lambda: set_cycle(task=planned, cycle="month", by=by, now=NOW),
        lambda: set_deliverable(task=planned, order=1, deliverable="facility", by=by, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            refused()
    assert not Event.objects.exists()


def test_set_cycle_says_how_often_the_task_reports(cast):
    assert set_cycle(task=cast.task, cycle="month", by=cast.director, now=NOW, reason="重点任务").cycle == "month"
    assert Event.objects.latest("sequence").changed["cycle"] == ["", "month"]


def test_set_cycle_refuses_what_is_no_cycle(cast):
    with pytest.raises(InvalidError):
        set_cycle(task=cast.task, cycle="daily", by=cast.director, now=NOW)


def test_set_cycle_refuses_an_ended_task(cast):
    task = TaskFactory(lead=cast.lead, status=Status.STOPPED)
    with pytest.raises(TaskEndedError):
        set_cycle(task=task, cycle="month", by=cast.director, now=NOW)


def test_set_deliverable_changes_the_form_of_one_result(cast):
    set_deliverable(task=cast.task, order=2, deliverable="facility", by=cast.supervisor, now=NOW)
    assert cast.task.measures.get(order=2).deliverable == "facility"
    event = Event.objects.latest("sequence")
    assert (event.kind, event.changed["deliverable"]) == ("measure", ["document", "facility"])


def test_set_deliverable_refuses_an_ended_task_and_an_unknown_form(cast):
    with pytest.raises(InvalidError):
        set_deliverable(task=cast.task, order=2, deliverable="poem", by=cast.supervisor, now=NOW)
    with pytest.raises(TaskNotRunningError):
        set_deliverable(
            task=TaskFactory(lead=cast.lead, status=Status.STOPPED), order=1, deliverable="facility",
            by=cast.supervisor, now=NOW,
        )  # fmt: skip
    assert not Event.objects.exists()


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


# -- progress and calendar


def test_record_progress_recomputes_the_light(cast):
    task = TaskFactory(lead=cast.lead, percent=10)
    assert fresh(task).light(on=TODAY).colour == "green"  # nothing has been computed yet
    task = record_progress(task=task, percent=20, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    assert task.light(on=TODAY).colour == "red"
    task = record_progress(task=task, percent=95, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    assert task.light(on=TODAY).colour == "yellow"  # a red made good stays yellow for its quarter


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
