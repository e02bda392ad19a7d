"""月历: what falls on the days of a month."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.models import Milestone
from tasks.readers.month import read_month
from tests.extensions import sent
from tests.factories import NOW, TODAY, HolidayFactory, TaskFactory

PAGE = "/tasks/?layout=calendar"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client, cast):
    def get(address="", *, user=cast.supervisor):
        client.force_login(user)
        return client.get(f"{PAGE}{address}")

    return get


def day(response, on):
    return next(cell for week in response.context["month"]["weeks"] for cell in week if cell["date"] == on)


def kinds(cell):
    return [entry["kind"] for entry in (*cell["shown"], *cell["folded"])]


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", date(2026, 11, 1)), ("2027-02", date(2027, 2, 1)), ("2026-13", None), ("2026-1", None), ("11月", None),
        ("1999-12", None), ("2100-01", None), ("2026-W1", None),
    ],
)  # fmt: skip
def test_read_month_takes_a_month_of_this_century(asked, first):
    assert read_month(asked, on=TODAY) == first


def test_month_begins_on_monday_and_marks_today_and_days_off(page):
    HolidayFactory(date=date(2026, 11, 20))
    HolidayFactory(date=date(2026, 11, 22), kind="workday", name="调休")
    response = page()
    assert response.context["month"]["weeks"][0][0]["date"] == date(2026, 10, 26)
    assert day(response, TODAY)["is_today"]
    assert (day(response, date(2026, 11, 20))["mark"], day(response, date(2026, 11, 22))["mark"]) == ("休", "班")


def test_month_shows_deadlines_milestones_and_report_limits_of_the_tasks_asked_for(cast, page):
    TaskFactory(number=2, lead=cast.co, due_date=date(2026, 12, 25), percent=10, title="另一项")
    Milestone.objects.create(task=cast.task, name="建成平台", due_on=date(2026, 12, 25), planned_percent=95)
    response = page("&month=2026-12")
    assert kinds(day(response, date(2026, 12, 25))) == ["due", "milestone", "report"]
    assert kinds(day(response, date(2026, 12, 21))) == ["contribution"]
    assert "2026年第4季度报送，2 项任务" in text(response)
    assert kinds(day(page("&month=2026-12&lead=co-unit"), date(2026, 12, 25))) == ["due", "report"]


def test_month_folds_what_is_more_than_four(cast, page):
    for number in range(2, 8):
        TaskFactory(number=number, lead=cast.lead, due_date=date(2026, 11, 27))
    cell = day(page(), date(2026, 11, 27))
    assert (len(cell["shown"]), len(cell["folded"])) == (4, 2)
    assert "另 2 项" in text(page())


def test_month_leads_to_its_neighbours_and_back_keeping_the_filter(cast, page):
    shown = text(page("&month=2026-12&zone=nanning"))
    ways = [way.replace("&amp;", "&") for way in re.findall(r'href="\?([^"]*)"', shown) if "layout=calendar" in way]
    for month in ("month=2026-11", "month=2027-01"):
        assert any(month in way and "zone=nanning" in way for way in ways)
    assert any("zone=nanning" in way and "month" not in way for way in ways)


def test_month_that_is_none_is_said(page):
    response = page("&month=2026-13")
    assert "“2026-13”不是月份" in text(response)
    assert response.context["month"]["first"] == TODAY.replace(day=1)


def test_month_shows_the_offices_limit_to_those_who_see_the_request(cast, page):
    limit = sent(cast).answer_due_on
    assert "office" in kinds(day(page(f"&month={limit:%Y-%m}"), limit))
    assert "office" not in kinds(day(page(f"&month={limit:%Y-%m}", user=cast.outsider), limit))


@pytest.mark.parametrize("layout", ["board", "timeline", "calendar"])
def test_layouts_cost_the_same_whatever_the_number(cast, client, layout):
    def count():
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/tasks/?layout={layout}").status_code == 200
        return len(found)

    client.force_login(cast.supervisor)
    one = count()
    for number in range(2, 31):
        task = TaskFactory(number=number, lead=cast.lead)
        Milestone.objects.create(task=task, name="节点", due_on=TODAY + timedelta(days=number), planned_percent=50)
    assert count() == one
