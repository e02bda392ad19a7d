"""Changes that are pushed: what goes out to whom in which order, how it fails and comes again, and what is repeated."""

import socket
from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook

from common.errors import InvalidError
from ledger.models import Audience
from ledger.readers import last_sequence
from supervision import posting
from supervision.actions import (
    deliver_due,
    retire_endpoint,
    rotate_secret,
    update_endpoint,
)
from supervision.actions.changes import send_changes
from supervision.models import Endpoint, Push
from tests.factories import NOW
from tests.supervision.pushing import add_endpoint, aside, happen, ids, numbered, send_all
from tests.supervision.receiver import receiving

pytestmark = pytest.mark.django_db
NIGHT = NOW.replace(hour=23)


@pytest.fixture(autouse=True)
def _allowed(settings):
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def endpoint(cast, receiver):
    return add_endpoint(cast, receiver.url)


# -- what goes out


def test_change_is_a_thin_signed_event(endpoint, receiver):
    first = happen()
    assert send_changes(now=NOW).sent == 1
    ((_path, headers, body),) = receiver.taken
    assert Webhook(endpoint.secret).verify(body, headers) == {
        "type": "task.issued",
        "timestamp": "2026-11-18T02:00:00Z",
        "data": {"sequence": first, "kind": "task", "key": "plan/0", "verb": "issued"},
    }
    assert headers["webhook-id"] == f"evt_{first}"


def test_changes_go_in_the_ledgers_order_and_once(endpoint, receiver):
    first = happen(120)
    send_all()
    assert ids(receiver) == numbered(*range(first, first + 120))
    endpoint.refresh_from_db()
    assert (endpoint.sent_through, endpoint.lease_until) == (first + 119, None)
    assert Push.objects.filter(endpoint=endpoint, sent_at=NOW, attempts=1, status_code=200).count() == 120


def test_changes_go_at_night_too(endpoint, receiver):
    happen()
    assert deliver_due(clock=lambda: NIGHT).changes == 1
    assert len(receiver.taken) == 1


def test_changes_are_signed_with_both_keys_while_they_rotate(cast, endpoint, receiver):
    rotated = rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW)
    happen()
    send_all()
    ((_path, headers, body),) = receiver.taken
    for key in (endpoint.secret, rotated.secret):
        Webhook(key).verify(body, headers)


@pytest.mark.parametrize(
    ("audience", "agency", "unit_gets_it", "all_get_it"),
    [
        (Audience.PUBLIC, "", True, True),
        (Audience.AGENCY, "lead-unit", True, False),
        (Audience.AGENCY, "co-unit", False, False),
        (Audience.UNIT, "lead-unit", False, False),
        (Audience.RESTRICTED, "lead-unit", False, False),
    ],
)
def test_changes_go_to_whom_they_may(cast, receiver, audience, agency, unit_gets_it, all_get_it):
    """The others pass what they may not see over, without a post and without falling behind."""
    of_unit = add_endpoint(cast, receiver.url, agency=cast.lead)
    of_all = add_endpoint(cast, receiver.url)
    happen(audience=audience, agency=agency)
    send_all()
    got = set(Push.objects.values_list("endpoint", flat=True))
    assert got == {each.pk for each, gets in ((of_unit, unit_gets_it), (of_all, all_get_it)) if gets}
    assert len(receiver.taken) == len(got)
    assert set(Endpoint.objects.values_list("sent_through", flat=True)) == {last_sequence()}


def test_changes_hidden_between_others_leave_no_gap(endpoint, receiver):
    first = happen()
    happen(3, audience=Audience.RESTRICTED)
    second = happen()
    send_all()
    assert ids(receiver) == numbered(first, second)


def test_changes_before_an_endpoint_was_made_are_not_pushed(cast, receiver):
    happen(3)
    add_endpoint(cast, receiver.url)
    send_all()
    assert receiver.taken == []


def test_changes_go_only_where_they_are_wanted(cast, receiver):
    add_endpoint(cast, receiver.url, pushes_changes=False)
    happen()
    send_all()
    assert receiver.taken == []


def test_changes_switched_on_later_begin_there(cast, receiver):
    endpoint = add_endpoint(cast, receiver.url, pushes_changes=False)
    happen(2)
    values = {"name": endpoint.name, "url": endpoint.url, "template": "standard", "agency": None, "min_level": 1}
    update_endpoint(endpoint=endpoint, **values, pushes_changes=True, by=cast.administrator, now=NOW)
    later = happen()
    send_all()
    assert ids(receiver) == numbered(later)


def test_robots_get_no_changes(cast):
    with pytest.raises(InvalidError) as refusal:
        add_endpoint(cast, "https://robot.example.cn/", template="wecom")
    assert "pushes_changes" in refusal.value.errors
    assert not Endpoint.objects.exists()


def test_retired_endpoint_gets_nothing(cast, endpoint, receiver):
    happen()
    retire_endpoint(endpoint=endpoint, by=cast.administrator, now=NOW)
    send_all()
    assert receiver.taken == []


@pytest.mark.django_db(transaction=True)
def test_retired_endpoint_gets_nothing_more_in_the_middle_of_its_turn(cast, endpoint, receiver):
    happen(10)

    def answer(count):
        if count == 3:  # the sender waits for this answer and holds no lock
            aside(lambda: retire_endpoint(endpoint=endpoint, by=cast.administrator, now=NOW))
        return 200, {}, b""

    receiver.answer = answer
    send_changes(now=NOW)
    assert len(receiver.taken) == 3


