from datetime import date, timedelta
from functools import partial

import pytest
from django.urls import reverse

from tasks.models import Task
from tests.api import Api, pointers, problem, record_tasks
from tests.factories import NOW, TODAY, AgencyFactory, PillarFactory, TaskFactory, ZoneFactory


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.leader)


@pytest.fixture
def tasks(cast):
    """Beside the cast's task 1: overdue 2, planned 3, closed 4, all led by another unit."""
    TaskFactory(number=2, lead=cast.other, overdue=True, percent=40)
    TaskFactory(number=3, lead=cast.other, planned=True, pillar=PillarFactory(number=2), title="口岸通关")
    TaskFactory(number=4, lead=cast.other, status="closed", closed_on=TODAY, closed_late=False, percent=100)


@pytest.fixture
def recorded(cast):
    return partial(record_tasks, by=cast.director)


def numbers(response):
    return [row["number"] for row in response.json()["results"]]


def test_list_gives_every_task_of_the_plan_by_number(api, tasks):
    response = api.get("tasks")
    assert numbers(response) == [1, 2, 3, 4]
    assert response.json()["as_of"] == "2026-11-18"
    assert response.json()["next"] is response.json()["previous"] is None


def test_list_row_has_moments_with_the_offset_of_shanghai(api, cast):
    (row,) = api.get("tasks").json()["results"]
    assert row["updated_at"] == "2026-11-18T10:00:00+08:00"
    assert row["lead"]["code"] == "lead-unit"
    assert [unit["code"] for unit in row["supporting"]] == ["co-unit", "zone-body"]
    assert row["zones"] == ["nanning"]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"pillar": "2"}, [3]),
        ({"pillar": "1,2"}, [1, 2, 3, 4]),
        ({"lead": "other-unit"}, [2, 3, 4]),
        ({"agency": "co-unit"}, [1]),
        ({"agency": "co-unit,other-unit", "status": "closed"}, [4]),
        ({"zone": "nanning"}, [1]),
        ({"status": "planned,closed"}, [3, 4]),
        ({"light": "red"}, [2]),
        ({"light": "grey,blue"}, [3, 4]),
        ({"overdue": "true"}, [2]),
        ({"overdue": "false"}, [1, 3, 4]),
        ({"due_before": "2026-10-30"}, [2]),
        ({"due_after": "2026-12-31"}, [1, 4]),
        ({"q": "口岸"}, [3]),
        ({"q": "4"}, [4]),
        ({"q": "Task other-unit"}, [2, 3, 4]),
        ({"q": "co-unit 任务"}, [1]),
        ({"q": "100%"}, []),
        ({"ordering": "-number"}, [4, 3, 2, 1]),
        ({"ordering": "due_date"}, [2, 1, 4, 3]),
        ({"ordering": "-due_date"}, [1, 4, 2, 3]),
        ({"ordering": "percent"}, [3, 2, 1, 4]),
        ({"ordering": "-percent"}, [4, 1, 2, 3]),
        ({"ordering": "updated_at"}, [1, 2, 3, 4]),
        ({"ordering": "light"}, [2, 1, 3, 4]),
    ],
)
def test_list_filters_and_orders(api, tasks, params, expected):
    assert numbers(api.get("tasks", **params)) == expected


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"colour": "red"}, "/colour"),
        ({"light": "purple"}, "/light"),
        ({"status": "open"}, "/status"),
        ({"pillar": "99"}, "/pillar"),
        ({"pillar": "１"}, "/pillar"),
        ({"lead": "nobody"}, "/lead"),
        ({"zone": "moon"}, "/zone"),
        ({"overdue": "yes"}, "/overdue"),
        ({"due_before": "31.12.2026"}, "/due_before"),
        ({"due_after": "2026-02-30"}, "/due_after"),
        ({"due_after": "20261231"}, "/due_after"),
        ({"ordering": "title"}, "/ordering"),
        ({"fields": "number,secret"}, "/fields"),
        ({"page_size": "abc"}, "/page_size"),
        ({"page_size": "0"}, "/page_size"),
        ({"page_size": "501"}, "/page_size"),
        ({"page_size": "9" * 5000}, "/page_size"),
        ({"cursor": "x"}, "/cursor"),
        ({"as_of": "2026-11-19"}, "/as_of"),
        ({"as_of": "yesterday"}, "/as_of"),
        ({"q": "a\x00b"}, "/q"),
        ({"q": "长" * 101}, "/q"),
        ({"lead": "a\x00b"}, "/lead"),
        ({"status": ""}, "/status"),
        ({"status": " , "}, "/status"),
        ({"fields": ","}, "/fields"),
        ({"due_before": "2026-W53-4"}, "/due_before"),
        ({"\x00": "1"}, "/\x00"),
    ],
)
def test_list_refuses_what_it_does_not_know(api, tasks, params, pointer):
    body = problem(api.get("tasks", **params), 400, "invalid_parameters" if pointer != "/cursor" else "invalid_cursor")
    assert set(pointers(body)) == {pointer}
    assert {each["in"] for each in body["errors"]} == {"query"}


