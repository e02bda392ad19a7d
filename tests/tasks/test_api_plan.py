import pytest

from tests.api import Api, problem
from tests.factories import AgencyFactory, PlanFactory


@pytest.fixture
def api(cast):
    return Api(cast.leader)


def test_plan_says_what_it_is_and_how_much_is_in_it(api, cast):
    body = api.get("plan").json()
    assert body["document_number"] is None
    assert (body["pillars"], body["tasks"], body["agencies"], body["assignments"]) == (1, 1, 3, 3)


def test_plan_that_is_not_loaded_is_not_found(api):
    PlanFactory._meta.model.objects.update(is_current=False)
    problem(api.get("plan"), 404, "not_found")


def test_pillars_come_whole_and_in_order(api):
    assert [(each["number"], each["tasks"]) for each in api.get("pillars").json()] == [(1, 1)]


def test_zones_give_areas_as_numbers_and_their_management_body(api):
    (zone,) = api.get("zones").json()
    assert zone["area_km2"] == 46.8
    assert zone["bonded_zone"]["area_km2"] == 2.37
    assert zone["management_body"]["code"] == "zone-body"
    assert zone["tasks"] == 1


def test_agencies_tell_how_many_tasks_they_lead_and_support(api, cast):
    agencies = {each["code"]: each for each in api.get("agencies").json()}
    assert (agencies["lead-unit"]["led"], agencies["lead-unit"]["supported"]) == (1, 0)
    assert (agencies["co-unit"]["led"], agencies["co-unit"]["supported"]) == (0, 1)
    assert agencies["office"]["plan_name"] is None


@pytest.mark.parametrize("name", ["plan", "pillars", "zones", "agencies", "periods"])
@pytest.mark.parametrize("count", [1, 30])
def test_short_lists_keep_their_query_budget(api, cast, name, count, django_assert_max_num_queries):
    for _ in range(count):
        AgencyFactory()
    with django_assert_max_num_queries(2 + 7):  # session and user; the plan counts its parts
        api.get(name)


@pytest.mark.parametrize("name", ["plan", "pillars", "zones", "agencies"])
def test_an_unknown_parameter_is_refused(api, name):
    body = problem(api.get(name, page=2), 400, "invalid_parameters")
    assert body["errors"][0]["pointer"] == "/page"
