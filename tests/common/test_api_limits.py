"""How many requests a token may send in a minute, and how its client is told."""

from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.test import Client

from agencies.actions import create_api_token
from agencies.models import ApiToken
from tests.api import Api, problem
from tests.factories import NOW

MINUTE = datetime(2026, 11, 18, 2, 0, 20, tzinfo=UTC)  # twenty seconds into one


@pytest.fixture(autouse=True)
def _limits(settings, time_machine):
    settings.API_REQUESTS_PER_MINUTE = 3
    time_machine.move_to(MINUTE, tick=False)


@pytest.fixture
def token(cast):
    return make(cast, "一")


def make(cast, name):
    return Api(token=create_api_token(name=name, scopes=["progress:read"], by=cast.administrator, now=NOW)[1])


def test_each_answer_says_what_is_left_and_when_it_begins_anew(token):
    told = [token.get("pillars")["RateLimit"] for _time in range(3)]
    assert told == [f'"default";r={left};t=40' for left in (2, 1, 0)]
    assert token.get("pillars")["RateLimit-Policy"] == '"default";q=3;w=60'


def test_who_asks_too_often_is_told_when_to_come_back(token):
    for _time in range(3):
        assert token.get("pillars").status_code == 200
    response = token.get("pillars")
    problem(response, 429, "throttled")
    assert response["Retry-After"] == "40"


def test_the_next_minute_begins_anew(token, time_machine):
    for _time in range(4):
        last = token.get("pillars")
    assert last.status_code == 429
    time_machine.shift(40)
    assert token.get("pillars").status_code == 200


def test_tokens_are_counted_apart(token, cast):
    for _time in range(4):
        token.get("pillars")
    assert make(cast, "二").get("pillars").status_code == 200
    assert Api(cast.leader).get("pillars").status_code == 200


def test_a_token_may_have_a_limit_of_its_own(token):
    ApiToken.objects.update(per_minute=1)
    assert [token.get("pillars").status_code for _time in range(2)] == [200, 429]


def test_refusals_and_unchanged_answers_count_too(token):
    tag = token.get("pillars")["ETag"]
    assert token.get("pillars", headers={"If-None-Match": tag})["RateLimit"].startswith('"default";r=1;')
    assert token.get("pillars", colour="red").status_code == 400
    assert token.get("pillars").status_code == 429


def test_a_refused_change_has_changed_nothing_and_may_be_sent_again(cast, time_machine):
    api = Api(cast.lead_reporter)
    for _time in range(3):
        api.get("pillars")
    new = {"period": "2026Q4", "percent": 95, "result": "advancing", "progress": "完成平台一期建设。"}
    assert api.post("task_reports", 1, data=new).status_code == 429
    time_machine.shift(60)
    assert api.post("task_reports", 1, data=new).status_code == 201


def test_nobody_known_is_not_counted(db):
    response = Client().get("/api/v1/pillars/")
    assert (response.status_code, "RateLimit" in response) == (401, False)


def test_counting_costs_no_query(token, django_assert_num_queries):
    tag = token.get("pillars")["ETag"]
    with django_assert_num_queries(1):  # who asks, and which version is current
        assert token.get("pillars", headers={"If-None-Match": tag}).status_code == 304


def test_the_counts_of_many_callers_are_all_kept(token):
    """Django's own limit of 300 entries would let a third of them begin anew."""
    token.get("pillars")
    for number in range(1000):
        caches["local"].add(f"another_{number}", 1)
    assert token.get("pillars")["RateLimit"].startswith('"default";r=1;')
