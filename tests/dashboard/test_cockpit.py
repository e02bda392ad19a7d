"""驾驶舱: one page for the whole plan, today."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dashboard.readers.cockpit import cockpit
from progress.actions import draft_report, submit_report
from tasks.models import Milestone, Task
from tests.cast import PARTS
from tests.factories import NOW, TODAY, TaskFactory, report_content


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def four(cast):
    """The cast's green task, one overdue, one behind, one done."""
    TaskFactory(number=2, lead=cast.other, overdue=True, percent=40)
    TaskFactory(number=3, lead=cast.other, percent=70, yellow_from=date(2026, 11, 1), yellow_rule="pace_yellow")
    TaskFactory(number=4, lead=cast.lead, percent=100, status="closed", closed_on=TODAY, closed_late=False)
    return cast


def today(user, **more):
    return cockpit(user, on=TODAY, today=TODAY, **more)


def text(response):
    return " ".join(response.content.decode().split())


def test_cockpit_counts_what_the_lights_say(four):
    figures = today(four.leader)["figures"]
    assert (figures["tasks"], figures["done"], figures["red"], figures["yellow"], figures["overdue"]) == (4, 1, 1, 1, 1)
    assert (figures["longest"], figures["average_percent"]) == (19, 75.0)


def test_cockpit_tables_say_the_same_as_the_api(client, four):
    client.force_login(four.leader)
    for table in today(four.leader)["tables"]:
        answer = client.get(f"/api/v1/progress/summary/?by={table['by']}").json()
        assert sorted(table["rows"], key=str) == sorted(answer, key=str)


def test_cockpit_shows_the_units_in_trouble_first(four):
    leads = today(four.leader)["tables"][1]
    assert leads["by"] == "lead"
    assert [row["key"] for row in leads["rows"]] == ["other-unit", "lead-unit"]


def test_cockpit_says_how_complete_the_reports_are(four):
    report = draft_report(task=four.task, period=four.period, content=report_content(), by=four.lead_reporter, now=NOW)
    submit_report(report=report, by=four.lead_approver, now=NOW)
    figures = today(four.leader)["figures"]
    assert (figures["completeness"], figures["timeliness"]) == (33.3, 33.3)


def test_cockpit_compares_plan_and_progress_of_running_tasks(four):
    rows = {row["number"]: row["behind"] for row in today(four.leader)["pace"]}
    assert rows == {1: -2, 2: 60, 3: 18}


def test_cockpit_shows_the_data_without_script(client, four):
    client.force_login(four.leader)
    response = text(client.get("/cockpit/"))
    assert "查看数据" in response
    assert 'href="/tasks/?lead=other-unit&amp;light=red">1</a>' in response
    assert 'href="/tasks/?ordering=percent"' in response
    assert "时限为 2026年10月30日" in response


def test_cockpit_loads_the_charts_here_alone(client, four):
    client.force_login(four.leader)
    assert "echarts" in text(client.get("/cockpit/"))
    for address in ("/", "/cockpit/wall/", "/cockpit/changes/"):
        assert "echarts" not in text(client.get(address))


def test_cockpit_says_of_what_moment_it_speaks(client, four):
    client.force_login(four.leader)
    assert "数据截至 2026-11-18 10:00" in text(client.get("/cockpit/"))


def test_cockpit_without_a_plan_says_what_to_do(client, cast):
    cast.task.plan.is_current = False
    cast.task.plan.save(update_fields=["is_current"])
    client.force_login(cast.supervisor)
    assert "load_plan" in text(client.get("/cockpit/"))
    assert "load_plan" in text(client.get("/cockpit/wall/"))


def test_cockpit_without_deadlines_says_what_to_do(client, cast):
    cast.task.delete()
    TaskFactory(number=5, lead=cast.lead, planned=True)
    client.force_login(cast.supervisor)
    response = text(client.get("/cockpit/"))
    assert "任务都还没有时限" in response
    assert "echarts" not in response


@pytest.mark.parametrize("part", PARTS)
def test_cockpit_is_for_whoever_reads_tasks(client, four, part):
    client.force_login(getattr(four, part))
    assert client.get("/cockpit/").status_code == (403 if part == "auditor" else 200)


def test_cockpit_asks_for_a_log_in(cast):
    assert Client().get("/cockpit/").status_code == 302


def test_cockpit_asks_as_much_for_thirty_times_the_tasks(client, four, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        today(four.leader)
    for number in range(60):
        task = TaskFactory(number=number + 200, lead=four.other, supporting=[four.co], overdue=number % 2 == 0)
        Milestone.objects.create(task=task, name="节点", due_on=date(2026, 10, 20), planned_percent=80)
    with django_assert_max_num_queries(8):
        today(four.leader)
    client.force_login(four.leader)
    with django_assert_max_num_queries(14):
        client.get("/cockpit/")


@pytest.mark.parametrize("is_demo", [True, False])
def test_cockpit_marks_figures_with_demonstration_data_in_them(cast, client, is_demo):
    Task.objects.update(is_demo=is_demo)
    client.force_login(cast.leader)
    heading = client.get(reverse("dashboard:cockpit")).content.decode().split("<h1")[1].split("</h1>")[0]
    assert ("演示数据" in heading) is is_demo
