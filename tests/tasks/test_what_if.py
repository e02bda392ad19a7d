from datetime import date

import pytest
import time_machine

from ledger.readers import last_sequence
from tasks.actions import record_progress, refresh_lights
from tasks.models import Task
from tasks.readers import what_if
from tests.cast import PARTS
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
PAGE = "/tasks/1/what-if/"


@pytest.fixture
def red(cast):
    """Half a year behind: 40 % where 88 % are planned."""
    Task.objects.update(percent=40, last_result="advancing", last_period="2026Q3")
    refresh_lights(by=cast.supervisor, now=NOW, reason="试算")
    return Task.objects.get()


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("percent", "colour", "rule"),
    [(40, "red", "pace_red"), (57, "red", "pace_red"), (58, "yellow", "pace_yellow"), (90, "yellow", "made_good")],
)
def test_what_if_is_the_light_of_that_percent(cast, red, percent, colour, rule):
    found = what_if(red, percent, TODAY)
    assert (found["then"]["colour"], found["then"]["rule"]) == (colour, rule)
    assert (found["now"]["colour"], found["planned_percent"]) == ("red", 88)
    assert f"已审定进度 {percent}%" in found["then"]["reason"]


@pytest.mark.parametrize("percent", [0, 40, 57, 58, 79, 90, 100])
def test_what_if_is_what_an_approval_makes_of_it(cast, red, percent):
    found = what_if(red, percent, TODAY)
    before = last_sequence()
    record_progress(task=red, percent=percent, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    light = Task.objects.get().light(on=TODAY)
    assert (light.colour, light.rule, light.since) == (
        found["then"]["colour"], found["then"]["rule"], found["then"]["since"],
    )  # fmt: skip
    assert (light.next_colour, light.next_on) == (
        (found["then"]["next"]["colour"], found["then"]["next"]["on"]) if found["then"]["next"] else (None, None)
    )
    assert last_sequence() == before + 1  # the trial itself left nothing


def test_what_if_counts_the_report_that_is_owed_as_received(cast, red):
    Task.objects.update(percent=95, report_due_on=date(2026, 11, 2), report_period="2026M10")
    refresh_lights(by=cast.supervisor, now=NOW, reason="试算")
    found = what_if(Task.objects.get(), 95, TODAY)
    assert (found["now"]["rule"], found["then"]["rule"]) == ("report_missing", "on_track")


def test_record_progress_that_sets_a_red_light_right_holds_it_yellow_to_the_quarters_end(cast, red):
    task = record_progress(task=red, percent=90, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    assert (task.held_from, task.held_until) == (TODAY, date(2026, 12, 31))
    assert task.light(on=TODAY).rule == "made_good"


def test_record_progress_that_leaves_it_red_holds_nothing(cast, red):
    task = record_progress(task=red, percent=50, result="advancing", period="2026Q4", by=cast.supervisor, now=NOW)
    assert (task.held_from, task.light(on=TODAY).colour) == (None, "red")


def test_record_progress_tells_periods_apart_by_their_ends_not_their_codes(cast, red):
    """November comes after the third quarter and before the fourth, whatever the letters say."""

    def record(percent, period):
        return record_progress(task=red, percent=percent, result="advancing", period=period, by=cast.director, now=NOW)

    assert record(60, "2026M11").last_period == "2026M11"
    assert record(70, "2026Q4").percent == 70
    assert record(65, "2026M11").percent == 70


def test_what_if_costs_the_same_few_queries(cast, red, django_assert_num_queries):
    task = Task.objects.get()
    with django_assert_num_queries(6 + 1):
        what_if(task, 55, TODAY)


# --- the page ---


@pytest.mark.parametrize("part", PARTS)
def test_what_if_page_is_for_the_lead_unit_and_the_office(cast, client, part):
    client.force_login(getattr(cast, part))
    may = {"lead_reporter", "lead_approver", "supervisor", "director"}
    expected = 404 if part == "auditor" else 200 if part in may else 403
    assert client.get(PAGE, {"percent": "55"}).status_code == expected


def test_what_if_page_answers_in_words(cast, client, red):
    client.force_login(cast.lead_reporter)
    text = client.get(PAGE, {"percent": "90"}).content.decode()
    assert "<html" in text
    assert "如果今天审定为 90%" in text
    assert "红灯已整改，黄灯保持至 2026年12月31日" in text


def test_what_if_page_gives_htmx_the_part_alone(cast, client, red):
    client.force_login(cast.lead_reporter)
    response = client.get(PAGE, {"percent": "90"}, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "如果今天审定为 90%" in response.content.decode()


@pytest.mark.parametrize("percent", ["", "abc", "-1", "101", "5.5", "9" * 30])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_if_page_says_what_is_wrong_with_the_percent(cast, client, percent, headers):
    client.force_login(cast.lead_reporter)
    response = client.get(PAGE, {"percent": percent}, headers=headers)
    assert response.status_code == 400
    assert response.content.decode().count("请填写 0 到 100 的整数。") == 1


def test_what_if_page_without_a_percent_asks_for_one(cast, client):
    client.force_login(cast.supervisor)
    response = client.get(PAGE)
    assert response.status_code == 200
    assert "试算不保存" in response.content.decode()
