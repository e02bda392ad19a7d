"""督办, 通报 and 办公室计时 as pages."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from supervision.actions import receive_notice, sweep
from supervision.models import Bulletin, Notice
from tasks.models import Task
from tests.factories import NOW
from tests.supervision.test_bulletins import AT, ON
from tests.supervision.urging import SUPERVISED_AT, drafted, late_task, supervise, urge

pytestmark = pytest.mark.django_db
NOTICES = "/notices/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def task(cast):
    return late_task(cast, title="建设平台")


@pytest.fixture
def page(client):
    def get(user, url, **parameters):
        client.force_login(user)
        return client.get(url, parameters)

    return get


@pytest.fixture
def post(client):
    def send(user, verb, notice, **values):
        client.force_login(user)
        values = {"version": notice.version, **values}
        return client.post(reverse(f"supervision:notice_{verb}", args=[notice.pk]), values)

    return send


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def url_of(notice):
    return reverse("supervision:notice", args=[notice.pk])


# -- the list


def test_notices_shows_the_office_its_drafts_first(cast, task, page):
    urge(cast, task)
    drafted(late_task(cast, number=3, title="另一任务"))
    shown = text(page(cast.supervisor, NOTICES))
    assert shown.index("另一任务") < shown.index("建设平台")
    for words in ("催办", "2026-1", "待签发", "未签收", "任务超期"):
        assert words in shown


def test_notices_shows_a_unit_its_own_once_issued(cast, task, page):
    urge(cast, task)
    drafted(late_task(cast, number=3, title="另一任务"))
    shown = text(page(cast.lead_reporter, NOTICES))
    assert "建设平台" in shown
    assert "另一任务" not in shown
    assert "没有督办通知" in text(page(cast.co_reporter, NOTICES))


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [({}, [3, 2]), ({"level": "3"}, []), ({"status": "waiting"}, [3]), ({"status": "standing"}, [2])],
)
def test_notices_can_be_filtered(cast, task, page, filters, numbers):
    urge(cast, task)
    drafted(late_task(cast, number=3))
    answer = page(cast.director, NOTICES, **filters)
    assert [row["task"]["number"] for row in answer.context["rows"]] == numbers


@pytest.mark.parametrize("filters", [{"level": "7"}, {"status": "lost"}])
def test_notices_refuses_an_unknown_filter(cast, page, filters):
    assert page(cast.director, NOTICES, **filters).status_code == 400


def test_notices_keeps_its_budget_with_thirty_times_the_rows(cast, task, client):
    client.force_login(cast.supervisor)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(NOTICES).status_code == 200
        return len(queries)

    sweep(now=NOW)
    few = count()
    for number in range(3, 33):
        late_task(cast, number=number)
    sweep(now=NOW)
    assert count() == few <= 10


# -- one notice


def test_notice_says_what_is_asked_of_whom_until_when_and_who_is_next(cast, task, page):
    draft = drafted(task)
    shown = text(page(cast.supervisor, url_of(draft)))
    for words in (
        "催办单",
        "草稿（未编号）",
        "建设平台",
        cast.lead.name,
        "2026-10-30",
        "19 天",
        "待督办员或办公室负责人",
    ):
        assert words in shown
    assert page(cast.lead_approver, url_of(draft)).status_code == 404
    assert page(cast.leader, url_of(draft)).status_code == 404


@pytest.mark.parametrize(
    ("part", "verbs"),
    [
        ("supervisor", []), ("director", []), ("leader", []),
        ("lead_reporter", ["receive"]), ("lead_approver", ["receive", "answer"]),
    ],
)  # fmt: skip
def test_notice_offers_the_right_person_its_forms(cast, task, page, part, verbs):
    notice = urge(cast, task)
    answer = page(getattr(cast, part), url_of(notice))
    assert [each["change"].verb for each in answer.context["changes"]] == verbs
    assert "签收" in text(answer)


def test_notice_offers_a_supervision_to_the_director_alone(cast, task, page):
    urge(cast, task)
    with time_machine.travel(SUPERVISED_AT, tick=False):
        draft = drafted(task, level=3, now=SUPERVISED_AT)
        assert page(cast.supervisor, url_of(draft)).context["changes"] == []
        offered = page(cast.director, url_of(draft)).context["changes"]
    assert [each["change"].verb for each in offered] == ["issue", "decline"]


def test_notice_is_confirmed_received_and_answered_through_its_page(cast, task, post, page):
    notice = drafted(task)
    assert post(cast.supervisor, "confirm", notice, demand="请抓紧办理。").status_code == 302
    notice.refresh_from_db()
    assert post(cast.lead_reporter, "receive", notice).status_code == 302
    notice.refresh_from_db()
    assert post(cast.lead_approver, "answer", notice, text="月底前完成。").status_code == 302
    shown = text(page(cast.lead_approver, url_of(notice)))
    for words in ("编号 2026-1", "请抓紧办理。", "月底前完成。", "姓名lead_reporter", "单位已答复"):
        assert words in shown


def test_notice_is_issued_with_a_new_limit_through_its_page(cast, task, post):
    urge(cast, task)
    with time_machine.travel(SUPERVISED_AT, tick=False):
        draft = drafted(task, level=3, now=SUPERVISED_AT)
        refused = post(cast.director, "issue", draft, demand="请办结。", new_limit="2026-11-29")
        assert (refused.status_code, "最早 2026-11-26" in text(refused)) == (400, True)
        assert post(cast.director, "issue", draft, demand="请办结。", new_limit="2026年12月2日").status_code == 302


def test_notice_refused_at_the_field_keeps_what_was_typed(cast, task, post):
    draft = drafted(task)
    answer = post(cast.supervisor, "decline", draft, reason="")
    assert (answer.status_code, "请写明不发的理由。" in text(answer)) == (400, True)
    assert post(cast.supervisor, "confirm", draft, demand="").status_code == 400


def test_notice_stale_is_shown_as_it_is_now_with_what_was_typed(cast, task, post):
    notice = urge(cast, task)
    receive_notice(notice=notice, by=cast.lead_reporter, now=NOW)
    answer = post(cast.lead_approver, "answer", notice, text="我写的答复", version=notice.version - 1)
    assert answer.status_code == 412
    shown = answer.content.decode()
    assert "我写的答复" in shown
    assert "姓名lead_reporter" in shown


def test_notice_of_somebody_else_and_of_another_hand(cast, task, post):
    notice = urge(cast, task)
    assert post(cast.outsider, "answer", notice, text="x").status_code == 404
    assert post(cast.lead_reporter, "answer", notice, text="x").status_code == 403
    assert post(cast.supervisor, "confirm", notice, demand="x").status_code == 409
    task.refresh_from_db()


def test_notice_whose_cause_has_gone_is_refused_with_the_reason(cast, task, post):
    draft = drafted(task)
    Task.objects.filter(pk=task.pk).update(status="suspended")
    answer = post(cast.supervisor, "confirm", draft, demand="请抓紧。")
    assert (answer.status_code, "事由已经消除" in text(answer)) == (409, True)


# -- bulletins


def test_bulletins_are_drafts_for_the_office_and_public_once_issued(cast, task, page, client):
    supervise(cast, task)
    sweep(now=AT)
    bulletin = Bulletin.objects.get()
    url = reverse("supervision:bulletin", args=[bulletin.pk])
    with time_machine.travel(AT, tick=False):
        assert page(cast.co_reporter, url).status_code == 404
        assert "还没有通报" in text(page(cast.co_reporter, "/bulletins/"))
        shown = text(page(cast.director, url))
        for words in ("列入事项 1 项", "建设平台", "2026-10-30", "2026-12-02", "印发"):
            assert words in shown
        values = {"version": bulletin.version, "note": "请限期整改。"}
        assert client.post(f"{url}issue/", {**values, "version": 99}).status_code == 412
        assert client.post(f"{url}issue/", values).status_code == 302
        assert client.post(f"{url}issue/", values).status_code == 412
        issued = text(page(cast.co_reporter, url))
    for words in ("编号 2027-1", "请限期整改。", Bulletin.objects.get().head):
        assert words in issued
    assert ON.isoformat() in text(page(cast.co_reporter, "/bulletins/"))


# -- the office's clock


def test_office_clock_shows_what_waits_and_how_late(cast, task, page):
    drafted(task)
    with time_machine.travel(SUPERVISED_AT, tick=False):
        shown = text(page(cast.director, "/office-clock/"))
        assert "督办通知签发" in shown
        assert "已超过 3 个工作日" in shown
        assert "督办通知签发" not in text(page(cast.leader, "/office-clock/"))
        assert page(cast.lead_approver, "/office-clock/").status_code == 403
    assert Notice.objects.get().status == "draft"


def test_office_clock_without_anything_says_so(cast, page):
    assert "没有等待办公室办理的事项" in text(page(cast.director, "/office-clock/"))
