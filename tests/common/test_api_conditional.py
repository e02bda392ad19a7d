import time
from datetime import timedelta

import pytest

from common.api.conditional import TAG
from ledger import actions as ledger
from tests.api import Api
from tests.factories import NOW

READS = [
    ("plan", (), {}), ("pillars", (), {}), ("zones", (), {}), ("agencies", (), {}), ("tasks", (), {}),
    ("task", (1,), {}), ("task_reports", (1,), {}), ("periods", (), {}), ("summary", (), {"by": "light"}),
    ("overdue", (), {}), ("changes", (), {}),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.leader)


def change(cast):
    ledger.append(kind="thing", key="1", verb="made", by=cast.director, at=NOW, state={})


@pytest.mark.parametrize(("name", "args", "params"), READS)
def test_what_has_not_changed_is_not_sent_again(api, cast, name, args, params, django_assert_max_num_queries):
    first = api.get(name, *args, **params)
    with django_assert_max_num_queries(2 + 1):  # who asks; which version is current
        second = api.get(name, *args, **params, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 304
    assert second["ETag"] == first["ETag"]
    change(cast)
    third = api.get(name, *args, **params, headers={"If-None-Match": first["ETag"]})
    assert third.status_code == 200
    assert third["ETag"] != first["ETag"]


def test_a_weak_tag_among_several_is_recognised(api):
    tag = api.get("tasks")["ETag"]
    assert api.get("tasks", headers={"If-None-Match": f'"other", W/{tag}'}).status_code == 304


def test_the_tag_tells_days_languages_questions_and_readers_apart(api, cast, time_machine):
    tags = [
        api.get("tasks")["ETag"],
        api.get("tasks", page_size=7)["ETag"],
        api.get("tasks", headers={"Accept-Language": "en"})["ETag"],
        Api(cast.lead_reporter).get("tasks")["ETag"],
        Api(cast.co_reporter).get("tasks")["ETag"],
    ]
    time_machine.move_to(NOW + timedelta(hours=14))  # after midnight
    tags.append(Api(cast.leader).get("tasks")["ETag"])
    assert len(set(tags)) == len(tags)


def test_two_people_who_see_the_same_share_a_tag(cast):
    assert Api(cast.lead_reporter).get("tasks")["ETag"] == Api(cast.lead_reporter).get("tasks")["ETag"]


def test_a_refusal_has_no_tag_and_no_304(api):
    tag = api.get("tasks")["ETag"]
    response = api.get("tasks", colour="red", headers={"If-None-Match": tag})
    assert response.status_code == 400
    assert "ETag" not in response


def test_answers_are_for_this_caller_alone_and_asked_for_each_time(api):
    response = api.get("tasks")
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert {"Accept-Language", "Authorization", "Cookie"} <= set(response["Vary"].split(", "))


def test_head_answers_like_get_without_a_body(api):
    response = api.client.head("/api/v1/tasks/")
    assert response.status_code == 200
    assert response.content == b""
    assert response["ETag"] == api.get("tasks")["ETag"]


def test_a_tag_of_nothing_but_spaces_is_read_quickly(api):
    """Trying every space as the beginning of a tag took a second for what fits into one header."""
    began = time.perf_counter()
    assert not list(TAG.finditer("x" + " " * 20_000))
    assert time.perf_counter() - began < 0.5
