"""签收 and the other changes of a task's state, as programs make them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import Event
from tasks.models import Task
from tests.api import Api, pointers, problem
from tests.factories import NOW, TODAY, TaskFactory


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def issued(cast):
    return TaskFactory(number=320, lead=cast.lead, status="issued")


@pytest.fixture
def api(cast):
    return Api(cast.lead_reporter)


def test_receipt_answers_the_task_with_its_new_etag(api, cast, issued):
    response = api.post("task_receipt", 320, version=api.get("task", 320)["ETag"])
    body = response.json()
    assert (body["status"], body["version"], len(body["measures"])) == ("ongoing", 2, 2)
    assert response["ETag"] == '"t320-v2"'
    event = Event.objects.get(kind="task", verb="receive")
    assert (event.actor_id, event.state["received_on"]) == (cast.lead_reporter.actor_id, TODAY.isoformat())


def test_receipt_of_two_the_second_sees_what_the_first_did(api, cast, issued):
    api.post("task_receipt", 320, version=1)
    body = problem(Api(cast.lead_approver).post("task_receipt", 320, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]["version"], body["current"]["status"]) == (1, 2, "ongoing")


def test_receipt_twice_is_refused(api, issued):
    api.post("task_receipt", 320, version=1)
    problem(api.post("task_receipt", 320, version=2), 409, "transition_not_allowed")


def test_receipt_asks_for_the_version(api, issued):
    problem(api.post("task_receipt", 320, data={}), 428, "precondition_required")


def test_receipt_takes_nothing_else(api, issued):
    response = api.post("task_receipt", 320, data={"received_on": "2026-01-01"}, version=1)
    assert pointers(problem(response, 400, "invalid")) == ["/received_on"]
    assert Task.objects.get(number=320).status == "issued"


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "director", "leader"])
def test_receipt_by_others_is_refused(cast, issued, part):
    problem(Api(getattr(cast, part)).post("task_receipt", 320, version=1), 403, "not_allowed")
    assert Task.objects.get(number=320).status == "issued"


@pytest.mark.parametrize("name", ["task_receipt", "task_status"])
def test_a_task_that_is_none_is_not_found(api, name):
    problem(api.post(name, 2, version=1), 404, "not_found")


def test_receipt_costs_the_same_whatever_else_there_is(api, cast, issued):
    with CaptureQueriesContext(connection) as alone:
        api.post("task_receipt", 320, version=1)
    for number in range(321, 330):
        TaskFactory(number=number, lead=cast.lead, supporting=[cast.co], status="issued")
    with CaptureQueriesContext(connection) as among:
        assert api.post("task_receipt", 329, version=1).status_code == 200
    assert len(among) <= len(alone)  # the first opens the ledger


def test_status_makes_the_change_of_the_table(cast):
    director = Api(cast.director)
    body = director.post("task_status", 1, data={"verb": "suspend", "text": "会议纪要〔2026〕1号"}, version=1).json()
    assert (body["status"], body["version"]) == ("suspended", 2)
    assert Event.objects.get(kind="task", verb="suspend").reason == "会议纪要〔2026〕1号"


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({}, "/verb"),
        ({"verb": "explode"}, "/verb"),
        ({"verb": "close"}, "/verb"),  # made with the closing request alone
        ({"verb": "suspend"}, "/text"),
        ({"verb": "suspend", "text": " "}, "/text"),
        ({"verb": "suspend", "text": "a\x00b"}, "/text"),
        ({"verb": "suspend", "text": "长" * 501}, "/text"),
        ({"verb": "suspend", "text": "纪要", "basis": "x"}, "/basis"),
    ],
)
def test_status_points_at_what_is_wrong_and_leaves_nothing(cast, data, pointer):
    events = Event.objects.count()
    response = Api(cast.director).post("task_status", 1, data=data, version=1)
    assert pointers(problem(response, 400, "invalid")) == [pointer]
    assert (Task.objects.get(number=1).status, Event.objects.count()) == ("ongoing", events)


def test_status_that_the_table_does_not_know_now_is_refused(cast):
    response = Api(cast.director).post("task_status", 1, data={"verb": "sign_off"}, version=1)
    problem(response, 409, "transition_not_allowed")


def test_status_by_the_unit_is_the_units_own_change_alone(cast, issued):
    unit = Api(cast.lead_approver)
    problem(unit.post("task_status", 320, data={"verb": "suspend", "text": "纪要"}, version=1), 403, "not_allowed")
    body = unit.post("task_status", 320, data={"verb": "receive"}, version=1).json()
    assert body["status"] == "ongoing"
