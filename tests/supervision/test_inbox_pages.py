"""消息: the inbox page, the panel under the bell, and marking as read and back."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.templatetags.moments import when
from supervision.actions import deliver_due, read_all_messages
from supervision.models import Delivery, Message
from tasks.status import Status
from tests.factories import NOW, TaskFactory
from tests.supervision.confirming import confirm_all

pytestmark = pytest.mark.django_db
INBOX, RECENT, COUNT, ALL_READ, ALL_UNREAD = (
    "/inbox/", "/inbox/recent/", "/inbox/count/", "/inbox/read/", "/inbox/unread/"
)  # fmt: skip
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def reader(cast, client):
    """The browser of the lead unit's reporter."""
    client.force_login(cast.lead_reporter)
    return client


def make_messages(cast, count, *, read=0):
    """One message an hour, each about a task of its own; the oldest are read. Returns them newest first."""
    rows = []
    for number in range(count):
        task = TaskFactory(number=200 + number, lead=cast.lead)
        delivery = Delivery.objects.create(
            clock=f"task:{task.pk}:due:2026-12-31", task=task, dedupe_key=str(number), level=1, reason="near_due",
            recipient=cast.lead_reporter, channel="inbox", due_at=NOW, created_at=NOW, done_at=NOW,
        )  # fmt: skip
        moment = NOW - timedelta(hours=number)
        rows.append(
            Message.objects.create(
                delivery=delivery, user=cast.lead_reporter, task=task, reason="near_due", level=1, created_at=moment,
                payload={"limit": "2026-12-31", "left": 3}, read_at=NOW if number >= count - read else None,
            )
        )  # fmt: skip
    return rows


def shown_in(response):
    return [row["id"] for group in response.context["groups"] for row in group["messages"]]


# -- the page


def test_inbox_pages_begin_after_a_message_and_leave_none_out(cast, reader):
    rows = make_messages(cast, 120, read=60)
    seen, address = [], INBOX
    while address:
        response = reader.get(address)
        seen += shown_in(response)
        following = response.context["next"]
        address = f"{INBOX}?after={following}" if following else ""
    assert seen == [row.pk for row in rows]


def test_inbox_goes_on_where_it_was_after_something_was_read_meanwhile(cast, reader):
    rows = make_messages(cast, 60)
    following = reader.get(INBOX).context["next"]
    reader.post(reverse("supervision:message_read", args=[rows[49].pk]))
    assert shown_in(reader.get(INBOX, {"after": following, "show": "unread"})) == [row.pk for row in rows[50:]]


@pytest.mark.parametrize("after", ["0", "unread-", "read-x", "unread-1' OR 1=1", "other-3"])
def test_inbox_refuses_a_page_that_is_none(reader, after):
    assert reader.get(INBOX, {"after": after}).status_code == 400


def test_inbox_of_somebody_else_is_no_place_to_go_on_from(cast, reader):
    rows = make_messages(cast, 2)
    reader.force_login(cast.lead_approver)
    assert shown_in(reader.get(INBOX, {"after": f"unread-{rows[0].pk}"})) == []


def test_inbox_is_narrowed_by_level_and_by_what_is_unread(cast, reader):
    rows = make_messages(cast, 3, read=1)
    Message.objects.filter(pk=rows[0].pk).update(level=2)
    assert shown_in(reader.get(INBOX, {"level": "2"})) == [rows[0].pk]
    assert shown_in(reader.get(INBOX, {"level": "1", "show": "unread"})) == [rows[1].pk]
    assert "没有这一级的消息" in reader.get(INBOX, {"level": "3"}).content.decode()
    assert reader.get(INBOX, {"level": "9"}).status_code == 400


@pytest.mark.parametrize("count", [1, 60])
def test_inbox_has_a_query_budget_on_every_page(cast, reader, count):
    rows = make_messages(cast, count)
    reader.get(INBOX)
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(INBOX, {"after": f"unread-{rows[0].pk}"}).status_code == 200
    frame = 5
    assert len(queries) <= 3 + frame


# -- marking


def test_message_is_read_and_unread_again(cast, reader):
    [row] = make_messages(cast, 1)
    page = reader.post(reverse("supervision:message_read", args=[row.pk]), follow=True).content.decode()
    row.refresh_from_db()
    assert row.read_at == NOW
    assert "已标为已读。" in page
    assert f'action="/inbox/{row.pk}/unread/"' in page
    assert "已标为未读。" in reader.post(f"/inbox/{row.pk}/unread/", follow=True).content.decode()
    row.refresh_from_db()
    assert row.read_at is None


