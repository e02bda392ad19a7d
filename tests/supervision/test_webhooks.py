"""Pushes: the formats, the signature as receivers check it, and how they go out, fail and come again."""

import base64
import itertools
import json
from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from supervision.actions import deliver_batch, deliver_due, retire_endpoint, rotate_secret, sweep
from supervision.models import Channel, Delivery, Endpoint
from supervision.webhooks import (
    Announcement,
    body_of,
    headers_of,
    make_secret,
    robots_refusal,
)
from tasks.models import Task
from tasks.status import Status
from tests.factories import NOW, TaskFactory
from tests.races import at_once
from tests.supervision.confirming import confirm_all
from tests.supervision.receiver import receiving

pytestmark = pytest.mark.django_db
TOLD = Announcement(
    kind="reminder.near",
    at=NOW,
    title="任务2 *建设*[平台](http://x)",
    lines=("还有 3 个工作日。",),
    url="https://a.test/t/2",
)
SECRET = make_secret()


@pytest.fixture(autouse=True)
def _allowed(settings):
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


def add_endpoint(cast, url, **more):
    values = {"name": f"系统{Endpoint.objects.count()}", "secret": make_secret(), "created_at": NOW, **more}
    return Endpoint.objects.create(url=url, created_by=cast.administrator, **values)


@pytest.fixture
def endpoint(cast, receiver):
    return add_endpoint(cast, receiver.url)


@pytest.fixture
def late_task(cast, endpoint):
    """Its 催办单 is out, and waits for the endpoint too."""
    task = TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    return task


def pushes():
    return Delivery.objects.filter(channel=Channel.WEBHOOK)


# -- formats


def test_standard_body_is_a_thin_event():
    body = json.loads(body_of("standard", TOLD))
    assert body == {"type": "reminder.near", "timestamp": "2026-11-18T02:00:00Z", "data": {"url": "https://a.test/t/2"}}


def test_robot_bodies_are_those_of_their_platforms():
    wecom, dingtalk, feishu = (json.loads(body_of(each, TOLD)) for each in ("wecom", "dingtalk", "feishu"))
    assert (wecom["msgtype"], dingtalk["msgtype"], feishu["msg_type"]) == ("markdown", "markdown", "text")
    assert dingtalk["markdown"]["title"] == TOLD.title
    for text in (wecom["markdown"]["content"], dingtalk["markdown"]["text"], feishu["content"]["text"]):
        assert "还有 3 个工作日。" in text
        assert "https://a.test/t/2" in text


@pytest.mark.parametrize("template", ["wecom", "dingtalk"])
def test_robot_bodies_take_nothing_typed_for_markup(template):
    text = body_of(template, TOLD).decode()
    assert "任务2 ＊建设＊［平台］(http://x)" in text


@pytest.mark.parametrize(
    ("template", "text", "refusal"),
    [
        ("standard", "anything", ""),
        ("wecom", '{"errcode":0,"errmsg":"ok"}', ""),
        ("wecom", '{"errcode":93000,"errmsg":"invalid key"}', "the robot refused: 93000 invalid key"),
        ("dingtalk", '{"errcode":310000,"errmsg":"keywords not in content"}', "310000"),
        ("feishu", '{"code":0,"msg":"success","StatusCode":0}', ""),
        ("feishu", '{"code":19001,"msg":"param invalid"}', "19001"),
        ("feishu", "<html>", "no JSON"),
        ("feishu", "[]", "no JSON object"),
        ("feishu", "[" * 60_000, "no JSON"),
    ],
)
def test_robots_refusal_looks_into_the_answer(template, text, refusal):
    assert refusal in robots_refusal(template, text)
    assert bool(refusal) == bool(robots_refusal(template, text))


# -- signature


