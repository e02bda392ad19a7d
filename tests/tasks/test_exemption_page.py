import pytest
import time_machine

from tasks.actions import grant_exemption
from tasks.models import Exemption, Task
from tests.cast import PARTS
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
PAGE = "/tasks/1/exemptions/"
ENTERED = {"reason": "等待批复", "basis": "会议纪要", "starts_on": "2026-11-18", "ends_on": "2026-12-20"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def standing(cast):
    return grant_exemption(
        task=cast.task, reason="等待批复", basis="会议纪要", starts_on=TODAY, ends_on=TODAY, by=cast.director, now=NOW
    )


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_exemptions_are_read_by_all_who_read_tasks_and_recorded_by_the_director(cast, client, standing, part):
    client.force_login(getattr(cast, part))
    response = client.get(PAGE)
    if part == "auditor":
        assert response.status_code == 404
        return
    assert "等待批复" in text_of(response)
    assert ("终止不评" in text_of(response)) == (part == "director")
    assert client.post(PAGE, ENTERED).status_code == (409 if part == "director" else 403)


def test_exemptions_without_any_say_so_and_offer_the_form(cast, client):
    client.force_login(cast.director)
    text = text_of(client.get(PAGE))
    assert "没有登记过不评" in text
    assert 'name="basis"' in text


def test_exemptions_of_a_task_that_is_not_judged_say_why_there_is_no_form(cast, client):
    Task.objects.update(status="suspended")
    client.force_login(cast.director)
    text = text_of(client.get(PAGE))
    assert "本来就不评灯" in text
    assert 'name="basis"' not in text


def test_exemptions_post_records_one(cast, client):
    client.force_login(cast.director)
    response = client.post(PAGE, ENTERED, follow=True)
    assert "已登记，不评至 2026-12-20。" in text_of(response)
    assert Task.objects.get().light(on=TODAY).colour == "grey"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "请写明正当理由。"),
        ({"basis": ""}, "请注明依据"),
        ({"ends_on": "2026-11-01"}, "开始日期不能晚于结束日期。"),
        ({"ends_on": "胡说"}, "日期"),
    ],
)
def test_exemptions_post_keeps_what_was_typed_and_says_what_is_wrong(cast, client, changes, words):
    client.force_login(cast.director)
    response = client.post(PAGE, {**ENTERED, **changes})
    assert response.status_code == 400
    assert words in text_of(response)
    assert "会议纪要" in text_of(response) or "basis" in changes
    assert not Exemption.objects.exists()


def test_exemption_end_ends_it(cast, client, standing):
    client.force_login(cast.director)
    response = client.post(f"{PAGE}{standing.pk}/end/", {"reason": "已获批复"}, follow=True)
    assert "今天起恢复评灯" in text_of(response)
    assert Task.objects.get().light(on=TODAY).colour == "green"
    assert client.post(f"{PAGE}{standing.pk}/end/", {"reason": "再来"}).status_code == 409


def test_exemption_end_asks_why_and_finds_no_other_tasks_exemption(cast, client, standing):
    client.force_login(cast.director)
    response = client.post(f"{PAGE}{standing.pk}/end/", {"reason": ""})
    assert response.status_code == 400
    assert "请写明提前终止的理由。" in text_of(response)
    assert client.post(f"{PAGE}404404/end/", {"reason": "x"}).status_code == 404
