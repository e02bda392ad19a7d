"""责任情况: what one unit carries, with whom, and what comes next; and the list of units in its orders."""

from datetime import timedelta

import pytest
import time_machine

from dashboard.readers.partners import partners_of, picture
from tasks.models import Milestone
from tests.extensions import sent
from tests.factories import NOW, TODAY, AgencyFactory, TaskFactory

LEAD = "/agencies/lead-unit/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, cast):
    def get(address=LEAD, *, user=cast.supervisor):
        client.force_login(user)
        return client.get(address)

    return get


def text(response):
    return " ".join(response.content.decode().split())


# -- with whom -----------------------------------------------------------------------------------------------------


def task(lead, *supporting):
    units = [{"code": code, "label": code} for code in (lead, *supporting)]
    return {"lead": units[0], "supporting": units[1:]}


def test_partners_are_counted_by_who_leads_what_is_shared():
    led = [task("me", "a", "b"), task("me", "a")]
    supported = [task("a", "me", "c"), task("b", "me", "a")]
    found = partners_of("me", led, supported)
    counts = [(each["unit"]["code"], each["shared"], each["ours"], each["theirs"], each["beside"]) for each in found]
    assert counts == [("a", 4, 2, 1, 1), ("b", 2, 1, 1, 0), ("c", 1, 0, 0, 1)]


def test_picture_puts_those_who_lead_left_and_those_led_right():
    found = picture(partners_of("me", [task("me", "a"), task("me", "a")], [task("b", "me", "c")]))
    sides = {line["unit"]["code"]: (line["is_left"], line["direction"]) for line in found["lines"]}
    assert sides == {"a": (False, "ours"), "b": (True, "theirs"), "c": (True, "beside")}
    weights = {line["unit"]["code"]: line["weight"] for line in found["lines"]}
    assert weights["a"] > weights["b"] == weights["c"]


def test_picture_draws_the_first_twelve_and_nothing_without_a_partner():
    many = partners_of("me", [task("me", *(f"u{n}" for n in range(20)))], [])
    assert (len(many), len(picture(many)["lines"]), picture(many)["drawn"]) == (20, 12, 12)
    assert picture([]) is None


# -- the page ------------------------------------------------------------------------------------------------------


def test_page_tells_load_lights_partners_and_dates(cast, page):
    TaskFactory(number=2, lead=cast.lead, supporting=[cast.co], overdue=True)
    TaskFactory(number=3, lead=cast.co, supporting=[cast.lead], due_date=TODAY + timedelta(days=5))
    Milestone.objects.create(task=cast.task, name="建成平台", due_on=TODAY + timedelta(days=60), planned_percent=95)
    Milestone.objects.create(task=cast.task, name="太远", due_on=TODAY + timedelta(days=61), planned_percent=96)
    response = page()
    assert [(each["count"], each["average"], each["most"]) for each in response.context["load"]] == [
        (2, 0.8, 2), (1, 1.0, 2),
    ]  # fmt: skip
    assert [(each["colour"], each["count"]) for each in response.context["lights"]] == [("red", 1), ("green", 1)]
    partners = {each["unit"]["code"]: each["shared"] for each in response.context["partners"]}
    assert partners == {"co-unit": 3, "zone-body": 1}
    dates = [
        (each["days"], each["task"] and each["task"]["number"], each["leads"]) for each in response.context["coming"]
    ]
    assert dates == [(5, 3, False), (37, None, False), (43, 1, True), (60, 1, True)]
    assert "太远" not in text(response)


def test_page_tells_what_was_owed_and_what_came_in(cast, page):
    [quarter] = page().context["standing"]
    assert (quarter["key"], quarter["expected"], quarter["received"], quarter["is_running"]) == ("2026Q4", 1, 0, True)


@pytest.mark.parametrize(
    ("part", "sees"),
    [("supervisor", True), ("leader", True), ("lead_reporter", True), ("co_reporter", False), ("administrator", False)],
)
def test_page_shows_open_cases_to_those_who_may_see_them(cast, page, part, sees):
    extension = sent(cast)
    cases = page(user=getattr(cast, part)).context["cases"]
    assert [(each["url"], each["number"]) for each in cases] == ([(f"/extensions/{extension.pk}/", 1)] if sees else [])


def test_page_of_a_unit_without_tasks_says_so(page):
    shown = text(page("/agencies/other-unit/"))
    assert "没有承担任务" in shown
    assert 'id="partners"' not in shown


# -- the list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "first"),
    [("led", ["lead-unit", "co-unit"]), ("supported", ["co-unit", "zone-body"]), ("red", ["co-unit"])],
)
def test_list_can_be_put_in_order(cast, page, order, first):
    TaskFactory(number=2, lead=cast.co, overdue=True)
    TaskFactory(number=3, lead=cast.lead, supporting=[cast.co])
    [group] = page(f"/agencies/?order={order}").context["groups"]
    assert [unit["agency"].code for unit in group["units"]][: len(first)] == first


def test_list_shows_the_lights_of_what_each_unit_leads(cast, page):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    groups = page("/agencies/").context["groups"]
    units = {unit["agency"].code: unit for group in groups for unit in group["units"]}
    assert [(each["colour"], each["count"]) for each in units["lead-unit"]["lights"]] == [("red", 1), ("green", 1)]


def test_list_in_an_order_that_nobody_knows_is_not_found(page):
    AgencyFactory()
    assert page("/agencies/?order=name").status_code == 404
