"""送达情况: the page of every send and non-send, and sending again."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import NotAllowedError
from ledger.models import Event
from supervision.actions import deliver_due, retry_deliveries, retry_delivery, sweep
from supervision.models import Channel, Delivery, Digest
from supervision.readers.deliveries import dead_count, delivery_page
from tasks.models import Task
from tasks.status import Status
from tests.factories import NOW, TaskFactory
from tests.races import at_once
from tests.supervision.confirming import confirm_all

pytestmark = pytest.mark.django_db
URL = "/deliveries/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(cast, client):
    client.force_login(cast.supervisor)
    return client


def near(cast, number=3):
    return TaskFactory(number=number, lead=cast.lead, status=Status.ISSUED, due_date=NOW.date() + timedelta(days=1))


def late(cast, number=2):
    return TaskFactory(number=number, lead=cast.lead, status=Status.ISSUED, overdue=True)


@pytest.fixture
def sent(cast):
    """A 催办单 and a digest have gone out."""
    late(cast)
    near(cast)
    confirm_all(by=cast.supervisor)
    deliver_due(clock=lambda: NOW)


def kill(**which):
    Digest.objects.update(done_at=None, dead_at=NOW, attempts=5, last_error="550 no such user")
    found = Delivery.objects.filter(channel=Channel.MAIL, **which)
    found.update(done_at=None, dead_at=NOW, attempts=5, last_error="550 no such user")
    return found


def text(response):
    return " ".join(response.content.decode().split())


def shown(client, **parameters):
    return client.get(URL, parameters).context["rows"]


# -- the list


def test_deliveries_show_when_what_to_whom_and_how(sent, office):
    page = text(office.get(URL))
    for words in (
        "催办",
        "任务超期",
        "2026-1",
        "姓名lead_reporter",
        "电子邮件",
        "站内消息",
        "已送达",
        "每日汇总",
        "抄送",
    ):
        assert words in page


def test_deliveries_say_why_something_was_not_sent(cast, office):
    task = late(cast)
    confirm_all(by=cast.supervisor)
    Task.objects.filter(pk=task.pk).update(status=Status.SUSPENDED)
    deliver_due(clock=lambda: NOW)
    page = text(office.get(URL, {"state": "suppressed"}))
    assert "事项已办理或已不计时" in page
    assert len(shown(office, state="suppressed")) == 6


def test_deliveries_are_filtered(cast, sent, office):
    every = len(shown(office))
    assert every == 10
    kill(recipient=cast.director)
    for parameters, count in [
        ({"channel": "mail"}, 5), ({"channel": "webhook"}, 0), ({"state": "dead"}, 1), ({"state": "done"}, 9),
        ({"state": "waiting"}, 0), ({"state": "retrying"}, 0), ({"level": "1"}, 4), ({"level": "2"}, 6),
        ({"task": "3"}, 4), ({"person": "director"}, 2), ({"person": "姓名lead"}, 8),
        ({"since": "2026-11-18", "until": "2026-11-18"}, every),
        ({"until": "2026-11-17"}, 0), ({"since": "2026-11-19"}, 0), ({"level": "2", "channel": "mail", "task": "2"}, 3),
    ]:  # fmt: skip
        assert len(shown(office, **parameters)) == count, parameters


@pytest.mark.parametrize("parameters", [{"state": "x"}, {"level": "x"}, {"task": "x"}, {"since": "x"}, {"before": "x"}])
def test_deliveries_refuse_a_nonsense_filter(sent, office, parameters):
    answer = office.get(URL, parameters)
    assert (answer.status_code, answer.context["rows"]) == (400, [])
    assert "筛选条件有误" in text(answer)


def test_deliveries_are_paged_by_the_last_row(cast, office):
    for number in range(2, 22):
        near(cast, number)
    sweep(now=NOW)
    first = office.get(URL)
    second = office.get(URL, {"before": first.context["next_before"]})
    ids = [row["id"] for row in (*first.context["rows"], *second.context["rows"])]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(set(ids)) == Delivery.objects.count() == 80
    assert second.context["next_before"] is None
    assert "回到最新" in text(second)


def test_deliveries_name_who_is_not_there(cast, office):
    near(cast)
    type(cast.lead_reporter).objects.filter(agency=cast.lead).update(is_active=False)
    page = text(office.get(URL))
    assert "无人可送" in page
    assert "临期提示" in page


def test_deliveries_without_any_say_so(office):
    assert "还没有送达" in text(office.get(URL))
    assert "没有符合条件的送达" in text(office.get(URL, {"state": "dead"}))


def test_deliveries_keep_their_budget_with_thirty_times_the_rows(cast, sent, office):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert office.get(URL).status_code == 200
        return len(queries)

    few = count()
    for number in range(10, 40):
        near(cast, number)
    sweep(now=NOW)
    assert count() == few <= 32


def test_delivery_page_costs_one_query(cast, sent):
    with CaptureQueriesContext(connection) as queries:
        delivery_page(Delivery.objects.all(), before=10**9)
    assert len(queries) == 1


# -- one of them


def test_delivery_shows_all_that_is_known(cast, sent, office):
    near(cast, 4)
    row = Delivery.objects.filter(channel=Channel.MAIL, level=1).first()
    page = text(office.get(reverse("supervision:delivery", args=[row.pk])))
    for words in (row.dedupe_key, "2026-11-19", "已送达"):
        assert words in page
    assert "重发" not in page


# -- again


def test_delivery_retried_by_button(cast, sent, office):
    row = kill(level=2, recipient=cast.director).get()
    url = reverse("supervision:delivery_retry", args=[row.pk])
    assert "重新排队" in text(office.post(url, follow=True))
    row.refresh_from_db()
    assert (row.dead_at, row.attempts) == (None, 0)
    assert office.post(url).status_code == 409


def test_retry_delivery_of_a_digest_retries_the_whole(cast, mailoutbox):
    for number in (3, 4):
        near(cast, number)
    sweep(now=NOW)
    deliver_due(clock=lambda: NOW)
    mailoutbox.clear()
    dead = kill(recipient=cast.lead_reporter)
    retry_delivery(delivery=dead.first(), by=cast.supervisor, now=NOW)
    assert dead_count(Delivery.objects.all()) == 0
    assert Event.objects.filter(kind="delivery", verb="retried").count() == 2
    deliver_due(clock=lambda: NOW)
    assert [each.to for each in mailoutbox] == [["lead_reporter@example.test"]]
    assert set(dead.values_list("done_at", flat=True)) == {NOW}


def test_deliveries_retried_by_button_are_those_of_the_filter(cast, sent, office):
    kill()
    answer = office.post(f"{reverse('supervision:deliveries_retry')}?level=2", follow=True)
    assert "已将 3 条重新排队" in text(answer)
    assert set(Delivery.objects.dead().values_list("level", flat=True)) == {1}
    assert "全部重发" in text(office.get(URL))


def test_deliveries_retried_with_nothing_dead_say_so(cast, sent, office):
    assert "没有需要重发的送达" in text(office.post(reverse("supervision:deliveries_retry"), follow=True))


@pytest.mark.parametrize("part", ["lead_approver", "leader", "administrator", "auditor"])
def test_retry_deliveries_is_the_offices(cast, sent, part):
    kill()
    with pytest.raises(NotAllowedError):
        retry_deliveries(deliveries=Delivery.objects.all(), by=getattr(cast, part), now=NOW)
    assert not Event.objects.filter(kind="delivery").exists()


@pytest.mark.django_db(transaction=True)
def test_retry_deliveries_twice_at_once_records_each_once(cast, sent):
    count = kill().count()

    def retry():
        return retry_deliveries(deliveries=Delivery.objects.all(), by=cast.supervisor, now=NOW)

    assert sorted(at_once(retry, retry)) == [0, count]
    assert Event.objects.filter(kind="delivery", verb="retried").count() == count
