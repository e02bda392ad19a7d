"""From facts to clocks, without a database: what runs on a day, what stands still, and what is gone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.workdays import WEEKDAYS
from supervision.reminders import (
    Facts,
    IssuedBulletin,
    Mark,
    Rules,
    Staff,
    TaskFacts,
    Waiting,
    clocks_of,
    due_key,
    named_on,
    plan,
)
from tasks.periods import period_dates
from tasks.status import RUNNING, Status

TODAY = date(2026, 11, 18)
DUE = date(2026, 10, 30)
STAFF = Staff(
    reporters={"lead": (1, 2), "co": (5,)}, approvers={"lead": (3,), "bare": (7,)}, heads={"lead": (8,)},
    supervisors=(4,), directors=(9,),
)  # fmt: skip
TASK = TaskFacts(
    pk=12,
    status="ongoing",
    start=date(2026, 1, 1),
    due=DUE,
    lead="lead",
    colour_on=lambda day: "green",
    supporting=("co",),
)


def clocks(task=TASK, on=TODAY, **facts):
    return clocks_of(Facts(**{"tasks": (task,), "staff": STAFF, **facts}), on, WEEKDAYS, Rules())


def keys(*arguments, **values):
    return [clock.key for clock in clocks(*arguments, **values)]


def of_kind(kind, *arguments, **values):
    return [clock for clock in clocks(*arguments, **values) if clock.kind == kind]


def test_clocks_of_a_task_are_its_deadline_and_the_reports_it_owes():
    assert keys() == ["task:12:due:2026-10-30", "task:12:report:2026Q4:2026-12-25"]
    due, report = clocks()
    assert (due.reporters, due.approvers, due.heads, due.directors) == ((1, 2), (3,), (8,), (9,))
    assert (report.period, report.supporters, report.opened_on) == ("2026Q4", (5,), date(2026, 10, 1))


def test_clocks_of_a_task_that_was_yellow_on_the_first_of_the_month_ask_for_the_month():
    task = replace(TASK, colour_on=lambda day: "yellow" if day == date(2026, 11, 1) else "green")
    assert "task:12:report:2026M11:2026-11-25" in keys(task)


def test_clocks_of_a_report_that_is_in_are_gone():
    assert keys(received=frozenset({(12, "2026Q4")})) == ["task:12:due:2026-10-30"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "suspended"}, {"status": "stopped"}, {"status": "closed"}, {"status": "planned"},
        {"exempt_from": TODAY, "exempt_until": TODAY},
    ],
    ids=str,
)  # fmt: skip
def test_clocks_of_what_does_not_run_are_gone(changes):
    assert clocks(replace(TASK, **changes)) == []


def test_clocks_of_an_exempt_task_run_again_the_day_after():
    task = replace(TASK, exempt_from=TODAY, exempt_until=TODAY)
    assert len(clocks(task, TODAY + timedelta(days=1))) == len(clocks(task, TODAY - timedelta(days=1))) == 2


@pytest.mark.parametrize(
    "changes", [{"waits_for_office": True}, {"status": "closing", "closing_asked_on": TODAY}], ids=str
)
def test_clocks_of_a_deadline_stand_still_while_the_office_has_to_answer(changes):
    (due,) = of_kind("due", replace(TASK, **changes))
    assert due.is_held
    assert plan([due], WEEKDAYS, Rules().reminders, TODAY) == []


def test_clocks_of_a_report_do_not_wait_for_the_office():
    assert not of_kind("report", replace(TASK, waits_for_office=True))[0].is_held


def test_clocks_of_an_issued_task_ask_for_its_receipt():
    (receipt,) = of_kind("receipt", replace(TASK, status="issued", issued_on=TODAY))
    assert (receipt.key, receipt.limit) == ("task:12:receipt:2026-11-19", date(2026, 11, 19))
    assert of_kind("report", replace(TASK, status="issued")) == []


def test_clocks_of_what_waits_are_the_offices():
    waiting = Waiting("extension", 3, 12, date(2026, 11, 20), TODAY)
    (clock,) = of_kind("answer", waiting=(waiting,))
    assert (clock.key, clock.agency, clock.supervisors, clock.reporters) == (
        "task:12:answer:extension:3:2026-11-20", "", (4,), (),
    )  # fmt: skip


def test_clocks_of_a_unit_without_reporters_tell_its_approvers():
    assert clocks(replace(TASK, lead="bare"))[0].reporters == (7,)


def test_clocks_of_a_task_without_a_lead_have_nobody():
    assert clocks(replace(TASK, lead=None))[0].people == frozenset({9})


def test_clocks_of_a_bulletin_reach_approvers_and_heads():
    (clock,) = of_kind("bulletin", bulletins=(IssuedBulletin(3, TODAY, ("lead", "bare", "co")),))
    assert (clock.key, clock.approvers, clock.heads) == ("bulletin:3:2026-11-18", (3, 7), (8,))


def test_clocks_of_a_stored_period_keep_its_dates():
    (report,) = of_kind("report")
    later = replace(period_dates("2026Q4", WEEKDAYS), reports_due_on=date(2026, 12, 30))
    (stored,) = of_kind("report", periods=(later,))
    assert (report.limit, stored.limit) == (date(2026, 12, 25), date(2026, 12, 30))


def test_named_on_a_day_is_what_stood_under_supervision_and_runs():
    def mark(**values):
        return Mark(**{"level": 3, "status": "issued", "issued_on": DUE, **values})

    def names(task=TASK, **values):
        marks = {due_key(12, DUE): (mark(**values),)}
        return [clock.kind for clock, _mark in named_on(clocks(task, marks=marks), TODAY)]

    assert names() == names(status="answered") == names(status="settled", ended_on=TODAY + timedelta(days=1)) == ["due"]
    assert names(status="settled", ended_on=TODAY) == names(issued_on=TODAY + timedelta(days=1)) == []
    assert names(status="draft", issued_on=None) == names(level=2) == []
    assert names(replace(TASK, waits_for_office=True)) == []


tasks = st.builds(
    TaskFacts,
    pk=st.integers(1, 5),
    status=st.sampled_from(list(Status)),
    start=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 31)),
    due=st.none() | st.dates(date(2026, 9, 1), date(2027, 1, 31)),
    lead=st.sampled_from(["lead", "bare", None]),
    colour_on=st.sampled_from(["green", "yellow", "red"]).map(lambda colour: lambda day: colour),
    issued_on=st.none() | st.dates(date(2026, 9, 1), date(2027, 1, 31)),
    waits_for_office=st.booleans(),
    exempt_from=st.just(date(2026, 11, 1)),
    exempt_until=st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 31)),
)


@settings(max_examples=200, deadline=None)
@given(
    tasks=st.lists(tasks, max_size=5, unique_by=lambda task: task.pk),
    on=st.dates(date(2026, 10, 1), date(2027, 2, 28)),
)
def test_no_step_is_planned_for_a_clock_whose_cause_is_gone(tasks, on):
    found = clocks_of(Facts(tasks=tuple(tasks), staff=STAFF), on, WEEKDAYS, Rules())
    assert len({clock.key for clock in found}) == len(found)
    by_key = {clock.key: clock for clock in found}
    by_task = {task.pk: task for task in tasks}
    keys = [step.key for step in plan(found, WEEKDAYS, Rules().reminders, on)]
    assert len(keys) == len(set(keys))
    for step in plan(found, WEEKDAYS, Rules().reminders, on):
        task = by_task[by_key[step.clock_key].task]
        assert not task.is_exempt(on=on)
        match by_key[step.clock_key].kind:
            case "due":
                assert task.status in RUNNING
                assert task.due == by_key[step.clock_key].limit
                assert not task.waits_for_office
            case "report":
                assert task.status in {Status.ONGOING, Status.STANDING}
            case "receipt":
                assert task.status == Status.ISSUED
