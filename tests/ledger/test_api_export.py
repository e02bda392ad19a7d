import json

import pytest
from django.urls import reverse

from ledger import actions as ledger
from ledger import readers
from ledger.models import Audience
from tests.api import Api, pointers, problem
from tests.factories import NOW


def append(cast, key, **more):
    ledger.append(kind="thing", key=key, verb="made", by=cast.director, at=NOW, **{"state": {"a": key}, **more})


@pytest.fixture
def feed(cast):
    """Three events: public, of the lead unit, of the office and the auditor; then one that removes."""
    append(cast, "1")
    append(cast, "2", audience=Audience.AGENCY, agency="lead-unit")
    append(cast, "3", audience=Audience.RESTRICTED)
    append(cast, "1", state=None, before={"a": "1"})


def read_lines(response):
    return [json.loads(line) for line in response.body.splitlines()]


def sequences(response):
    return [event["sequence"] for event in read_lines(response)]


@pytest.mark.parametrize(
    ("part", "expected"),
    [("auditor", [1, 2, 3, 4]), ("lead_reporter", [1, 2, 4]), ("outsider", [1, 4])],
)
def test_export_holds_the_feed_as_far_as_each_may_see(cast, feed, part, expected):
    api = Api(getattr(cast, part))
    response = api.get("changes_export", format="ndjson")
    assert sequences(response) == expected
    assert read_lines(response) == api.get("changes").json()["events"]


def test_export_without_a_format_is_one_array(cast, feed):
    response = Api(cast.auditor).get("changes_export")
    assert [event["state"] for event in json.loads(response.body)][-1] is None


def test_export_begins_after_a_number(cast, feed):
    assert sequences(Api(cast.auditor).get("changes_export", format="ndjson", after=2)) == [3, 4]
    assert sequences(Api(cast.auditor).get("changes_export", format="ndjson", after=4)) == []


def test_export_says_where_to_go_on_also_to_who_does_not_see_the_last(cast, feed):
    append(cast, "5", audience=Audience.RESTRICTED)
    response = Api(cast.outsider).get("changes_export", format="ndjson")
    assert (sequences(response), response["X-Ledger-Sequence"]) == ([1, 4], "5")


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"after": "-1"}, "/after"),
        ({"after": "9" * 30}, "/after"),
        ({"limit": "5"}, "/limit"),
        ({"format": "csv"}, "/format"),
    ],
)
def test_export_refuses_what_it_does_not_know(cast, params, pointer):
    body = problem(Api(cast.auditor).get("changes_export", **params), 400, "invalid_parameters")
    assert pointers(body) == [pointer]


def test_export_after_a_number_that_does_not_exist_is_refused(cast, feed):
    problem(Api(cast.auditor).get("changes_export", after=99, format="ndjson"), 400, "unknown_sequence")


@pytest.mark.parametrize("count", [1, 10, 11, 25])
def test_export_costs_one_query_a_batch(cast, monkeypatch, count, django_assert_num_queries):
    monkeypatch.setattr(readers, "BATCH", 10)
    for number in range(count):
        append(cast, str(number))
    api = Api(cast.auditor)
    with django_assert_num_queries(2 + 1 + count // 10 + 1):  # who asks; the last number; the events
        assert len(sequences(api.get("changes_export", format="ndjson"))) == count


def test_export_ends_where_the_ledger_ended_when_it_began(cast, monkeypatch):
    """It comes to an end although others never stop; what they write is for the next time."""
    monkeypatch.setattr(readers, "BATCH", 10)
    for number in range(25):
        append(cast, str(number))
    response = Api(cast.auditor).client.get(reverse("api:changes_export"), {"format": "ndjson"})
    lines = []
    for piece in response.streaming_content:
        append(cast, "late")
        lines += piece.splitlines()
    assert [json.loads(line)["sequence"] for line in lines if line] == list(range(1, 26))
