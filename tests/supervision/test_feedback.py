"""意见反馈: from the foot of every page to the office and back."""

from datetime import timedelta

import pytest
import time_machine

from common.errors import InvalidError, NotAllowedError
from ledger.models import Event
from supervision.actions import FeedbackAnsweredError, TooMuchFeedbackError, answer_feedback, send_feedback
from supervision.models import Feedback
from tests.factories import NOW, UserFactory

OPINION = {"kind": "hard", "text": "列太多，找不到时限。", "page": "/tasks/"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def send(by, text="不好用。", *, now=NOW, **more):
    return send_feedback(**{"kind": "hard", "page": "/tasks/", "text": text, "by": by, "now": now, **more})


def page_of(client, user, address="/feedback/"):
    client.force_login(user)
    return client.get(address).content.decode()


def test_from_any_page_to_the_office_and_back(cast, client):
    foot = page_of(client, cast.lead_reporter, "/tasks/?light=red")
    assert 'href="/feedback/new/?page=/tasks/"' in foot
    form = client.get("/feedback/new/?page=/tasks/").content.decode()
    assert 'name="page" value="/tasks/"' in form
    assert client.post("/feedback/new/", OPINION).headers["Location"] == "/feedback/thanks/"
    assert "办公室和管理员会看到" in client.get("/feedback/thanks/").content.decode()

    said = Feedback.objects.get()
    assert (said.user, said.page, said.sent_at) == (cast.lead_reporter, "/tasks/", NOW)
    office = page_of(client, cast.supervisor)
    assert OPINION["text"] in office
    assert 'href="/tasks/"' in office
    assert client.get("/").context["nav"]["feedback"] == 1
    client.post(f"/feedback/{said.pk}/answer/", {"answer": "已可选择列。"})
    said.refresh_from_db()
    assert (said.answer, said.answered_by, said.answered_at) == ("已可选择列。", cast.supervisor, NOW)
    assert client.get("/").context["nav"]["feedback"] == 0

    client.force_login(cast.lead_reporter)
    assert client.get("/").context["nav"]["feedback"] == 1
    assert "已可选择列。" in client.get("/feedback/").content.decode()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert client.get("/").context["nav"]["feedback"] == 0


def test_everyone_sees_their_own_and_the_office_all(cast, client):
    send(cast.lead_reporter, "填报员的话")
    send(cast.auditor, "审计员的话")
    assert "填报员的话" in (own := page_of(client, cast.lead_reporter))
    assert "审计员的话" not in own
    for part in ("supervisor", "director", "administrator"):
        page = page_of(client, getattr(cast, part))
        assert "填报员的话" in page
        assert "审计员的话" in page


def test_the_office_tells_what_waits_from_what_was_answered(cast, client):
    send(cast.lead_reporter, "待答的话")
    answer_feedback(feedback=send(cast.co_reporter, "已答的话"), answer="好。", by=cast.director, now=NOW)
    shown = {show: page_of(client, cast.director, f"/feedback/?show={show}") for show in ("waiting", "answered", "all")}
    assert [name for name, page in shown.items() if "待答的话" in page] == ["waiting", "all"]
    assert [name for name, page in shown.items() if "已答的话" in page] == ["answered", "all"]


def test_the_same_words_by_a_slip_of_the_hand_stand_once(cast, client):
    client.force_login(cast.leader)
    for _press in range(2):
        client.post("/feedback/new/", OPINION)
    assert Feedback.objects.count() == 1
    send(cast.co_reporter, OPINION["text"])
    send(cast.leader, OPINION["text"], now=NOW + timedelta(hours=1))
    assert Feedback.objects.count() == 3


def test_ten_a_day_are_enough_and_tomorrow_is_another_day(cast, client):
    for number in range(10):
        send(cast.leader, f"第{number}条")
    client.force_login(cast.leader)
    response = client.post("/feedback/new/", OPINION)
    assert response.status_code == 409
    assert "今天已经反馈 10 条" in response.content.decode()
    assert OPINION["text"] in response.content.decode()
    with pytest.raises(TooMuchFeedbackError):
        send(cast.leader, "又一条", now=NOW.replace(hour=23, minute=59))
    send(cast.co_reporter, "别人的")
    send(cast.leader, "明天的", now=NOW.replace(hour=0, minute=1) + timedelta(days=1))
    assert Feedback.objects.count() == 12


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/tasks/1/", "/tasks/1/"),
        ("//elsewhere.example/", ""),
        ("/\\elsewhere.example", ""),
        ("https://elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("/" + "a" * 300, ""),
    ],
)
def test_only_a_page_of_ours_is_kept_as_a_link(cast, page, kept):
    assert send(cast.leader, page=page).page == kept


