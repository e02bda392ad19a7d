from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from supervision.actions import deliver_due
from supervision.models import Message
from tasks.models import Task
from tasks.status import Status
from tests.factories import NOW, TaskFactory
from tests.supervision.confirming import confirm_all

pytestmark = pytest.mark.django_db
INBOX, OVERDUE = "/inbox/", "/overdue/"
READERS = ["lead_reporter", "lead_approver", "co_reporter", "zone_officer", "outsider", "supervisor", "leader"]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def late_task(cast):
    """Overdue since 2 November, and everybody has been told."""
    task = TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED, title="建设平台")
    tell(cast)
    return task


def tell(cast):
    """Every 催办单 that is due is confirmed and has gone out."""
    confirm_all(by=cast.supervisor)
    deliver_due(clock=lambda: NOW)


@pytest.fixture
def page(client):
    def get(user, url, **parameters):
        client.force_login(user)
        return client.get(url, parameters)

    return get


def text(response):
    return " ".join(response.content.decode().split())


# -- inbox


def test_inbox_shows_what_is_to_be_done(cast, late_task, page):
    shown = text(page(cast.lead_reporter, INBOX))
    for words in (
        "建设平台",
        "催办",
        "未读",
        "办理时限为 2026-10-30，已超期 19 天。",
        "请签收本通知",
        "1 条未读",
        "牵头：单位lead-unit",
    ):
        assert words in shown
    copy = text(page(cast.director, INBOX))
    assert "抄送，请知悉。" in copy
    assert "查看通知" in copy


def test_inbox_shows_nothing_of_others(cast, late_task, page):
    assert "还没有消息" in text(page(cast.co_reporter, INBOX))


def test_inbox_groups_by_task_with_unread_first(cast, late_task, page):
    read = TaskFactory(number=3, lead=cast.lead, overdue=True, status=Status.ISSUED, title="已读任务")
    tell(cast)
    Message.objects.filter(task=read).update(read_at=NOW, created_at=NOW + timedelta(hours=1))
    shown = text(page(cast.lead_reporter, INBOX))
    assert shown.index("建设平台") < shown.index("已读任务")
    groups = page(cast.lead_reporter, INBOX).context["groups"]
    assert [(group["task"]["number"], group["unread"]) for group in groups] == [(2, 1), (3, 0)]


def test_inbox_shows_only_unread_when_asked(cast, late_task, page):
    Message.objects.update(read_at=NOW)
    shown = text(page(cast.lead_reporter, INBOX, show="unread"))
    assert "没有未读消息" in shown
    assert "看全部消息" in shown
    assert "建设平台" not in shown
    assert "建设平台" in text(page(cast.lead_reporter, INBOX))


def test_inbox_refuses_an_unknown_filter(cast, page):
    assert page(cast.lead_reporter, INBOX, show="everything").status_code == 400


def test_message_opened_is_read_and_leads_to_its_notice(cast, late_task, client):
    message = Message.objects.get(user=cast.lead_reporter)
    client.force_login(cast.lead_reporter)
    answer = client.post(reverse("supervision:message", args=[message.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("supervision:notice", args=[message.delivery.notice_id]))
    message.refresh_from_db()
    assert message.read_at == NOW


def test_message_without_a_notice_leads_to_its_task(cast, page):
    TaskFactory(number=3, lead=cast.lead, due_date=NOW.date(), status=Status.ISSUED)
    tell(cast)
    message = Message.objects.get(user=cast.lead_reporter, task__number=3)
    answer = page(cast.lead_reporter, reverse("supervision:message", args=[message.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("dashboard:task", args=[3]))


def test_message_by_a_mere_link_changes_nothing(cast, late_task, page):
    message = Message.objects.get(user=cast.lead_reporter)
    answer = page(cast.lead_reporter, reverse("supervision:message", args=[message.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("supervision:notice", args=[message.delivery.notice_id]))
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_message_of_somebody_else_is_not_there(cast, late_task, client, method):
    message = Message.objects.get(user=cast.lead_reporter)
    client.force_login(cast.lead_approver)
    assert getattr(client, method)(reverse("supervision:message", args=[message.pk])).status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_read_all_marks_the_own_messages(cast, late_task, client):
    client.force_login(cast.lead_reporter)
    shown = text(client.post(reverse("supervision:read_all"), follow=True))
    assert "已将 1 条消息标为已读。" in shown
    assert "没有未读消息。" in shown
    assert Message.objects.unread().count() == 2
    assert client.get(reverse("supervision:read_all")).status_code == 405


# -- overdue


@pytest.mark.parametrize("part", READERS)
def test_overdue_is_open_to_everyone_who_reads_tasks(cast, late_task, page, part):
    shown = text(page(getattr(cast, part), OVERDUE))
    for words in ("建设平台", "单位lead-unit", "2026-10-30", "19 天", "催办", "90%", "1 项任务超过现时限"):
        assert words in shown


def test_overdue_is_closed_to_who_does_not(cast, page):
    assert page(cast.auditor, OVERDUE).status_code == 403


def test_overdue_shows_the_original_limit_beside_the_present_one(cast, late_task, page):
    Task.objects.filter(pk=late_task.pk).update(original_due_date="2026-06-30")
    shown = text(page(cast.supervisor, OVERDUE))
    assert "2026-06-30" in shown
    assert "moved" in shown


def test_overdue_puts_the_oldest_first_and_the_own_before(cast, late_task, page):
    older = {"due_date": NOW.date() - timedelta(days=90), "overdue_from": NOW.date() - timedelta(days=89)}
    TaskFactory(number=3, lead=cast.other, overdue=True, **older)
    assert [row["number"] for row in page(cast.supervisor, OVERDUE).context["rows"]] == [3, 2]
    mine = page(cast.lead_reporter, OVERDUE)
    assert [(row["number"], row["is_own"]) for row in mine.context["rows"]] == [(2, True), (3, False)]
    assert "其中本单位牵头 1 项" in text(mine)


def test_overdue_says_when_nobody_was_told(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    assert "尚未提醒" in text(page(cast.supervisor, OVERDUE))


def test_overdue_with_nothing_late_says_so(cast, page):
    shown = text(page(cast.supervisor, OVERDUE))
    assert "目前没有超期任务" in shown
    assert "看台账" in shown


# -- budgets


@pytest.mark.parametrize(
    ("url", "part", "budget"),
    [(INBOX, "lead_reporter", 6), (INBOX, "director", 7), (OVERDUE, "lead_reporter", 10), (OVERDUE, "supervisor", 11)],
)
def test_pages_keep_their_budget_with_thirty_times_the_rows(cast, late_task, client, url, part, budget):
    """Of these the frame around every page asks four: session, person, unit, unread messages; five for the office."""
    client.force_login(getattr(cast, part))

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = count()
    TaskFactory.create_batch(30, lead=cast.lead, overdue=True, status=Status.ISSUED)
    tell(cast)
    assert count() == few <= budget
