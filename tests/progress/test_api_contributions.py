"""配合情况 through the API."""

import pytest
from django.urls import reverse

from ledger.models import Event
from progress.actions import draft_report, give_contribution, submit_report
from progress.models import Contribution
from tests.api import Api, pointers, problem
from tests.factories import NOW, AgencyFactory, TaskFactory, UserFactory, report_content

PART = {"period": "2026Q4", "text": "配套道路已通车。", "percent": 80}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.co_reporter)


@pytest.fixture
def given(cast):
    return give_contribution(task=cast.task, period=cast.period, text="起初。", by=cast.co_reporter, now=NOW)


def test_first_part_is_given_and_says_where_it_is(api, cast):
    response = api.post("task_contributions", 1, data=PART)
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == reverse("api:contribution", args=[body["id"]])
    assert response["ETag"] == f'"c{body["id"]}-v1"'
    assert (body["agency"], body["lead"], body["text"], body["percent"], body["is_late"]) == (
        "co-unit", "lead-unit", "配套道路已通车。", 80, False,
    )  # fmt: skip
    assert Event.objects.filter(kind="contribution", actor_id=cast.co_reporter.actor_id).count() == 1


def test_part_is_changed_from_the_version_that_was_read(api, given):
    etag = api.get("contribution", given.pk)["ETag"]
    response = api.post("task_contributions", 1, data=PART, version=etag)
    assert (response.status_code, response.json()["text"], response.json()["version"]) == (200, "配套道路已通车。", 2)
    again = api.post("task_contributions", 1, data={**PART, "text": "又改。"}, version=response["ETag"])
    assert (again.status_code, again.json()["version"]) == (200, 3)


def test_second_part_without_a_version_names_the_first(api, given):
    body = problem(api.post("task_contributions", 1, data=PART), 409, "contribution_exists")
    assert body["contribution"] == given.pk


@pytest.mark.parametrize("version", ['"7"', '"c1234567-v1"', '"r1-v1"'])
def test_change_of_an_old_version_shows_both(api, given, version):
    body = problem(api.post("task_contributions", 1, data=PART, version=version), 412, "stale_version")
    assert body["given_version"] in {0, 7}
    assert (body["current"]["id"], body["current"]["text"]) == (given.pk, "起初。")
    given.refresh_from_db()
    assert given.text == "起初。"


def test_change_of_what_was_never_given_is_stale(api):
    body = problem(api.post("task_contributions", 1, data=PART, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]) == (1, None)
    assert not Contribution.objects.exists()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": ""}, ["/text"]),
        ({"text": "字" * 201}, ["/text"]),
        ({"text": "a\x00b"}, ["/text"]),
        ({"text": 5}, ["/text"]),
        ({"percent": 101}, ["/percent"]),
        ({"percent": "80"}, ["/percent"]),
        ({"no_change": True}, ["/no_change"]),
        ({"no_change": "yes"}, ["/no_change"]),
        ({"period": "2030Q1"}, ["/period"]),
        ({"period": None}, ["/period"]),
        ({"agency": "other-unit"}, ["/agency"]),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_left(api, changes, expected):
    events = Event.objects.count()
    body = problem(api.post("task_contributions", 1, data={**PART, **changes}), 400, "invalid")
    assert pointers(body) == expected
    assert (Contribution.objects.count(), Event.objects.count()) == (0, events)


def test_percent_may_be_left_open(api):
    body = api.post("task_contributions", 1, data={"period": "2026Q4", "text": "已完成。"}).json()
    assert body["percent"] is None


def test_part_after_the_lead_has_sent_is_refused(api, cast):
    report = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    problem(api.post("task_contributions", 1, data=PART), 409, "contribution_closed")


@pytest.mark.parametrize("part", ["lead_reporter", "outsider", "supervisor", "leader"])
@pytest.mark.parametrize("version", [None, 1])
def test_part_by_others_is_refused_before_any_version(cast, part, version):
    response = Api(getattr(cast, part)).post("task_contributions", 1, data=PART, version=version)
    problem(response, 403, "not_allowed")


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("co_reporter", 1), ("co_approver", 1), ("lead_reporter", 2), ("supervisor", 2), ("leader", 2),
        ("zone_officer", 1), ("outsider", 0), ("administrator", 0),
    ],
)  # fmt: skip
def test_list_gives_the_own_units_and_all_to_lead_and_office(cast, given, part, seen):
    give_contribution(task=cast.task, period=cast.period, text="片区已落实。", by=cast.zone_officer, now=NOW)
    assert len(Api(getattr(cast, part)).get("task_contributions", 1).json()["results"]) == seen


def test_list_is_narrowed_to_a_period(api, given):
    assert len(api.get("task_contributions", 1, period="2026Q4").json()["results"]) == 1
    body = problem(api.get("task_contributions", 1, period="2030Q1"), 400, "invalid_parameters")
    assert "2026Q4" in body["errors"][0]["detail"]


def test_list_pages_through_all(cast):
    task = TaskFactory(number=330, lead=cast.lead, supporting=[AgencyFactory() for _each in range(5)])
    for unit in [each.agency for each in task.assignments.filter(role="co")]:
        give_contribution(task=task, period=cast.period, text="好。", by=UserFactory(agency=unit), now=NOW)
    api = Api(cast.lead_reporter)
    response, seen = api.get("task_contributions", 330, page_size=2), []
    while response.json()["next"]:
        seen += response.json()["results"]
        response = api.client.get(response.json()["next"])
    seen += response.json()["results"]
    assert len({each["agency"] for each in seen}) == len(seen) == 5


def test_part_of_another_unit_is_not_found(cast, given):
    problem(Api(cast.zone_officer).get("contribution", given.pk), 404, "not_found")
    problem(Api(cast.zone_officer).get("contribution", given.pk + 1), 404, "not_found")


@pytest.mark.parametrize("count", [1, 30])
def test_list_keeps_its_query_budget(cast, count, django_assert_num_queries):
    units = [AgencyFactory() for _each in range(count)]
    task = TaskFactory(number=330, lead=cast.lead, supporting=units)
    for unit in units:
        give_contribution(task=task, period=cast.period, text="好。", by=UserFactory(agency=unit), now=NOW)
    api = Api(cast.supervisor)
    with django_assert_num_queries(2 + 1 + 2):  # who asks; which version; task, contributions
        assert len(api.get("task_contributions", 330).json()["results"]) == count
