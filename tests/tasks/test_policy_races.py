"""Two people at the same moment, on real connections, each with a control that shows that the race would be seen."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.models import Event
from ledger.readers import verify
from tasks.actions import close_quarters, grant_exemption, record_progress, save_policy, set_calendar_day
from tasks.lights import LightPolicy
from tasks.models import Exemption, PolicyVersion, QuarterLight, Task
from tasks.readers.light_facts import judge, rules_in_force
from tests.factories import NOW, TODAY, TaskFactory
from tests.races import at_once, codes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
POLICIES = [LightPolicy(yellow_points=points) for points in (2, 4, 6, 8)]


def save(cast, policy, number=0):
    return save_policy(kind="lights", policy=policy, reason="调整", number=number, by=cast.director, now=NOW)


def judged_by_what_stands():
    rules = rules_in_force()
    return all(task.light_dates() == judge(task, rules, on=TODAY) for task in Task.objects.all())


def test_save_policy_raced_lets_exactly_one_through(cast):
    outcomes = at_once(*[lambda policy=policy: save(cast, policy) for policy in POLICIES])
    assert codes(outcomes) == ["done", *["stale_version"] * 3]
    version = PolicyVersion.objects.get()
    assert [each for each in outcomes if isinstance(each, PolicyVersion)] == [version]
    assert Event.objects.filter(kind="policy").count() == 1
    assert judged_by_what_stands()
    assert verify() == []


def test_save_policy_of_a_kind_without_locks_raced_lets_exactly_one_through(cast):
    def keep(policy):
        return save_policy(kind="reminders", policy=policy, reason="调整", by=cast.director, now=NOW)

    outcomes = at_once(*[lambda policy=policy: keep(policy) for policy in POLICIES])
    assert set(codes(outcomes)) <= {"done", "stale_version"}
    numbers = list(PolicyVersion.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, codes(outcomes).count("done") + 1))
    assert verify() == []


def test_save_policy_without_the_version_loses_a_change(cast):
    """The control: both read the same policy, wait for each other, and save their own change of it."""
    meeting = threading.Barrier(2)

    def naive(**change):
        read = PolicyVersion.objects.value(LightPolicy, "lights")
        meeting.wait()
        return save(cast, replace(read, **change), number=None)

    assert codes(at_once(lambda: naive(near_days=5), lambda: naive(near_days_long=9))) == ["done", "done"]
    stands = PolicyVersion.objects.value(LightPolicy, "lights")
    assert (stands.near_days, stands.near_days_long) != (5, 9)  # one of the two is gone


def test_save_policy_and_an_approval_and_a_calendar_day_raced_leave_every_light_true(cast):
    for percent in (0, 40, 80):
        TaskFactory(lead=cast.lead, percent=percent)
    at_once(
        lambda: save(cast, POLICIES[0]),
        lambda: record_progress(
            task=cast.task, percent=95, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW
        ),
        lambda: set_calendar_day(day=TODAY + timedelta(40), kind="holiday", name="", by=cast.supervisor, now=NOW),
    )
    assert judged_by_what_stands()
    assert verify() == []


def grant(cast):
    return grant_exemption(
        task=cast.task, reason="等待批复", basis="会议纪要", starts_on=TODAY, ends_on=TODAY + timedelta(days=9),
        by=cast.director, now=NOW,
    )  # fmt: skip


def test_grant_exemption_raced_grants_one(cast):
    assert codes(at_once(*[lambda: grant(cast)] * 4)) == ["done", *["exemption_stands"] * 3]
    assert Exemption.objects.count() == 1
    assert Event.objects.filter(kind="exemption").count() == 1
    assert verify() == []


def test_grant_without_the_tasks_lock_grants_two(cast):
    """The control: look, wait for the other, write."""
    meeting = threading.Barrier(2)

    def naive():
        assert not Exemption.objects.filter(task=cast.task).exists()
        meeting.wait()
        return Exemption.objects.create(
            task=cast.task, reason="一", basis="二", starts_on=TODAY, ends_on=TODAY, granted_at=NOW,
            granted_by=cast.director,
        )  # fmt: skip

    at_once(naive, naive)
    assert Exemption.objects.count() == 2


def test_close_quarters_raced_keeps_each_end_once(cast):
    TaskFactory(lead=cast.lead)
    at_once(*[lambda: close_quarters(on=TODAY, by=cast.supervisor, now=NOW)] * 4)
    assert QuarterLight.objects.count() == 4
    assert Event.objects.filter(kind="quarter_light").count() == 2
    assert verify() == []
