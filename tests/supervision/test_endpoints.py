"""推送地址: actions and pages of the administrator."""

import pytest
import time_machine
from django.urls import reverse

from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.models import Audience, Event
from supervision.actions import (
    EndpointRetiredError,
    create_endpoint,
    retire_endpoint,
    rotate_secret,
    send_test,
    update_endpoint,
)
from supervision.models import Endpoint
from tests.factories import NOW
from tests.races import at_once, codes
from tests.supervision.receiver import receiving

pytestmark = pytest.mark.django_db
VALUES = {"name": "省平台", "url": "https://hooks.example.cn/in?key=topsecret", "template": "standard", "min_level": 2}
VALUES["pushes_changes"] = False
OTHERS = ["lead_reporter", "lead_approver", "supervisor", "director", "leader", "auditor"]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def endpoint(cast):
    return create_endpoint(**VALUES, agency=cast.lead, by=cast.administrator, now=NOW)


def last_event():
    return Event.objects.filter(kind="endpoint").last()


# -- actions


def test_create_endpoint_makes_a_key_and_records_it_without_key_and_address(cast, endpoint):
    assert endpoint.secret.startswith("whsec_")
    event = last_event()
    assert (event.verb, event.actor_id, event.audience) == ("created", cast.administrator.actor_id, Audience.RESTRICTED)
    assert event.state["host"] == "hooks.example.cn"
    written = f"{event.state} {event.changed}"
    assert endpoint.secret not in written
    assert "topsecret" not in written


def test_create_endpoint_records_no_password_before_the_name(cast):
    url = "https://me:topsecret@hooks.example.cn/in"
    create_endpoint(**{**VALUES, "url": url}, agency=None, by=cast.administrator, now=NOW)
    assert last_event().state["host"] == "hooks.example.cn"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "not an address"}, "url"),
        ({"url": "ftp://example.cn/"}, "url"),
        ({"name": ""}, "name"),
        ({"template": "fax"}, "template"),
        ({"min_level": 9}, "min_level"),
        ({"name": "省平台"}, "name"),
    ],
)
def test_create_endpoint_refuses_what_breaks_a_rule_and_leaves_nothing(cast, endpoint, changed, field):
    values = {**VALUES, "name": "另一个", **changed}
    with pytest.raises(InvalidError) as refusal:
        create_endpoint(**values, agency=None, by=cast.administrator, now=NOW)
    assert field in refusal.value.errors
    assert Endpoint.objects.count() == 1
    assert Event.objects.filter(kind="endpoint").count() == 1


def test_update_endpoint_keeps_the_key_and_shows_that_the_address_changed(cast, endpoint):
    values = {**VALUES, "url": "https://hooks.example.cn/in?key=other"}
    changed = update_endpoint(endpoint=endpoint, **values, agency=None, by=cast.administrator, now=NOW, version=1)
    assert (changed.version, changed.secret, changed.agency) == (2, endpoint.secret, None)
    assert set(last_event().changed) == {"url_digest", "agency"}


def test_update_endpoint_without_a_change_writes_nothing(cast, endpoint):
    update_endpoint(endpoint=endpoint, **VALUES, agency=cast.lead, by=cast.administrator, now=NOW)
    assert last_event().verb == "created"


def test_update_endpoint_refuses_an_old_version(cast, endpoint):
    rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW)
    with pytest.raises(StaleVersionError):
        update_endpoint(endpoint=endpoint, **VALUES, agency=None, by=cast.administrator, now=NOW, version=1)


def test_rotate_secret_keeps_the_old_key_for_a_week(cast, endpoint):
    rotated = rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW)
    assert rotated.signing_keys(now=NOW) == [rotated.secret, endpoint.secret]
    assert rotated.signing_keys(now=rotated.previous_until) == [rotated.secret]
    assert (rotated.previous_until - NOW).days == 7
    assert rotated.secret not in str(last_event().state)


def test_retire_endpoint_ends_it(cast, endpoint):
    retired = retire_endpoint(endpoint=endpoint, by=cast.administrator, now=NOW)
    assert (retired.is_active, retired.retired_at, retired.retired_by) == (False, NOW, cast.administrator)
    for action in (retire_endpoint, rotate_secret, send_test):
        with pytest.raises(EndpointRetiredError):
            action(endpoint=retired, by=cast.administrator, now=NOW)


@pytest.mark.parametrize("part", OTHERS)
def test_endpoint_actions_are_the_administrators(cast, endpoint, part):
    by, before = getattr(cast, part), Event.objects.count()
    with pytest.raises(NotAllowedError):
        create_endpoint(**{**VALUES, "name": "x"}, agency=None, by=by, now=NOW)
    with pytest.raises(NotAllowedError):
        update_endpoint(endpoint=endpoint, **VALUES, agency=None, by=by, now=NOW)
    for action in (retire_endpoint, rotate_secret, send_test):
        with pytest.raises(NotAllowedError):
            action(endpoint=endpoint, by=by, now=NOW)
    assert Event.objects.count() == before