@pytest.mark.django_db(transaction=True)
def test_address_given_to_another_in_the_middle_of_its_turn_gets_no_more_of_the_first_units(cast, receiver):
    endpoint = add_endpoint(cast, receiver.url, agency=cast.lead)
    happen(5, audience=Audience.AGENCY, agency="lead-unit")
    values = {"name": endpoint.name, "url": endpoint.url, "template": "standard", "agency": cast.co, "min_level": 1}

    def answer(_count):
        aside(lambda: update_endpoint(endpoint=endpoint, **values, pushes_changes=True, by=cast.administrator, now=NOW))
        return 200, {}, b""

    receiver.answer = answer
    send_all()
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("endpoints", [0, 3])
def test_changes_cost_one_query_when_nobody_is_behind(cast, receiver, django_assert_num_queries, endpoints):
    happen()
    for _each in range(endpoints):
        add_endpoint(cast, receiver.url)
    send_all()
    with django_assert_num_queries(1):
        send_changes(now=NOW)


# -- failing


@pytest.mark.parametrize("status", [301, 302, 400, 404, 410, 429, 500, 503])
def test_change_that_was_not_answered_with_success_is_not_delivered(endpoint, receiver, status):
    receiver.answers(status)
    first = happen(2)
    result = send_changes(now=NOW)
    assert (result.sent, result.failed, len(receiver.taken)) == (0, 1, 1)
    push = Push.objects.get()
    assert (push.sequence, push.sent_at, push.status_code, push.last_error) == (first, None, status, f"HTTP {status}")
    endpoint.refresh_from_db()
    assert (endpoint.sent_through < first, endpoint.lease_until) == (True, None)


def test_change_follows_no_redirect(endpoint, receiver):
    with receiving() as other:
        receiver.answers(307, Location=other.url)
        happen()
        send_changes(now=NOW)
        assert other.taken == []
    assert Push.objects.get().sent_at is None


def test_change_that_was_not_answered_in_time_is_not_delivered(monkeypatch, cast):
    monkeypatch.setattr(posting, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        add_endpoint(cast, f"http://127.0.0.1:{server.getsockname()[1]}/")
        happen()
        assert send_changes(now=NOW).failed == 1
    push = Push.objects.get()
    assert (push.sent_at, push.status_code, push.attempts) == (None, None, 1)


def test_change_is_not_posted_to_an_address_that_is_not_allowed(settings, endpoint, receiver):
    settings.WEBHOOK_ALLOW = []
    happen()
    assert send_changes(now=NOW).failed == 1
    assert receiver.taken == []
    assert "not public" in Push.objects.get().last_error


def test_change_is_tried_later_and_later_then_given_up_and_the_next_has_its_turn(endpoint, receiver):
    poison, well = happen(2), last_sequence()
    receiver.answer = lambda _count: (500 if ids(receiver)[-1] == f"evt_{poison}" else 200, {}, b"")
    now, waits = NOW, []
    for attempt in range(1, 6):
        assert send_changes(now=now).failed == 1
        assert Push.objects.get(sequence=poison).attempts == attempt
        endpoint.refresh_from_db()
        waits.append((endpoint.changes_due_at - now).total_seconds() / 60)
        assert send_changes(now=now).sent == (attempt == 5)  # it rests, also for the next change
        now = endpoint.changes_due_at
    assert waits == [1, 5, 30, 120, 0]
    assert ids(receiver) == numbered(*[poison] * 5, well)
    assert Push.objects.get(sequence=poison).dead_at == now
    endpoint.refresh_from_db()
    assert endpoint.sent_through == last_sequence()


def test_changes_flow_again_after_an_outage(endpoint, receiver):
    receiver.answers(503)
    first = happen(60)
    send_changes(now=NOW)
    receiver.answers(200)
    send_all(now=NOW + timedelta(minutes=1))
    assert ids(receiver) == numbered(first, *range(first, first + 60))
    assert Push.objects.get(sequence=first).attempts == 2
    assert not Push.objects.filter(sent_at=None).exists()


@pytest.mark.parametrize(("wish", "minutes"), [("20", 1), ("600", 10), ("86400", 120)])
def test_change_heeds_a_receivers_wish_within_the_back_off(endpoint, receiver, wish, minutes):
    receiver.answers(429, Retry_After=wish)
    happen()
    send_changes(now=NOW)
    endpoint.refresh_from_db()
    assert endpoint.changes_due_at == NOW + timedelta(minutes=minutes)


def test_changes_leave_one_endpoints_trouble_to_itself(cast, receiver):
    dead = add_endpoint(cast, "http://127.0.0.1:9/")
    add_endpoint(cast, receiver.url)
    happen(10)
    send_all()
    assert len(receiver.taken) == 10
    assert Push.objects.get(endpoint=dead).attempts == 1


def test_changed_address_is_tried_at_once(cast, endpoint, receiver):
    receiver.answers(500)
    happen()
    send_changes(now=NOW)
    receiver.answers(200)
    values = {"name": endpoint.name, "template": "standard", "agency": None, "min_level": 1, "pushes_changes": True}
    update_endpoint(endpoint=endpoint, url=f"{receiver.url}2", **values, by=cast.administrator, now=NOW)
    assert send_changes(now=NOW).sent == 1