@pytest.mark.parametrize("entered", [{"text": " "}, {"kind": "praise"}, {"text": "长" * 501}, {"text": "a\x00b"}])
def test_what_cannot_be_kept_is_refused(cast, client, entered):
    with pytest.raises(InvalidError):
        send(cast.leader, **entered)
    client.force_login(cast.leader)
    assert client.post("/feedback/new/", {**OPINION, **entered}).status_code == 400
    assert not Feedback.objects.exists()


def test_the_second_answer_is_refused_with_who_gave_the_first_and_loses_no_words(cast, client):
    said = send(cast.leader)
    answer_feedback(feedback=said, answer="第一个答复", by=cast.supervisor, now=NOW)
    with pytest.raises(FeedbackAnsweredError):
        answer_feedback(feedback=said, answer="第二个", by=cast.director, now=NOW)
    client.force_login(cast.director)
    response = client.post(f"/feedback/{said.pk}/answer/", {"answer": "第二个答复"})
    page = response.content.decode()
    assert response.status_code == 409
    assert cast.supervisor.name in page
    assert "第二个答复" in page
    said.refresh_from_db()
    assert said.answer == "第一个答复"


def test_a_refused_answer_to_what_was_said_long_ago_is_shown_with_its_words(cast, client):
    said = send(cast.lead_reporter, now=NOW - timedelta(days=40))
    Feedback.objects.bulk_create(
        Feedback(kind="idea", text=f"意见{number}", user=cast.co_reporter, sent_at=NOW) for number in range(31)
    )
    client.force_login(cast.supervisor)
    response = client.post(f"/feedback/{said.pk}/answer/", {"answer": "长" * 501})
    assert response.status_code == 400
    assert "长" * 501 in response.content.decode()
    assert [client.get(each["url"]).status_code for each in response.context["segments"]] == [200] * 3


def test_an_empty_answer_is_refused_in_place(cast, client):
    said = send(cast.leader)
    client.force_login(cast.director)
    assert client.post(f"/feedback/{said.pk}/answer/", {"answer": ""}).status_code == 400
    with pytest.raises(InvalidError):
        answer_feedback(feedback=said, answer=" ", by=cast.director, now=NOW)
    with pytest.raises(NotAllowedError):
        answer_feedback(feedback=said, answer="好。", by=cast.leader, now=NOW)
    said.refresh_from_db()
    assert said.answered_at is None


def test_feedback_is_no_matter_of_the_ledger(cast):
    before = Event.objects.count()
    answer_feedback(feedback=send(cast.leader), answer="好。", by=cast.director, now=NOW)
    assert Event.objects.count() == before


def test_news_of_answers_ends_after_a_week(cast, client):
    answer_feedback(feedback=send(cast.leader), answer="好。", by=cast.director, now=NOW)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        client.force_login(cast.leader)
        assert client.get("/").context["nav"]["feedback"] == 0


@pytest.mark.parametrize("number", [1, 25])
def test_list_costs_the_same_whatever_the_number(cast, client, number, django_assert_max_num_queries):
    for place in range(number):
        send(UserFactory(agency=cast.co), f"第{place}条")
    client.force_login(cast.director)
    client.get("/feedback/")
    with django_assert_max_num_queries(10):
        assert f"第{number - 1}条" in client.get("/feedback/").content.decode()
