"""The light at a quarter's end: kept once, as the ledger knew it then, whenever that is done."""

from datetime import date, datetime, timedelta

import pytest

from ledger.models import Event
from ledger.readers import last_sequence, verify
from tasks.actions import close_quarters, grant_exemption, record_progress, refresh_lights, set_deadline
from tasks.models import QuarterLight, Task
from tests.factories import NOW, SHANGHAI, TODAY, TaskFactory

pytestmark = pytest.mark.django_db
Q2, Q3, Q4 = date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)


def at(day, hour=10):
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def close(cast, on):
    return close_quarters(on=on, by=cast.supervisor, now=at(on))


def dated(cast, task, due, now, start=date(2026, 1, 1)):
    """Through the action, so that the ledger knows it."""
    return set_deadline(
        task=task, start_date=start, due_date=due, basis="office", reason="会议", by=cast.supervisor, now=now
    )


@pytest.fixture
def slow(cast):
    """Yellow by pace from the end of May 2026 to May 2027: one point a fortnight, ten points behind, nothing done."""
    task = Task.objects.get()
    Task.objects.update(percent=0, last_result="advancing")
    return dated(cast, task, date(2029, 12, 31), at(date(2026, 1, 5)))


def kept():
    return {(row.quarter, row.task.number): row.colour for row in QuarterLight.objects.select_related("task")}


def test_close_quarters_keeps_the_lights_of_the_latest_two_ends_and_records_it(cast, slow):
    rows = close(cast, TODAY)
    assert len(rows) == 2
    assert kept() == {("2026Q2", 1): "yellow", ("2026Q3", 1): "yellow"}
    events = Event.objects.filter(kind="quarter_light").order_by("sequence")
    assert [(event.key, event.verb, event.actor_id) for event in events] == [
        (code, "quarter_closed", cast.supervisor.actor_id) for code in ("2026Q2", "2026Q3")
    ]
    assert events[0].state["lights"] == {"test-plan/1": "yellow"}
    assert verify() == []


def test_close_quarters_turns_what_was_yellow_twice_red(cast, slow):
    refresh_lights(by=cast.supervisor, now=NOW, reason="试算")
    assert Task.objects.get().red_rule == "pace_red"  # what is not kept is not held against a task
    close(cast, TODAY)
    task = Task.objects.get()
    assert (task.red_from, task.red_rule) == (date(2026, 10, 1), "two_yellow")
    assert task.light(on=TODAY).colour == "red"


def test_close_quarters_does_nothing_the_second_time(cast, slow):
    close(cast, TODAY)
    before = last_sequence()
    assert close(cast, TODAY + timedelta(days=1)) == []
    assert last_sequence() == before


@pytest.mark.parametrize("on", [date(2026, 10, 1), date(2026, 10, 2), date(2026, 12, 31)])
def test_close_quarters_writes_the_same_however_late(cast, slow, on):
    record_progress(
        task=slow, percent=80, result="advancing", period="2026Q3", by=cast.supervisor, now=at(date(2026, 10, 1), 9)
    )
    close(cast, on)
    assert kept() == {("2026Q2", 1): "yellow", ("2026Q3", 1): "yellow"}


def test_close_quarters_counts_the_last_day_to_its_end(cast, slow):
    record_progress(task=slow, percent=80, result="advancing", period="2026Q3", by=cast.supervisor, now=at(Q3, 23))
    close(cast, TODAY)
    assert kept()["2026Q3", 1] == "green"


def test_close_quarters_leaves_the_day_itself_alone(cast, slow):
    close(cast, Q3)
    assert set(kept()) == {("2026Q1", 1), ("2026Q2", 1)}


def test_close_quarters_keeps_grey_for_what_was_exempt_or_not_known_yet(cast, slow):
    late = dated(cast, TaskFactory(number=2, lead=cast.lead), date(2027, 12, 31), NOW)
    grant_exemption(
        task=slow, reason="等待批复", basis="会议纪要", starts_on=date(2026, 9, 1), ends_on=Q3, by=cast.director,
        now=at(date(2026, 9, 1)),
    )  # fmt: skip
    close(cast, TODAY)
    assert (kept()["2026Q3", 1], kept()["2026Q3", late.number]) == ("grey", "grey")
    assert QuarterLight.objects.get(task=late, quarter="2026Q3").rule == "not_issued"


@pytest.mark.parametrize("status", ["planned", "suspended", "stopped", "standing"])
def test_close_quarters_keeps_nothing_of_a_task_that_does_not_run(cast, slow, status):
    Task.objects.update(status=status)
    assert close(cast, TODAY) == []


def test_close_quarters_moves_no_light_that_was_foretold(cast, slow):
    """Yellow twice is told before it happens, so keeping the second end when it has come moves nothing."""
    close(cast, date(2026, 10, 8))
    Task.objects.update(red_from=None, red_rule="")
    QuarterLight.objects.filter(quarter="2026Q2").update(colour="green")
    refresh_lights(by=cast.supervisor, now=at(date(2026, 10, 8)), reason="试算")
    task = Task.objects.get()
    assert (task.red_from, task.red_rule) == (date(2027, 1, 1), "two_yellow")
    before = task.light_dates()
    close(cast, date(2027, 1, 4))
    assert kept()["2026Q4", 1] == "yellow"
    assert Task.objects.get().light_dates() == before


@pytest.mark.parametrize("count", [1, 30])
def test_close_quarters_that_are_closed_cost_one_query(cast, slow, count, django_assert_num_queries):
    for _count in range(count - 1):
        TaskFactory(lead=cast.lead)
    close(cast, TODAY)
    with django_assert_num_queries(1 + 2):  # and a savepoint
        close(cast, TODAY)