def test_signature_is_the_one_of_the_standard():
    """The example of the specification's own libraries, in our hours."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = headers_of(message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=NOW, body=b'{"test": 2432232314}', keys=[secret])
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert Webhook(secret).verify(b'{"test": 2432232314}', headers) == {"test": 2432232314}


def test_signature_of_two_keys_satisfies_both():
    keys = [make_secret(), make_secret()]
    headers = headers_of(message_id="msg_1", at=NOW, body=b"{}", keys=keys)
    for key in keys:
        Webhook(key).verify(b"{}", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(make_secret()).verify(b"{}", headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_signature_covers_id_moment_and_body(changed):
    headers, body = headers_of(message_id="msg_1", at=NOW, body=b"{}", keys=[SECRET]), b"{}"
    if changed == "body":
        body = b"{ }"
    else:
        headers[changed] = {"webhook-id": "msg_2", "webhook-timestamp": str(int(NOW.timestamp()) + 1)}[changed]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)


def test_secret_is_of_the_standards_form():
    assert make_secret() != make_secret()
    assert len(base64.b64decode(make_secret().removeprefix("whsec_"))) == 32


# -- going out


def test_deliver_pushes_a_signed_event(cast, late_task, endpoint, receiver):
    assert deliver_batch(now=NOW).webhook == 1
    ((path, headers, body),) = receiver.taken
    event = Webhook(endpoint.secret).verify(body, headers)
    assert path == "/hook?key=abc"
    assert event["type"] == "reminder.urge"
    data = event["data"]
    assert (data["task"], data["level"], data["reason"], data["limit"], data["notice"]) == (
        2, 2, "overdue", "2026-10-30", "2026-1",
    )  # fmt: skip
    assert "/notices/" in data["url"]
    row = pushes().get()
    assert (row.done_at, row.attempts, row.recipient, row.endpoint) == (NOW, 1, None, endpoint)


def test_deliver_pushes_with_both_keys_while_they_rotate(cast, late_task, endpoint, receiver):
    rotated = rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW)
    deliver_batch(now=NOW)
    ((_path, headers, body),) = receiver.taken
    for key in (endpoint.secret, rotated.secret):
        Webhook(key).verify(body, headers)


def test_deliver_pushes_with_the_new_key_alone_afterwards(cast, late_task, endpoint, receiver):
    rotated = rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW - timedelta(days=8))
    deliver_batch(now=NOW)
    ((_path, headers, body),) = receiver.taken
    Webhook(rotated.secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body, headers)


def test_deliver_pushes_to_a_robot_without_signature(cast, receiver):
    add_endpoint(cast, receiver.url, template="wecom")
    receiver.answers(200, b'{"errcode":0,"errmsg":"ok"}')
    TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    assert deliver_batch(now=NOW).webhook == 1
    ((_path, headers, body),) = receiver.taken
    assert "任务2" in json.loads(body)["markdown"]["content"]
    assert headers["webhook-signature"] == ""


def test_deliver_takes_a_robots_refusal_for_a_failure(cast, receiver):
    add_endpoint(cast, receiver.url, template="feishu")
    receiver.answers(200, b'{"code":19001,"msg":"param invalid"}')
    TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    assert deliver_batch(now=NOW).failed == 1
    assert "19001" in pushes().get().last_error


def test_deliver_pushes_what_concerns_the_endpoint(cast, receiver):
    add_endpoint(cast, receiver.url, agency=cast.other)
    add_endpoint(cast, receiver.url, min_level=3)
    TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    assert not pushes().exists()


@pytest.mark.parametrize("status", [301, 302, 400, 404, 410, 429, 500, 503])
def test_deliver_takes_everything_but_success_for_a_failure(cast, late_task, receiver, status):
    receiver.answers(status)
    result = deliver_batch(now=NOW)
    assert (result.webhook, result.failed) == (0, 1)
    row = pushes().get()
    assert (row.done_at, row.attempts, row.last_error, row.lease_until) == (None, 1, f"HTTP {status}", None)


def test_deliver_tries_a_push_later_and_later_under_the_same_id_and_gives_up(cast, late_task, receiver):
    receiver.answers(500)
    now, waits = NOW, []
    for attempt in range(1, 6):
        assert deliver_batch(now=now).failed == 1
        row = pushes().get()
        assert row.attempts == attempt
        waits.append((row.due_at - now).total_seconds() / 60)
        now = row.due_at
    assert waits == [1, 5, 30, 120, 0]
    assert row.dead_at == now
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.taken}) == 1
    assert deliver_batch(now=now + timedelta(days=1)).webhook == 0


@pytest.mark.parametrize(("wish", "minutes"), [("20", 1), ("600", 10), ("86400", 120)])
def test_deliver_heeds_a_receivers_wish_within_the_back_off(cast, late_task, receiver, wish, minutes):
    receiver.answers(503, Retry_After=wish)
    deliver_batch(now=NOW)
    assert pushes().get().due_at == NOW + timedelta(minutes=minutes)


def test_deliver_refuses_an_address_that_is_not_public(settings, cast, late_task, receiver):
    settings.WEBHOOK_ALLOW = []
    assert deliver_batch(now=NOW).failed == 1
    assert receiver.taken == []
    assert "not public" in pushes().get().last_error


def test_deliver_leaves_one_endpoints_trouble_to_itself(cast, receiver):
    """Nobody answers at the first; ten wait for each. The second gets all, the first is asked once."""
    dead = add_endpoint(cast, "http://127.0.0.1:9/", name="a")
    well = add_endpoint(cast, receiver.url, name="b")
    for number in range(2, 12):
        TaskFactory(number=number, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    result = deliver_due(clock=lambda: NOW)
    assert (result.webhook, result.failed) == (10, 1)
    assert pushes().filter(endpoint=well, done_at=NOW).count() == 10
    waiting = pushes().filter(endpoint=dead)
    assert sorted(waiting.values_list("attempts", flat=True)) == [0] * 9 + [1]
    assert {each.due_at for each in waiting} == {NOW + timedelta(minutes=1)}
    assert set(waiting.values_list("lease_until", flat=True)) == {None}


def test_deliver_suppresses_what_a_retired_endpoint_would_have_got(cast, late_task, endpoint, receiver):
    retire_endpoint(endpoint=endpoint, by=cast.administrator, now=NOW)
    deliver_batch(now=NOW)
    assert receiver.taken == []
    assert pushes().get().suppressed_reason == "endpoint_retired"


def test_deliver_suppresses_a_push_whose_cause_is_gone(cast, late_task, receiver):
    Task.objects.filter(pk=late_task.pk).update(status=Status.SUSPENDED)
    deliver_batch(now=NOW)
    assert receiver.taken == []
    assert pushes().get().suppressed_reason == "settled"


@pytest.mark.django_db(transaction=True)
def test_deliver_four_at_once_pushes_each_once(cast, receiver):
    add_endpoint(cast, receiver.url)
    for number in range(2, 22):
        TaskFactory(number=number, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    at_once(*[lambda: deliver_due(clock=lambda: NOW)] * 4)
    deliver_due(clock=lambda: NOW)
    ids = [headers["webhook-id"] for _path, headers, _body in receiver.taken]
    assert len(ids) == len(set(ids)) == 20
    assert not pushes().pending().exists()


def test_deliver_counts_the_lease_of_a_push_from_when_the_mails_are_out(monkeypatch, cast, late_task):
    """A minute and more goes by whenever somebody looks at the clock."""
    monkeypatch.setattr("time.monotonic", itertools.count(step=70).__next__)
    deliver_batch(now=NOW)
    assert pushes().get().done_at > NOW + timedelta(minutes=1)


def test_sweep_plans_no_push_of_what_fell_due_before_the_endpoint_was_made(cast, late_task, receiver):
    add_endpoint(cast, receiver.url, created_at=NOW + timedelta(days=1))
    sweep(now=NOW + timedelta(days=1))
    assert pushes().count() == 1


def test_sweep_again_plans_no_second_push(cast, late_task, receiver):
    deliver_due(clock=lambda: NOW)
    sweep(now=NOW + timedelta(hours=1))
    deliver_due(clock=lambda: NOW + timedelta(hours=1))
    assert len(receiver.taken) == 1