def test_send_test_keeps_of_a_robots_answer_what_can_be_kept(settings, cast):
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    with receiving() as receiver:
        receiver.answers(200, b'{"errcode":1,"errmsg":"\\u0000' + b"x" * 9_000 + b'"}')
        values = {**VALUES, "url": receiver.url, "template": "wecom"}
        endpoint = create_endpoint(**values, agency=None, by=cast.administrator, now=NOW)
        error = send_test(endpoint=endpoint, by=cast.administrator, now=NOW).error
    assert (len(error), "\0" in error) == (500, False)


def test_send_test_tells_what_the_receiver_answered(settings, cast):
    settings.WEBHOOK_ALLOW = ["127.0.0.1"]
    with receiving() as receiver:
        endpoint = create_endpoint(**{**VALUES, "url": receiver.url}, agency=None, by=cast.administrator, now=NOW)
        assert send_test(endpoint=endpoint, by=cast.administrator, now=NOW).error == ""
        receiver.answers(404)
        assert send_test(endpoint=endpoint, by=cast.administrator, now=NOW).error == "HTTP 404"
    assert b"endpoint.test" in receiver.taken[0][2]
    assert (last_event().verb, last_event().reason) == ("tested", "HTTP 404")


@pytest.mark.django_db(transaction=True)
def test_rotate_secret_twice_at_once_rotates_once(cast, endpoint):
    def rotate():
        return rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW, version=1)

    assert codes(at_once(rotate, rotate)) == ["done", "stale_version"]


@pytest.mark.django_db(transaction=True)
def test_rotate_without_a_version_rotates_twice(cast, endpoint):
    """The control: the key that was shown first is lost."""

    def rotate():
        return rotate_secret(endpoint=endpoint, by=cast.administrator, now=NOW)

    assert codes(at_once(rotate, rotate)) == ["done", "done"]


# -- pages


@pytest.fixture
def as_administrator(cast, client):
    client.force_login(cast.administrator)
    return client


ENTERED = {
    "name": "群",
    "url": "https://qyapi.example.cn/send?key=k",
    "template": "standard",
    "agency": "",
    "min_level": "1",
}


def test_endpoint_new_shows_the_key_once(cast, as_administrator):
    answer = as_administrator.post(reverse("supervision:endpoint_new"), ENTERED)
    made = Endpoint.objects.get(name="群")
    assert made.secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    page = as_administrator.get(reverse("supervision:endpoint", args=[made.pk]))
    assert made.secret not in page.content.decode()


def test_endpoint_new_says_what_is_wrong_at_the_field(as_administrator):
    answer = as_administrator.post(reverse("supervision:endpoint_new"), {**ENTERED, "url": "nonsense"})
    assert answer.status_code == 400
    assert answer.context["form"].errors["url"]
    assert not Endpoint.objects.exists()


def test_endpoint_rotated_by_button_shows_the_new_key(as_administrator, endpoint):
    answer = as_administrator.post(reverse("supervision:endpoint_rotate", args=[endpoint.pk]), {"version": "1"})
    endpoint.refresh_from_db()
    assert endpoint.secret in answer.content.decode()
    assert "同时签名" in as_administrator.get(reverse("supervision:endpoint", args=[endpoint.pk])).content.decode()


def test_endpoint_saved_over_somebody_elses_version_shows_both(cast, as_administrator, endpoint):
    values = {**VALUES, "name": "别人改的"}
    update_endpoint(endpoint=endpoint, **values, agency=cast.lead, by=cast.administrator, now=NOW)
    url = reverse("supervision:endpoint", args=[endpoint.pk])
    answer = as_administrator.post(url, {**ENTERED, "version": "1"})
    assert answer.status_code == 412
    shown = answer.content.decode()
    assert "别人改的" in shown
    assert 'value="群"' in shown
    assert (
        as_administrator.post(url, {**ENTERED, "version": answer.context["form"]["version"].value()}).status_code == 302
    )


def test_endpoint_retired_by_button_stays_in_the_list(as_administrator, endpoint):
    as_administrator.post(reverse("supervision:endpoint_retire", args=[endpoint.pk]), {"version": "1"})
    shown = as_administrator.get(reverse("supervision:endpoints")).content.decode()
    assert "已停用" in shown
    assert "topsecret" not in shown


def test_endpoint_tested_by_button_says_what_came_back(as_administrator, endpoint):
    """The address is none that tests may reach: it is refused before anything is sent."""
    Endpoint.objects.update(url="https://127.0.0.1:9/")
    answer = as_administrator.post(reverse("supervision:endpoint_test", args=[endpoint.pk]), follow=True)
    assert "测试消息没有送到：不允许推送到这个地址" in answer.content.decode()
    assert "请运维人员先写进 WEBHOOK_ALLOW" in answer.content.decode()


def test_endpoints_without_any_says_what_follows(cast, client):
    client.force_login(cast.supervisor)
    assert "请联系管理员" in client.get(reverse("supervision:endpoints")).content.decode()
