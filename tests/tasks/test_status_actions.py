"""变更状态: the table followed for every part of the cast, and what each change leaves behind."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from common.workdays import WEEKDAYS
from ledger.models import Event
from tasks.actions import change_status, lock_task, make_change
from tasks.actions.status import TransitionError
from tasks.models import Measure, Task
from tasks.readers import changes_of_others, changes_open_to, reassignment_requests, refusal_until
from tasks.status import TRANSITIONS, Status, Text, Who, transition
from tests.factories import NOW, SHANGHAI, TODAY, HolidayFactory, TaskFactory

pytestmark = pytest.mark.django_db

LABEL = {"ids": lambda each: f"{each.verb}-{each.source}-{each.target}"}


def fresh(task):
    return Task.objects.with_lead().get(pk=task.pk)


def ready(cast, change):
    """A task from which this change is possible."""
    done = {"closed_on": TODAY, "closed_late": False} if change.source in ("closed", "signed_off") else {}
    standing = {"is_standing": True} if change.of_standing else {}
    return TaskFactory(lead=cast.lead, status=change.source, percent=100, **done, **standing)


def hands(change):
    """The parts of the cast whose hand the table asks for."""
    return {
        Who.DIRECTOR: {"director"},
        Who.SUPERVISOR: {"supervisor", "director"},
        Who.LEAD_APPROVER: {"lead_approver"},
        Who.LEAD_STAFF: {"lead_reporter", "lead_approver"},
    }[change.who]


def make(task, change, by, *, text="依据", now=NOW):
    """The change as its own page, or the page of its case, makes it."""
    if not change.in_case:
        return change_status(task=task, verb=change.verb, by=by, now=now, text=text)
    with transaction.atomic():
        return make_change(task=lock_task(task.pk), verb=change.verb, by=by, now=now, text=text)


# -- the table


@pytest.mark.parametrize("change", TRANSITIONS, **LABEL)
def test_change_follows_the_table_for_every_part(cast, change):
    people = [part for part, person in vars(cast).items() if hasattr(person, "role")]
    for part in people:
        task, person = ready(cast, change), getattr(cast, part)
        if part in hands(change):
            assert make(task, change, person).status == change.target
            event = Event.objects.latest("sequence")
            assert (event.verb, event.actor_id) == (change.verb, person.actor_id)
        else:
            with pytest.raises(NotAllowedError):
                make(task, change, person)
            assert fresh(task).status == change.source


@pytest.mark.parametrize("change", TRANSITIONS, **LABEL)
def test_change_asks_for_what_must_be_written(cast, change):
    task, by = ready(cast, change), getattr(cast, sorted(hands(change))[0])
    if change.text == Text.NOTHING:
        assert make(task, change, by, text="").status == change.target
    else:
        with pytest.raises(InvalidError):
            make(task, change, by, text=" ")
        assert fresh(task).status == change.source


@pytest.mark.parametrize("change", [each for each in TRANSITIONS if each.in_case], **LABEL)
def test_change_status_leaves_a_closing_to_its_case(cast, change):
    task, by = ready(cast, change), getattr(cast, sorted(hands(change))[0])
    with pytest.raises(TransitionError) as refusal:
        change_status(task=task, verb=change.verb, by=by, now=NOW, text="依据")
    assert refusal.value.code == "needs_closing_case"
    assert fresh(task).status == change.source
    assert not Event.objects.exists()


def test_change_status_refuses_what_the_table_does_not_know(cast):
    with pytest.raises(TransitionError):
        change_status(task=cast.task, verb="sign_off", by=cast.director, now=NOW)


def test_change_status_refuses_a_stale_version(cast):
    with pytest.raises(StaleVersionError):
        change_status(task=cast.task, verb="suspend", by=cast.director, now=NOW, text="依据", version=9)


def test_transition_of_a_verb_is_one_from_each_state():
    for change in TRANSITIONS:
        found = [
            each
            for each in TRANSITIONS
            if (each.source, each.verb) == (change.source, change.verb)
            and each.of_standing in (None, change.of_standing)
        ]
        assert found == [change]
        assert transition(change.source, change.verb, is_standing=bool(change.of_standing)) == change


# -- 下达


def test_issue_gives_the_order_its_number_and_day(cast):
    task = TaskFactory(number=7, lead=cast.lead, status=Status.PLANNED)
    task = change_status(task=task, verb="issue", by=cast.director, now=NOW)
    assert (task.order_number, task.issued_on, task.received_on) == ("2026-07", TODAY, None)


def test_issue_names_everything_that_is_missing(cast):
    task = TaskFactory(number=7, planned=True, lead=cast.lead)
    Measure.objects.filter(task=task, order=2).update(deliverable="")
    with pytest.raises(
        TransitionError, match=r"下达前还缺：时限（或列为常态化任务）、举措 7\.2 的成果形式。"
    ) as refusal:
        change_status(task=task, verb="issue", by=cast.director, now=NOW)
    assert refusal.value.code == "condition_not_met"
    assert fresh(task).status == Status.PLANNED


def test_issue_needs_a_lead_and_a_measure(cast):
    task = TaskFactory(lead=cast.lead, status=Status.PLANNED)
    task.assignments.all().delete()
    task.measures.all().delete()
    with pytest.raises(TransitionError, match="下达前还缺：牵头单位、举措。"):
        change_status(task=task, verb="issue", by=cast.director, now=NOW)


def test_issue_takes_a_standing_task_without_a_deadline(cast):
    task = TaskFactory(planned=True, lead=cast.lead, is_standing=True)
    change_status(task=task, verb="issue", by=cast.director, now=NOW)
    received = change_status(task=task, verb="receive", by=cast.lead_reporter, now=NOW)
    assert (received.status, received.received_on) == (Status.STANDING, TODAY)


def test_issue_again_keeps_the_first_number(cast):
    task = TaskFactory(number=7, lead=cast.lead, status=Status.PLANNED)
    change_status(task=task, verb="issue", by=cast.director, now=NOW)
    task = change_status(task=task, verb="refuse", by=cast.lead_approver, now=NOW, text="不属本单位职责")
    assert (task.status, task.issued_on) == (Status.PLANNED, None)
    task = change_status(task=task, verb="issue", by=cast.director, now=NOW + timedelta(days=60))
    assert (task.order_number, task.issued_on) == ("2026-07", date(2027, 1, 17))


# -- 申请改派


def issued(cast, day):
    return TaskFactory(lead=cast.lead, status=Status.ISSUED, issued_on=day)


@pytest.mark.parametrize(("day", "is_open"), [(date(2026, 11, 16), True), (date(2026, 11, 17), False)])
def test_refuse_is_open_for_three_working_days(cast, day, is_open):
    task = issued(cast, date(2026, 11, 11))  # a Wednesday; Thursday, Friday, Monday
    now = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    if is_open:
        assert make(task, transition("issued", "refuse"), cast.lead_approver, now=now).status == Status.PLANNED
    else:
        with pytest.raises(TransitionError, match="已于 2026-11-16 截止"):
            make(task, transition("issued", "refuse"), cast.lead_approver, now=now)


def test_refuse_counts_holidays_out(cast):
    HolidayFactory(date=date(2026, 11, 12))
    assert refusal_until(issued(cast, date(2026, 11, 11))) == date(2026, 11, 17)


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_refusal_until_equals_counting_day_by_day(day):
    left, slow = 3, day
    while left:
        slow += timedelta(days=1)
        left -= slow.weekday() < 5
    assert WEEKDAYS.after(day, 3) == slow


def test_reassignment_requests_tell_who_asked_and_why(cast):
    task = TaskFactory(lead=cast.lead, status=Status.PLANNED)
    change_status(task=task, verb="issue", by=cast.director, now=NOW)
    assert reassignment_requests(Task.objects.visible_to(cast.director)) == []
    change_status(task=task, verb="refuse", by=cast.lead_approver, now=NOW, text="不属本单位职责")
    row = reassignment_requests(Task.objects.visible_to(cast.director))[0]
    assert (row["number"], row["reason"], row["by"]) == (task.number, "不属本单位职责", cast.lead_approver.name)
    change_status(task=task, verb="issue", by=cast.director, now=NOW)
    assert reassignment_requests(Task.objects.visible_to(cast.director)) == []


# -- 办结, 挂起, 重启


def test_make_change_refuses_closing_below_100(cast):
    with pytest.raises(TransitionError, match="90%"):
        make(cast.task, transition("ongoing", "ask_closing"), cast.lead_approver)


@pytest.mark.parametrize(("overdue", "late"), [(False, False), (True, True)])
def test_make_change_computes_whether_it_closed_late(cast, overdue, late):
    task = TaskFactory(lead=cast.lead, percent=100, overdue=overdue)
    make(task, transition("ongoing", "ask_closing"), cast.lead_approver)
    closed = make(task, transition("closing", "close"), cast.director, now=NOW + timedelta(days=60))
    assert closed.closed_late is late


def test_make_change_returning_a_closing_forgets_that_it_was_asked(cast):
    task = TaskFactory(lead=cast.lead, percent=100)
    make(task, transition("ongoing", "ask_closing"), cast.lead_approver)
    returned = make(task, transition("closing", "return_closing"), cast.supervisor)
    assert (returned.status, returned.closing_asked_on) == (Status.ONGOING, None)


@pytest.mark.parametrize("source", ["closed", "signed_off"])
def test_reopening_forgets_the_closing_but_not_its_event(cast, source):
    task = TaskFactory(lead=cast.lead, status=source, percent=100, closed_on=TODAY, closed_late=True)
    task = change_status(task=task, verb="reopen", by=cast.director, now=NOW, text="回头看发现未落实")
    assert (task.status, task.closed_on, task.closed_late) == (Status.ONGOING, None, None)
    assert Event.objects.latest("sequence").changed["closed_late"] == [True, None]


def test_suspending_and_resuming_keep_the_deadline(cast):
    change_status(task=cast.task, verb="suspend", by=cast.director, now=NOW, text="会议纪要")
    assert fresh(cast.task).light(on=TODAY).colour == "grey"
    task = change_status(task=cast.task, verb="resume", by=cast.director, now=NOW, text="会议纪要")
    assert (task.status, task.due_date) == (Status.ONGOING, date(2026, 12, 31))


def test_make_standing_says_so_on_the_task(cast):
    task = change_status(task=cast.task, verb="make_standing", by=cast.director, now=NOW, text="会议纪要")
    assert (task.status, task.is_standing) == (Status.STANDING, True)


# -- what the page offers


def test_changes_open_to_tell_what_stands_in_the_way(cast):
    [row] = changes_open_to(cast.lead_approver, cast.task, on=TODAY)
    assert (row["verb"], row["in_case"], row["url_name"], row["url_args"]) == (
        "ask_closing", True, "progress:closing", [1]
    )  # fmt: skip
    assert "达到 100%" in row["obstacle"]


def test_changes_open_to_follow_whether_the_task_is_standing(cast):
    task = TaskFactory(lead=cast.lead, status=Status.ISSUED, is_standing=True)
    assert [row["verb"] for row in changes_open_to(cast.lead_reporter, task, on=TODAY)] == ["receive"]


@pytest.mark.parametrize("part", ["lead_reporter", "supervisor", "director", "co_approver", "leader"])
def test_changes_are_either_this_persons_or_somebody_elses(cast, part):
    user = getattr(cast, part)
    mine = [row["verb"] for row in changes_open_to(user, cast.task, on=TODAY)]
    others = [row["verb"] for row in changes_of_others(user, cast.task)]
    assert sorted([*mine, *others]) == ["ask_closing", "make_standing", "stop", "suspend"]


def test_changes_of_others_say_whose_hand_is_needed(cast):
    [row] = [each for each in changes_of_others(cast.director, cast.task) if each["verb"] == "ask_closing"]
    assert str(row["who_label"]) == "牵头单位审签人"
