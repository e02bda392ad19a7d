import pytest

from ledger import actions as ledger
from ledger.models import Audience, Event, Head
from tests.api import Api, pointers, problem
from tests.factories import NOW


@pytest.fixture
def feed(cast):
    """Three events: public, of the lead unit, of the office and the auditor; then one that removes."""
    common = {"kind": "thing", "verb": "made", "by": cast.director, "at": NOW}
    ledger.append(key="1", state={"a": 1}, **common)
    ledger.append(key="2", state={"a": 2}, audience=Audience.AGENCY, agency="lead-unit", **common)
    ledger.append(key="3", state={"a": 3}, audience=Audience.RESTRICTED, **common)
    ledger.append(key="1", state=None, before={"a": 1}, **common)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("auditor", [1, 2, 3, 4]), ("director", [1, 2, 3, 4]), ("leader", [1, 2, 3, 4]),
        ("lead_reporter", [1, 2, 4]), ("outsider", [1, 4]), ("administrator", [1, 4]),
    ],
)  # fmt: skip
def test_changes_come_in_order_as_far_as_each_may_see(cast, feed, part, expected):
    body = Api(getattr(cast, part)).get("changes").json()
    assert [event["sequence"] for event in body["events"]] == expected
    assert (body["last"], body["more"]) == (4, False)


def test_changes_tell_who_what_and_the_whole_state(cast, feed):
    first, *_others, removed = Api(cast.auditor).get("changes").json()["events"]
    assert first["by"] == {"name": cast.director.name, "agency": "office"}
    assert first["changed"] == {"a": [None, 1]}
    assert first["at"] == "2026-11-18T10:00:00+08:00"
    assert removed["state"] is None


def test_changes_by_pages_miss_nothing(cast, feed):
    api, seen, after = Api(cast.lead_reporter), [], 0
    while True:
        body = api.get("changes", after=after, limit=1).json()
        seen += [event["sequence"] for event in body["events"]]
        after = body["last"]
        if not body["more"]:
            break
    assert seen == [1, 2, 4]
    assert after == 4


def test_changes_after_a_number_that_does_not_exist_are_refused(cast, feed):
    body = problem(Api(cast.auditor).get("changes", after=99), 400, "unknown_sequence")
    assert [(each["pointer"], each["in"]) for each in body["errors"]] == [("/after", "query")]


def test_changes_after_the_last_are_none(cast, feed):
    body = Api(cast.auditor).get("changes", after=4).json()
    assert (body["events"], body["last"], body["more"]) == ([], 4, False)


def test_a_place_is_known_by_its_mark(cast, feed):
    api = Api(cast.outsider)
    first = api.get("changes", limit=1).json()
    rest = api.get("changes", after=first["last"], mark=first["mark"]).json()
    assert [event["sequence"] for event in rest["events"]] == [4]
    assert Event.objects.get(sequence=4).hash.startswith(rest["mark"])


def test_another_history_of_the_same_length_is_refused_and_not_read_on(cast, feed):
    """After a restore other events have come: the number is there again, and means something else."""
    problem(Api(cast.auditor).get("changes", after=4, mark="0123456789abcdef"), 400, "unknown_sequence")


@pytest.mark.parametrize("mark", ["x", "0123456789ABCDEF", "0123456789abcde", "0123456789abcdef0"])
def test_a_mark_that_is_none_is_refused_where_it_stands(cast, feed, mark):
    assert pointers(problem(Api(cast.auditor).get("changes", after=4, mark=mark), 400, "invalid_parameters")) == [
        "/mark"
    ]


def test_two_histories_of_one_length_have_two_etags(cast, feed):
    """A restored server must not tell a client that nothing has changed."""
    api = Api(cast.auditor)
    tag = api.get("changes")["ETag"]
    Head.objects.update(hash="f" * 64)
    assert api.get("changes", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"after": "-1"}, "/after"), ({"after": "x"}, "/after"), ({"after": "9" * 30}, "/after"),
        ({"limit": "0"}, "/limit"), ({"limit": "1001"}, "/limit"), ({"since": "1"}, "/since"),
    ],
)  # fmt: skip
def test_changes_refuse_what_they_do_not_know(cast, params, pointer):
    assert pointers(problem(Api(cast.auditor).get("changes", **params), 400, "invalid_parameters")) == [pointer]


@pytest.mark.parametrize("count", [1, 30])
def test_changes_cost_two_queries(cast, count, django_assert_num_queries):
    for index in range(count):
        ledger.append(kind="thing", key=str(index), verb="made", by=cast.director, at=NOW, state={})
    api = Api(cast.auditor)
    with django_assert_num_queries(2 + 2):  # who asks; the last number and the events
        assert len(api.get("changes").json()["events"]) == count


def test_auditor_reads_the_ledger_and_nothing_else(cast):
    api = Api(cast.auditor)
    for name in ("plan", "pillars", "zones", "agencies", "tasks", "periods", "overdue"):
        problem(api.get(name), 403, "not_allowed")
    problem(api.get("summary", by="light"), 403, "not_allowed")
