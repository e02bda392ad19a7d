"""推送记录 as the administrator and the office see it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from ledger.readers import last_sequence
from supervision.actions import create_endpoint, retire_endpoint
from supervision.actions.changes import send_changes
from supervision.models import Endpoint, Push
from supervision.readers.pushes import advice_words, trouble_words
from tests.factories import NOW
from tests.supervision.pushing import happen, send_all
from tests.supervision.receiver import receiving

pytestmark = pytest.mark.django_db
BUDGET = 9  # of the page with its frame


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
    return create_endpoint(
        name="省平台", url=receiver.url, template="standard", agency=None, min_level=1, pushes_changes=True,
        by=cast.administrator, now=NOW,
    )  # fmt: skip


@pytest.fixture
def as_administrator(cast, client):
    client.force_login(cast.administrator)
    return client


def address(endpoint, **query):
    return reverse("supervision:endpoint_pushes", args=[endpoint.pk], query=query)


def fill(endpoint, count, **more):
    values = {"round": 0, "type": "task.issued", "attempts": 1, "first_at": NOW, "last_at": NOW, "sent_at": NOW, **more}
    Push.objects.bulk_create(Push(endpoint=endpoint, sequence=number, **values) for number in range(1, count + 1))


def test_push_page_tells_what_is_wrong_and_how_far_it_is_behind(as_administrator, endpoint, receiver):
    receiver.answers(500)
    happen(3)
    send_changes(now=NOW)
    shown = as_administrator.get(address(endpoint)).content.decode()
    for words in ("失败，将重试", "对方回答 500，没有接收", "2026-11-18 10:01 再试", "<dd>3 条</dd>"):
        assert words in shown
    assert "hook?key" not in shown


def test_push_page_counts_as_behind_only_what_the_address_may_see(as_administrator, endpoint):
    happen(2)
    happen(5, audience="restricted")
    assert as_administrator.get(address(endpoint)).context["summary"]["behind"] == 2


@pytest.mark.parametrize(("state", "count"), [("", 4), ("done", 1), ("retrying", 1), ("dead", 1), ("stopped", 1)])
def test_push_page_narrows_by_state(as_administrator, endpoint, state, count):
    Endpoint.objects.update(round=1)
    for number, values in enumerate([{"sent_at": NOW}, {}, {"dead_at": NOW}, {"round": 0, "attempts": 2}], start=1):
        known = {"round": 1, "type": "task.issued", "attempts": 1, "last_error": "x", "first_at": NOW, "last_at": NOW}
        Push.objects.create(endpoint=endpoint, sequence=number, **{**known, **values})
    rows = as_administrator.get(address(endpoint, state=state)).context["rows"]
    assert len(rows) == count
    assert {row["state"] for row in rows} == ({state} if state else {"done", "retrying", "dead", "stopped"})


@pytest.mark.parametrize("query", [{"state": "pink"}, {"before": "x"}])
def test_push_page_answers_a_wrong_filter_with_why_and_no_rows(as_administrator, endpoint, query):
    fill(endpoint, 1)
    answer = as_administrator.get(address(endpoint, **query))
    assert (answer.status_code, answer.context["rows"]) == (400, [])
    assert "筛选条件有误" in answer.content.decode()


def test_push_page_goes_back_without_gap_or_repeat(as_administrator, endpoint):
    fill(endpoint, 120)
    found, before = [], ""
    while before is not None:
        context = as_administrator.get(address(endpoint, before=before)).context
        found += [row["sequence"] for row in context["rows"]]
        before = context["next_before"]
    assert found == list(range(120, 0, -1))


def test_push_page_costs_the_same_for_one_and_three_hundred(as_administrator, endpoint, django_assert_num_queries):
    def cost():
        with django_assert_num_queries(BUDGET):
            as_administrator.get(address(endpoint))

    as_administrator.get(address(endpoint))  # what is loaded on first use
    fill(endpoint, 1)
    cost()
    Push.objects.all().delete()
    fill(endpoint, 300)
    cost()


def test_push_page_of_a_retired_address_offers_no_replay(cast, as_administrator, endpoint, receiver):
    receiver.answers(500)
    happen()
    send_changes(now=NOW)
    retire_endpoint(endpoint=endpoint, by=cast.administrator, now=NOW)
    shown = as_administrator.get(address(endpoint)).content.decode()
    assert "不再重试" in shown
    assert reverse("supervision:endpoint_replay", args=[endpoint.pk]) not in shown


def test_push_page_lets_the_office_look_and_not_replay(cast, client, endpoint):
    client.force_login(cast.supervisor)
    answer = client.get(address(endpoint))
    assert answer.status_code == 200
    assert reverse("supervision:endpoint_replay", args=[endpoint.pk]) not in answer.content.decode()


def test_push_page_counts_as_lost_only_what_no_round_delivered(as_administrator, endpoint):
    known = {"endpoint": endpoint, "type": "task.issued", "attempts": 5, "first_at": NOW, "last_at": NOW}
    for number in (1, 2):
        Push.objects.create(round=0, sequence=number, dead_at=NOW, **known)
    shown = as_administrator.get(address(endpoint))
    assert "序号 1 起有 2 条变更多次失败" in shown.content.decode()
    assert shown.context["replay"].initial["after"] == 0
    Push.objects.create(round=1, sequence=1, sent_at=NOW, **known)
    shown = as_administrator.get(address(endpoint))
    assert "序号 2 起有 1 条变更多次失败" in shown.content.decode()
    assert shown.context["replay"].initial["after"] == 1
    (row,) = as_administrator.get(reverse("supervision:endpoints")).context["rows"]
    assert row["given_up"] == 1


def test_push_page_says_how_changes_are_switched_on(as_administrator, endpoint):
    assert "去开启" not in as_administrator.get(address(endpoint)).content.decode()
    Endpoint.objects.update(pushes_changes=False)
    assert "去开启" in as_administrator.get(address(endpoint)).content.decode()


def test_replay_by_button_sends_again(as_administrator, endpoint, receiver):
    first = happen(3)
    send_all()
    receiver.taken.clear()
    url = reverse("supervision:endpoint_replay", args=[endpoint.pk])
    answer = as_administrator.post(url, {"after": first, "version": endpoint.version}, follow=True)
    assert f"序号 {first} 之后的变更将重新推送" in answer.content.decode()
    send_all()
    assert len(receiver.taken) == 2


@pytest.mark.parametrize("after", ["", "x", "-1", "99999"])
def test_replay_says_what_is_wrong_at_the_field(as_administrator, endpoint, after):
    url = reverse("supervision:endpoint_replay", args=[endpoint.pk])
    answer = as_administrator.post(url, {"after": after, "version": endpoint.version})
    assert answer.status_code == 400
    assert answer.context["replay"].errors["after"]
    endpoint.refresh_from_db()
    assert endpoint.round == 0


def test_endpoints_tell_how_it_stands_with_the_changes(as_administrator, endpoint, receiver):
    def shown():
        (row,) = as_administrator.get(reverse("supervision:endpoints")).context["rows"]
        return row["changes_label"], row["given_up"]

    Endpoint.objects.update(sent_through=last_sequence())
    assert shown() == ("已全部推送", 0)
    happen()
    assert shown() == ("待推送", 0)
    receiver.answers(500)
    send_changes(now=NOW)
    assert shown() == ("失败，将重试", 0)
    Push.objects.update(attempts=4)
    send_changes(now=NOW + timedelta(minutes=1))
    assert shown()[1] == 1


def test_endpoint_form_switches_changes_on(as_administrator):
    entered = {"name": "新", "url": "https://a.example.cn/", "template": "standard", "agency": "", "min_level": "1"}
    as_administrator.post(reverse("supervision:endpoint_new"), {**entered, "pushes_changes": "on"})
    made = Endpoint.objects.get(name="新")
    assert (made.pushes_changes, made.sent_through) == (True, last_sequence() - 1)
    page = as_administrator.get(reverse("supervision:endpoint", args=[made.pk])).content.decode()
    assert "checked" in page


def test_endpoint_form_refuses_changes_for_a_robot_at_the_field(as_administrator):
    entered = {"name": "群", "url": "https://a.example.cn/", "template": "wecom", "agency": "", "min_level": "1"}
    answer = as_administrator.post(reverse("supervision:endpoint_new"), {**entered, "pushes_changes": "on"})
    assert answer.status_code == 400
    assert answer.context["form"].errors["pushes_changes"]


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (None, "", ""),
        (404, "HTTP 404", "对方回答 404，没有接收"),
        (None, "TimeoutError: timed out", "对方没有按时回答"),
        (None, "PostRefusedError: h: leads to an address that is not public", "不允许推送到这个地址"),
        (None, "BadStatusLine: x", "没有送到"),
    ],
)
def test_trouble_is_told_in_words(status, error, words):
    assert trouble_words(status, error) == words


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (403, "HTTP 403", "请对方核对签名密钥。"),
        (None, "gaierror: x", "请核对地址中的主机名。"),
        (500, "HTTP 500", "请确认对方系统在运行、网络可达。"),
    ],
)
def test_trouble_comes_with_what_to_do(status, error, words):
    assert advice_words(status, error) == words