def test_list_names_the_parameters_and_values_it_knows(api):
    body = problem(api.get("tasks", colour="red", light="purple"), 400, "invalid_parameters")
    details = {each["pointer"]: each["detail"] for each in body["errors"]}
    assert "due_before" in details["/colour"]
    assert "yellow" in details["/light"]


def test_list_refuses_a_repeated_parameter(api):
    response = api.client.get(reverse("api:tasks") + "?page_size=1&page_size=2")
    assert pointers(problem(response, 400, "invalid_parameters")) == ["/page_size"]


def test_list_with_fields_gives_these_alone(api, tasks):
    body = api.client.get(reverse("api:tasks") + "?fields=number,percent").json()
    assert body["results"][0] == {"number": 1, "percent": 90}


def walk(api, **params):
    """Every number, page by page forward, and then back from the last page."""
    response = api.get("tasks", **params)
    forward = [numbers(response)]
    while address := response.json()["next"]:
        response = api.client.get(address)
        forward.append(numbers(response))
    backward = [numbers(response)]
    while address := response.json()["previous"]:
        response = api.client.get(address)
        backward.append(numbers(response))
    return forward, backward[::-1]


@pytest.mark.parametrize(
    "ordering", ["number", "-number", "due_date", "-due_date", "percent", "-percent", "updated_at", "light", "-light"]
)
@pytest.mark.parametrize("as_of", [{}, {"as_of": "2026-11-18"}])
def test_pages_hold_every_task_once_in_both_directions(api, cast, tasks, recorded, ordering, as_of):
    for number in range(5, 9):
        TaskFactory(number=number, lead=cast.other, planned=number % 2 == 0)
    recorded()
    whole = numbers(api.get("tasks", ordering=ordering))
    forward, backward = walk(api, ordering=ordering, page_size=3, **as_of)
    assert [each for page in forward for each in page] == whole
    assert [each for page in backward for each in page] == whole
    assert len(whole) == 8


def test_pages_neither_miss_nor_repeat_when_tasks_are_added_between_them(api, tasks, cast):
    first = api.get("tasks", page_size=2).json()
    TaskFactory(number=0, lead=cast.other)
    Task.objects.filter(number=1).update(percent=99)
    second = api.client.get(first["next"])
    assert numbers(second) == [3, 4]


def test_cursor_of_another_ordering_is_refused(api, tasks):
    cursor = api.client.get(reverse("api:tasks") + "?page_size=1").json()["next"].partition("cursor=")[2]
    response = api.client.get(reverse("api:tasks") + f"?ordering=percent&cursor={cursor.partition('&')[0]}")
    problem(response, 400, "invalid_cursor")


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("params", [{}, {"light": "red,green"}, {"ordering": "light"}, {"q": "任务"}])
def test_list_costs_four_queries_whatever_the_number(api, cast, count, params, django_assert_num_queries):
    for _ in range(count):
        TaskFactory(lead=cast.lead, supporting=[cast.co, cast.other])
    with django_assert_num_queries(2 + 1 + 4):  # who asks; which version is current; the data
        api.get("tasks", **params)