def test_message_of_somebody_else_stays_as_it_is(cast, reader):
    [row] = make_messages(cast, 1)
    reader.force_login(cast.lead_approver)
    for verb in ("read", "unread"):
        assert reader.post(f"/inbox/{row.pk}/{verb}/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_read_all_is_taken_back_without_what_was_read_before(cast, reader):
    rows = make_messages(cast, 4, read=1)
    Message.objects.filter(pk=rows[3].pk).update(read_at=NOW - timedelta(days=1))
    page = reader.post(ALL_READ, follow=True).content.decode()
    assert "已将 3 条消息标为已读。" in page
    assert f'name="at" value="{NOW.isoformat()}"' in page
    page = reader.post(ALL_UNREAD, {"at": NOW.isoformat()}, follow=True).content.decode()
    assert "已将 3 条消息恢复为未读。" in page
    assert set(Message.objects.filter(read_at=None)) == set(rows[:3])


def test_read_all_of_somebody_else_is_not_taken_back(cast, reader):
    make_messages(cast, 2)
    read_all_messages(by=cast.lead_reporter, now=NOW)
    reader.force_login(cast.lead_approver)
    reader.post(ALL_UNREAD, {"at": NOW.isoformat()})
    assert not Message.objects.filter(read_at=None).exists()


@pytest.mark.parametrize(
    "at",
    [
        "", "yesterday", "2026-11-18", "2026-11-18T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
def test_unread_all_wants_the_moment(reader, at):
    assert reader.post(ALL_UNREAD, {"at": at}).status_code == 400


# -- the bell


def test_bell_shows_the_newest_eight_by_task(cast, reader):
    rows = make_messages(cast, 12, read=2)
    response = reader.get(RECENT, headers=HTMX)
    assert shown_in(response) == [row.pk for row in rows[:8]]
    text = response.content.decode()
    assert "看全部 10 条未读" in text
    assert "今天 10:00" in text
    assert "<html" not in text
    assert "收到的消息都看过了" in reader.post(ALL_READ, headers=HTMX).content.decode()


def test_bell_marks_one_and_offers_the_way_back(cast, reader):
    rows = make_messages(cast, 2)
    panel = reader.post(f"/inbox/{rows[0].pk}/read/", {"panel": "1"}, headers=HTMX)
    assert shown_in(panel) == [rows[1].pk]
    text = panel.content.decode()
    assert f'hx-post="/inbox/{rows[0].pk}/unread/"' in text
    assert 'hx-swap-oob="true"' in text
    back = reader.post(f"/inbox/{rows[0].pk}/unread/", {"panel": "1"}, headers=HTMX)
    assert shown_in(back) == [row.pk for row in rows]


def test_inbox_row_answers_with_itself_and_the_number_on_the_bell(cast, reader):
    rows = make_messages(cast, 2)
    text = reader.post(f"/inbox/{rows[0].pk}/read/", headers=HTMX).content.decode()
    assert f'id="message-{rows[0].pk}"' in text
    assert "标为未读" in text
    assert "1 条未读" in text


def test_bell_asks_cheaply_whether_there_is_more(cast, reader):
    make_messages(cast, 1)
    first = reader.get(COUNT)
    assert "1 条未读" in first.json()["html"]
    tag = {"If-None-Match": first.headers["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(COUNT, headers=tag).status_code == 304
    assert len(queries) <= 3  # the session, the person, the number
    Message.objects.update(read_at=NOW)
    assert reader.get(COUNT, headers=tag).status_code == 200


def test_bell_is_on_every_page_and_leads_to_the_inbox_without_a_script(cast, reader):
    TaskFactory(number=2, lead=cast.lead, overdue=True, status=Status.ISSUED)
    confirm_all(by=cast.supervisor)
    deliver_due(clock=lambda: NOW)
    text = reader.get("/tasks/").content.decode()
    assert f'data-poll="{COUNT}"' in text
    assert "1 条未读" in text
    assert f'<a class="menu-item" href="{INBOX}">' in text
    reader.force_login(cast.auditor)
    assert "data-poll" not in reader.get("/ledger/").content.decode()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW - timedelta(hours=1), "今天 09:00"),
        (NOW - timedelta(days=15), "11月3日"),
        (NOW.replace(year=2025, month=3), "2025-03-18"),
    ],
)
def test_when_says_it_as_people_do(moment, said):
    assert when(moment, NOW) == said
