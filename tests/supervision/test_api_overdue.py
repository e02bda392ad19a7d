from datetime import date

import pytest

from supervision.models import Delivery, Level
from supervision.reminders import due_key
from tests.api import Api, pointers, problem
from tests.factories import NOW, TaskFactory


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


def test_overdue_takes_no_parameters(api):
    assert pointers(problem(api.get("overdue", lead="x"), 400, "invalid_parameters")) == ["/lead"]


@pytest.mark.parametrize("count", [1, 30])
def test_overdue_costs_two_queries_whatever_the_number(api, cast, count, django_assert_num_queries):
    for _ in range(count):
        TaskFactory(lead=cast.lead, supporting=[cast.co], overdue=True)
    with django_assert_num_queries(2 + 1 + 2):  # who asks; which version is current; the data
        assert len(api.get("overdue").json()) == count