@pytest.mark.parametrize("count", [1, 30])
def test_list_of_a_past_day_costs_three_queries(api, cast, recorded, count, django_assert_num_queries):
    for _ in range(count):
        TaskFactory(lead=cast.lead, supporting=[cast.co])
    recorded()
    with django_assert_num_queries(2 + 1 + 3):
        assert len(api.get("tasks", as_of="2026-11-18").json()["results"]) == count + 1


def test_as_of_today_equals_the_list_of_now(api, tasks, recorded):
    recorded()
    now = api.get("tasks").json()
    assert api.get("tasks", as_of=TODAY.isoformat()).json() == now


@pytest.mark.parametrize(
    "params",
    [
        {"pillar": "2"},
        {"lead": "other-unit"},
        {"agency": "co-unit"},
        {"zone": "nanning"},
        {"status": "planned,closed"},
        {"light": "red,blue"},
        {"overdue": "true"},
        {"overdue": "false"},
        {"due_before": "2026-10-30"},
        {"due_after": "2026-12-31"},
        {"q": "口岸"},
        {"ordering": "-percent"},
        {"ordering": "light"},
        {"ordering": "due_date"},
    ],
)
def test_as_of_takes_every_filter(api, tasks, recorded, params):
    recorded()
    assert api.get("tasks", as_of="2026-11-18", **params).json() == api.get("tasks", **params).json()


def test_as_of_before_the_first_event_is_empty(api, tasks, recorded):
    recorded()
    body = api.get("tasks", as_of="2026-11-17").json()
    assert (body["as_of"], body["results"]) == ("2026-11-17", [])


def test_as_of_shows_what_stood_at_the_end_of_the_day(cast, recorded, time_machine):
    recorded()
    time_machine.move_to(NOW + timedelta(days=3))
    Task.objects.filter(number=1).update(percent=97, version=2)
    recorded(at=NOW + timedelta(days=3))
    api = Api(cast.leader)
    assert [each["percent"] for each in api.get("tasks", as_of="2026-11-20").json()["results"]] == [90]
    assert [each["percent"] for each in api.get("tasks", as_of="2026-11-21").json()["results"]] == [97]


def test_task_has_its_text_measures_and_units(api, cast):
    response = api.get("task", 1)
    body = response.json()
    assert body["text"] == "第一句。第二句。"
    assert [each["code"] for each in body["measures"]] == ["1.1", "1.2"]
    assert [(each["agency"]["code"], each["role"]) for each in body["assignments"]] == [
        ("lead-unit", "lead"), ("co-unit", "co"), ("zone-body", "co"),
    ]  # fmt: skip
    assert body["extensions"] == []
    assert response["ETag"].startswith('"t1-v1.')


@pytest.mark.parametrize("number", [2, 0, 10**30])
def test_task_that_is_none_is_not_found(api, number):
    problem(api.client.get(f"/api/v1/tasks/{number}/"), 404, "not_found")


def test_task_refuses_an_unknown_field(api):
    assert pointers(problem(api.get("task", 1, fields="secret"), 400, "invalid_parameters")) == ["/fields"]


def test_list_of_a_plan_no_longer_in_force_is_empty(api, cast):
    cast.task.plan.is_current = False
    cast.task.plan.save()
    assert numbers(api.get("tasks")) == []


def test_unit_names_come_in_the_readers_language(cast):
    lead = Api(cast.leader).get("tasks", headers={"Accept-Language": "en"}).json()["results"][0]["lead"]
    assert lead["label"] == lead["name_en"] == "Unit lead-unit"


def test_agency_in_no_task_narrows_to_nothing(api):
    AgencyFactory(code="idle")
    ZoneFactory(code="empty")
    assert numbers(api.get("tasks", agency="idle")) == []
    assert numbers(api.get("tasks", zone="empty")) == []


def test_due_dates_count_the_day_itself(api, cast):
    assert numbers(api.get("tasks", due_before="2026-12-31", due_after="2026-12-31")) == [1]
    assert cast.task.due_date == date(2026, 12, 31)


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31"])
def test_as_of_takes_any_day_of_the_past(api, recorded, day):
    recorded()
    assert numbers(api.get("tasks", as_of=day, due_before="9999-12-31", due_after="0001-01-01")) == []
