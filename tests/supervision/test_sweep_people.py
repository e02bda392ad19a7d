"""Whom a sweep reaches, and whom it does not."""

from datetime import date, timedelta

import pytest

from agencies.models import Leave
from agencies.roles import Role
from supervision.actions import sweep
from supervision.models import Channel, Endpoint
from tests.factories import NOW, TODAY, AgencyFactory, TaskFactory, UserFactory
from tests.supervision.test_sweep import ANSWERING, DUE, names, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def near_task(cast):
    """Led by the cast's lead unit, due tomorrow."""
    return TaskFactory(number=2, lead=cast.lead, due_date=DUE)


# -- whom


def test_sweep_notes_who_has_no_address_and_sends_once_there_is_one(cast, near_task):
    cast.lead_reporter.email = ""
    cast.lead_reporter.save()
    sweep(now=NOW)
    mail = stored(recipient=cast.lead_reporter, channel=Channel.MAIL)
    assert (mail.get().suppressed_reason, mail.get().suppressed_at) == ("no_address", NOW)
    assert sweep(now=NOW + timedelta(minutes=5)).revived == 0
    cast.lead_reporter.email = "new@example.test"
    cast.lead_reporter.save()
    later = NOW + timedelta(minutes=10)
    assert sweep(now=later).revived == 1
    assert (mail.get().suppressed_reason, mail.get().suppressed_at, mail.get().due_at) == ("", None, later)


def test_sweep_tells_the_approvers_where_nobody_drafts(cast):
    TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 25))
    cast.lead_reporter.is_active = False
    cast.lead_reporter.save()
    sweep(now=NOW)
    assert names(stored(channel="inbox")) == ["lead_approver"]


def test_sweep_counts_the_steps_that_nobody_gets(cast):
    TaskFactory(number=2, lead=AgencyFactory(), due_date=date(2026, 11, 25))
    result = sweep(now=NOW)
    assert (result.planned, result.unreached) == (0, 1)


def test_sweep_reaches_each_person_of_a_unit_and_nobody_else(cast, near_task):
    UserFactory(username="second", agency=cast.lead, role=Role.REPORTER)
    UserFactory(username="gone", agency=cast.lead, role=Role.REPORTER, is_active=False)
    UserFactory(username="robot", agency=cast.lead, role=Role.CLIENT)
    sweep(now=NOW)
    assert names(stored(channel="inbox")) == [*ANSWERING, "second"]


def test_sweep_reaches_the_delegate_of_who_is_away(cast, near_task):
    stand_in = UserFactory(username="stand_in", agency=cast.lead, role=Role.REPORTER)
    leave(cast, cast.lead_reporter, stand_in)
    sweep(now=NOW)
    assert names(stored(channel="inbox")) == ["lead_approver", "stand_in"]
    sweep(now=NOW + timedelta(days=1))
    assert names(stored(channel="inbox")) == ["lead_approver", "lead_reporter", "stand_in"]


@pytest.mark.parametrize("changes", [{"is_active": False}, {"agency_id": "co-unit"}])
def test_sweep_does_not_reach_a_delegate_who_has_left(cast, near_task, changes):
    stand_in = UserFactory(username="stand_in", agency=cast.lead, role=Role.REPORTER)
    leave(cast, cast.lead_reporter, stand_in)
    type(stand_in).objects.filter(pk=stand_in.pk).update(**changes)
    sweep(now=NOW)
    assert names(stored(channel="inbox")) == ANSWERING


def leave(cast, person, delegate):
    return Leave.objects.create(
        user=person, delegate=delegate, starts_on=TODAY, ends_on=TODAY, set_at=NOW, set_by=cast.administrator
    )


# -- endpoints


def endpoint(cast, **values):
    return Endpoint.objects.create(
        **{
            "name": f"系统{Endpoint.objects.count()}", "url": "https://example.test/", "secret": "whsec_x",
            "created_at": NOW, "created_by": cast.administrator, **values,
        }
    )  # fmt: skip


def test_sweep_plans_a_push_to_each_endpoint_that_is_concerned(cast, near_task):
    everything, own = endpoint(cast), endpoint(cast, agency=cast.lead)
    for other in ({"agency": cast.co}, {"min_level": 2}, {"is_active": False}):
        endpoint(cast, **other)
    sweep(now=NOW)
    pushed = stored(channel=Channel.WEBHOOK)
    assert set(pushed.values_list("endpoint", "recipient")) == {(everything.pk, None), (own.pk, None)}
    assert pushed.first().dedupe_key == f"task:{near_task.pk}:due:2026-11-19:1:1:e{everything.pk}:webhook"
