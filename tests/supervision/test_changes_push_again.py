"""Changes pushed by workers that die or come at once, and pushed once more."""

import json
import threading

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from ledger.readers import last_sequence
from supervision import posting
from supervision.actions import EndpointRetiredError, NoChangesError, replay_changes, retire_endpoint
from supervision.actions.changes import send_changes
from supervision.actions.outcomes import LEASE
from supervision.models import Endpoint, Push
from tests.factories import NOW
from tests.races import at_once
from tests.supervision.pushing import add_endpoint, aside, happen, ids, numbered, send_all
from tests.supervision.receiver import receiving

pytestmark = pytest.mark.django_db


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


# -- dying, and two at once


class Died(BaseException):
    """What a killed process would be, as far as its database is concerned."""


class DieAtMark:
    """The connection breaks when the post is to be marked."""

    def __call__(self, execute, sql, params, many, context):
        if "supervision_push" in sql:
            raise Died
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_killed_between_post_and_mark_sends_once_more_under_the_same_id(endpoint, receiver):
    first = happen(3)
    with connection.execute_wrapper(DieAtMark()), pytest.raises(Died):
        send_changes(now=NOW)
    assert ids(receiver) == numbered(first)
    assert send_changes(now=NOW).sent == 0, "it is in somebody's hands"
    send_all(now=NOW + LEASE)
    assert ids(receiver) == numbered(first, first, first + 1, first + 2)
    assert {json.loads(body)["data"]["sequence"] for _path, _headers, body in receiver.taken[:2]} == {first}


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_push_each_change_once(endpoint, receiver):
    first = happen(30)
    at_once(*[lambda: send_changes(now=NOW, share=7)] * 4)
    send_all()
    assert ids(receiver) == numbered(*range(first, first + 30))


@pytest.mark.django_db(transaction=True)
def test_two_workers_without_a_lease_push_a_change_twice(endpoint, receiver):
    """The control: both read the place before either has moved it."""
    first, both = happen(), threading.Barrier(2)

    def work():
        place = Endpoint.objects.get(pk=endpoint.pk).sent_through
        both.wait()
        event = Event.objects.told_to(None).after(place).get()
        posting.post(endpoint.url, b"{}", {"webhook-id": f"evt_{event.sequence}"}, allow=["127.0.0.1"])
        Endpoint.objects.filter(pk=endpoint.pk).update(sent_through=event.sequence)

    at_once(work, work)
    assert ids(receiver) == numbered(first, first)


@pytest.mark.django_db(transaction=True)
def test_replayed_in_the_middle_of_a_turn_is_told_all_that_follows(cast, endpoint, receiver):
    """Whose turn it was does not move the place that was set meanwhile."""
    first = happen(6)

    def answer(count):
        if count == 4:
            aside(lambda: replay_changes(endpoint=endpoint, after=first, by=cast.administrator, now=NOW))
        return 200, {}, b""

    receiver.answer = answer
    send_all()
    assert ids(receiver) == numbered(*range(first, first + 4), *range(first + 1, first + 6))


# -- once more


def test_replay_sends_exactly_what_follows_under_the_same_ids(cast, endpoint, receiver):
    first = happen(5)
    send_all()
    receiver.taken.clear()
    replay_changes(endpoint=endpoint, after=first + 1, by=cast.administrator, now=NOW)
    send_all()
    assert ids(receiver) == numbered(first + 2, first + 3, first + 4)
    assert Push.objects.filter(sequence=first + 3).count() == 2
    assert Push.objects.filter(sequence=first + 1).count() == 1


def test_replay_from_the_beginning_sends_what_was_before_the_endpoint(cast, receiver):
    first = happen(2)
    endpoint = add_endpoint(cast, receiver.url)
    replay_changes(endpoint=endpoint, after=0, by=cast.administrator, now=NOW)
    send_all()
    assert ids(receiver) == numbered(first, first + 1)


def test_replay_ends_a_rest_and_skips_what_was_refused(cast, endpoint, receiver):
    receiver.answers(500)
    poison = happen()
    send_changes(now=NOW)
    receiver.answers(200)
    well = happen()
    replay_changes(endpoint=endpoint, after=poison, by=cast.administrator, now=NOW)
    send_all()
    assert ids(receiver) == numbered(poison, well)


def test_replay_is_recorded(cast, endpoint):
    happen()
    send_all()
    replay_changes(endpoint=endpoint, after=0, by=cast.administrator, now=NOW)
    event = Event.objects.filter(kind="endpoint").last()
    assert (event.verb, event.actor_id, event.audience) == (
        "changes_replayed", cast.administrator.actor_id, Audience.RESTRICTED,
    )  # fmt: skip
    assert event.changed["sent_through"][1] == 0


def test_replay_refuses_what_breaks_a_rule_and_leaves_nothing(cast, endpoint):
    newest, by = last_sequence(), cast.administrator
    robot = add_endpoint(cast, "https://robot.example.cn/", template="wecom", pushes_changes=False)
    retired = retire_endpoint(endpoint=add_endpoint(cast, endpoint.url), by=by, now=NOW)
    before = Event.objects.count()
    for values, refusal in (
        ({"endpoint": endpoint, "after": newest + 100}, InvalidError),
        ({"endpoint": endpoint, "after": -1}, InvalidError),
        ({"endpoint": endpoint, "after": 0, "version": 7}, StaleVersionError),
        ({"endpoint": endpoint, "after": 0, "by": cast.director}, NotAllowedError),
        ({"endpoint": robot, "after": 0}, NoChangesError),
        ({"endpoint": retired, "after": 0}, EndpointRetiredError),
    ):
        with pytest.raises(refusal):
            replay_changes(**{"by": by, "now": NOW, **values})
    assert Event.objects.count() == before
    endpoint.refresh_from_db()
    assert endpoint.round == 0


def test_replay_changes_command_does_the_same(endpoint, receiver, capsys):
    first = happen(3)
    send_all()
    receiver.taken.clear()
    call_command("replay_changes", "--endpoint", endpoint.name, "--after", str(first))
    assert str(first) in capsys.readouterr().out
    send_all()
    assert ids(receiver) == numbered(first + 1, first + 2)
    for name, after in (("没有", "0"), (endpoint.name, "999999")):
        with pytest.raises(CommandError):
            call_command("replay_changes", "--endpoint", name, "--after", after)
