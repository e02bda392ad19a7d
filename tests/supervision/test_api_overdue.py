from datetime import date

import pytest

from ledger.models import Head
from supervision.models import Delivery, Level
from supervision.reminders import due_key
from tests.api import Api, pointers, problem, record_tasks
from tests.factories import NOW, PillarFactory, TaskFactory


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.leader)


@pytest.fixture
def late(cast):
    return TaskFactory(number=2, lead=cast.lead, overdue=True, percent=40)


def test_overdue_gives_the_oldest_first_with_its_days(api, cast, late):
    due = date(2026, 9, 30)
    TaskFactory(number=3, lead=cast.other, overdue=True, due_date=due, overdue_from=date(2026, 10, 9))
    rows = api.get("overdue").json()
    assert [(row["number"], row["overdue_days"]) for row in rows] == [(3, 49), (2, 19)]
    assert rows[1]["lead"] == {"code": "lead-unit", "name": "单位lead-unit"}
    assert (rows[1]["due_date"], rows[1]["percent"], rows[1]["level"]) == ("2026-10-30", 40, None)


def test_overdue_names_the_level_reached(api, cast, late):
    Delivery.objects.create(
        dedupe_key="one", clock=due_key(late.pk, late.due_date), channel="inbox", recipient=cast.lead_reporter,
        task=late, reason="overdue", level=Level.URGE, due_at=NOW, done_at=NOW, created_at=NOW,
    )  # fmt: skip
    (row,) = api.get("overdue").json()
    assert (row["level"], row["level_label"]) == (2, "催办")


def test_overdue_is_empty_when_nothing_is_late(api):
    assert api.get("overdue").json() == []


def test_overdue_says_the_same_as_the_list_and_the_summary(api, late):
    (row,) = api.get("tasks", overdue="true").json()["results"]
    assert [each["number"] for each in api.get("overdue").json()] == [row["number"]]
    assert sum(each["overdue"] for each in api.get("summary", by="light").json()) == 1


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"lead": "other-unit"}, [328]),
        ({"lead": "lead-unit,other-unit"}, [2, 328]),
        ({"agency": "co-unit"}, [328]),
        ({"zone": "nanning"}, [328]),
        ({"pillar": "2"}, [328]),
        ({"pillar": "1", "lead": "other-unit"}, []),
    ],
)
def test_overdue_can_be_narrowed(api, cast, late, params, expected):
    task = TaskFactory(
        number=328, lead=cast.other, supporting=[cast.co], overdue=True, pillar=PillarFactory(number=2)
    )  # fmt: skip
    task.zones.add("nanning")
    assert [row["number"] for row in api.get("overdue", **params).json()] == expected


def test_overdue_with_fields_gives_these_alone(api, late):
    assert api.client.get("/api/v1/overdue/?fields=number,level").json() == [{"number": 2, "level": None}]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"colour": "red"}, "/colour"),
        ({"status": "ongoing"}, "/status"),
        ({"ordering": "number"}, "/ordering"),
        ({"lead": "nobody"}, "/lead"),
        ({"zone": "moon"}, "/zone"),
        ({"pillar": "99"}, "/pillar"),
        ({"fields": "pk"}, "/fields"),
        ({"lead": ""}, "/lead"),
    ],
)
def test_overdue_refuses_what_it_does_not_know(api, params, pointer):
    assert pointers(problem(api.get("overdue", **params), 400, "invalid_parameters")) == [pointer]


def test_overdue_is_sent_again_when_a_reminder_has_gone_out(api, cast, late):
    """A delivery is no event of the ledger, and raises the level all the same."""
    record_tasks(by=cast.director)
    tag = api.get("overdue")["ETag"]
    assert api.get("overdue", headers={"If-None-Match": tag}).status_code == 304
    Delivery.objects.create(
        dedupe_key="one", clock=due_key(late.pk, late.due_date), channel="inbox", recipient=cast.lead_reporter,
        task=late, reason="overdue", level=Level.URGE, due_at=NOW, done_at=NOW, created_at=NOW,
    )  # fmt: skip
    response = api.get("overdue", headers={"If-None-Match": tag})
    assert (response.status_code, response.json()[0]["level"]) == (200, 2)


def test_overdue_is_sent_again_when_two_reminders_of_one_turn_go_out(api, cast, late):
    """They have the same moment, and somebody may ask between them."""
    record_tasks(by=cast.director)
    about = {"clock": due_key(late.pk, late.due_date), "channel": "inbox", "task": late, "reason": "overdue",
             "due_at": NOW, "done_at": NOW, "created_at": NOW, "recipient": cast.lead_reporter}  # fmt: skip
    Delivery.objects.create(dedupe_key="one", level=Level.NEAR, **about)
    tag = api.get("overdue")["ETag"]
    Delivery.objects.create(dedupe_key="two", level=Level.URGE, **about)
    response = api.get("overdue", headers={"If-None-Match": tag})
    assert (response.status_code, response.json()[0]["level"]) == (200, Level.URGE)


def test_overdue_is_sent_again_when_the_ledger_tells_another_history(api, cast, late):
    """As after a backup has been restored: as many events, but not the same ones."""
    record_tasks(by=cast.director)
    tag = api.get("overdue")["ETag"]
    Head.objects.update(hash="0" * 64)
    assert api.get("overdue", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_overdue_costs_two_queries_whatever_the_number(api, cast, count, django_assert_num_queries):
    for _ in range(count):
        TaskFactory(lead=cast.lead, supporting=[cast.co], overdue=True)
    with django_assert_num_queries(2 + 1 + 2):  # who asks; which version is current; the data
        assert len(api.get("overdue").json()) == count
