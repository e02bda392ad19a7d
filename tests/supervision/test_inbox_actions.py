from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from common.errors import NotAllowedError
from ledger.models import Audience, Event
from supervision.actions import (
    DeliveryNotDeadError,
    deliver_batch,
    read_all_messages,
    read_message,
    retry_delivery,
    sweep,
)
from supervision.models import Delivery, Message
from supervision.readers import levels_reached, unread_count
from tasks.models import Task
from tasks.status import Status
from tests.factories import NOW, TaskFactory
from tests.supervision.confirming import confirm_all

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def late_task(cast):
    """Overdue since 2 November, and everybody has been told."""
    task = TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    deliver_batch(now=NOW)
    return task


# -- reading


def test_read_message_counts_from_the_first_time(cast, late_task):
    message = Message.objects.get(user=cast.lead_reporter)
    assert unread_count(cast.lead_reporter) == 1
    read_message(message=message, by=cast.lead_reporter, now=NOW)
    read_message(message=message, by=cast.lead_reporter, now=LATER)
    message.refresh_from_db()
    assert message.read_at == NOW
    assert unread_count(cast.lead_reporter) == 0


def test_read_message_is_its_owners_alone(cast, late_task):
    message = Message.objects.get(user=cast.lead_reporter)
    with pytest.raises(NotAllowedError):
        read_message(message=message, by=cast.lead_approver, now=NOW)
    message.refresh_from_db()
    assert message.read_at is None


def test_read_all_messages_leaves_those_of_others(cast, late_task):
    assert read_all_messages(by=cast.lead_reporter, now=NOW) == 1
    assert read_all_messages(by=cast.lead_reporter, now=LATER) == 0
    assert set(Message.objects.filter(read_at=None).values_list("user", flat=True)) == {
        cast.lead_approver.pk, cast.director.pk,
    }  # fmt: skip
    assert not Event.objects.filter(kind="message").exists()


@pytest.mark.parametrize("part", ["lead_reporter", "lead_approver", "co_reporter", "supervisor", "director", "leader"])
def test_messages_are_seen_by_their_owner(cast, late_task, part):
    user = getattr(cast, part)
    assert {each.user for each in Message.objects.visible_to(user)} <= {user}


def test_messages_of_somebody_who_left_are_seen_by_nobody(cast, late_task):
    cast.lead_reporter.is_active = False
    assert not Message.objects.visible_to(cast.lead_reporter).exists()


def test_deliveries_are_seen_by_the_office(cast, late_task):
    parts = [part for part in vars(cast) if hasattr(getattr(cast, part), "role")]
    seeing = {part for part in parts if Delivery.objects.visible_to(getattr(cast, part)).exists()}
    assert seeing == {"supervisor", "director"}


# -- what the database itself holds


def test_a_delivery_makes_one_message_at_most(cast, late_task):
    message = Message.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(delivery=message.delivery, user=message.user, reason="overdue", level=2, created_at=NOW)


def test_a_business_key_stands_once(cast, late_task):
    row = Delivery.objects.first()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    "values",
    [
        {"done_at": NOW, "dead_at": NOW},
        {"done_at": NOW, "suppressed_at": NOW, "suppressed_reason": "settled"},
        {"done_at": None, "dead_at": NOW, "suppressed_at": NOW, "suppressed_reason": "settled"},
        {"done_at": None, "suppressed_at": NOW},
        {"done_at": None, "suppressed_reason": "settled"},
    ],
)
def test_a_delivery_ends_in_one_way_and_says_why(cast, late_task, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(**values)


# -- trying again


@pytest.fixture
def dead(cast, late_task):
    Message.objects.all().delete()
    Delivery.objects.update(done_at=None, dead_at=NOW, attempts=5, last_error="550 no such user")
    return Delivery.objects.filter(channel="mail").first()


def test_retry_delivery_makes_it_due_again(cast, dead, mailoutbox):
    mailoutbox.clear()
    row = retry_delivery(delivery=dead, by=cast.supervisor, now=LATER)
    assert (row.dead_at, row.attempts, row.due_at) == (None, 0, LATER)
    event = Event.objects.get(kind="delivery", key=str(dead.pk), verb="retried")
    assert (event.actor_id, event.audience) == (cast.supervisor.actor_id, Audience.RESTRICTED)
    assert event.state["recipient"] == dead.recipient_id
    assert deliver_batch(now=LATER).mail == len(mailoutbox) == 1


def test_retry_delivery_is_checked_again(cast, dead, late_task):
    retry_delivery(delivery=dead, by=cast.director, now=LATER)
    Task.objects.filter(pk=late_task.pk).update(status="suspended")
    assert deliver_batch(now=LATER).suppressed == 1


@pytest.mark.parametrize("part", ["lead_reporter", "lead_approver", "leader", "administrator", "auditor"])
def test_retry_delivery_is_the_offices(cast, dead, part):
    with pytest.raises(NotAllowedError):
        retry_delivery(delivery=dead, by=getattr(cast, part), now=LATER)
    dead.refresh_from_db()
    assert dead.dead_at == NOW


def test_retry_delivery_refuses_what_is_not_dead(cast, late_task):
    with pytest.raises(DeliveryNotDeadError):
        retry_delivery(delivery=Delivery.objects.first(), by=cast.supervisor, now=LATER)
    assert not Event.objects.filter(kind="delivery").exists()


# -- the level reached


def test_levels_reached_counts_what_went_out_about_the_present_deadline(cast, late_task):
    near = TaskFactory(number=3, lead=cast.lead, status=Status.ISSUED, due_date=NOW.date() + timedelta(days=1))
    quiet = TaskFactory(number=4, lead=cast.lead)
    sweep(now=NOW)
    tasks = [(each.pk, each.due_date) for each in (late_task, near, quiet)]
    assert levels_reached(tasks) == {late_task.pk: 2}
    deliver_batch(now=NOW)
    assert levels_reached(tasks) == {late_task.pk: 2, near.pk: 1}
    moved = (late_task.pk, NOW.date() - timedelta(days=7))
    assert levels_reached([moved, *tasks[1:]]) == {near.pk: 1}


def test_levels_reached_leaves_reports_aside(cast, late_task):
    Delivery.objects.update(clock=f"task:{late_task.pk}:report:2026Q4:2026-10-30")
    assert levels_reached([(late_task.pk, late_task.due_date)]) == {}
