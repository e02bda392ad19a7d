"""The frame around every page: navigation by role, what waits, language, the way out."""

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from dashboard.context_processors import frame
from progress.actions import draft_report, submit_report
from supervision.actions import deliver_due, sweep
from tests.factories import NOW, TaskFactory, report_content

COMMON = ["我的工作", "驾驶舱", "台账", "报送", "督办", "单位", "规则", "留痕"]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def nav_of(user, path="/tasks/"):
    request = RequestFactory().get(path)
    request.user, request.resolver_match = user, None
    return frame(request)["nav"]


@pytest.mark.parametrize(
    ("part", "labels"),
    [
        ("lead_reporter", COMMON),
        ("leader", COMMON),
        ("supervisor", COMMON),
        ("director", COMMON),
        ("administrator", COMMON),
        ("auditor", ["留痕"]),
    ],
)
def test_frame_shows_each_role_the_pages_that_are_theirs(cast, part, labels):
    assert [str(each["label"]) for each in nav_of(getattr(cast, part))["pages"]] == labels


@pytest.mark.parametrize(
    "part", ["lead_reporter", "zone_officer", "supervisor", "director", "leader", "administrator", "auditor"]
)
def test_frame_leads_nobody_to_a_page_that_refuses_them(cast, client, part):
    user = getattr(cast, part)
    client.force_login(user)
    for page in nav_of(user)["pages"]:
        assert client.get(page["url"]).status_code == 200, page["url"]


@pytest.mark.parametrize(
    ("part", "path", "labels"),
    [
        ("lead_reporter", "/notices/", ["督办通知", "延期", "办结", "通报"]),
        ("director", "/notices/", ["督办通知", "延期", "办结", "通报", "办公室计时", "送达"]),
        ("lead_reporter", "/contributions/", ["报送情况", "配合情况", "协调事项"]),
        ("supervisor", "/reviews/", ["审核", "报送情况", "协调事项"]),
        ("administrator", "/people/", ["单位", "人员"]),
    ],
)
def test_frame_shows_the_neighbours_of_a_page(cast, client, part, path, labels):
    client.force_login(getattr(cast, part))
    nav = client.get(path).context["nav"]
    assert [str(each["label"]) for each in nav["within"]] == labels


def test_frame_counts_what_waits(cast):
    report = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    sweep(now=NOW)
    deliver_due(clock=lambda: NOW)
    counts = {str(each["label"]): each["count"] for each in nav_of(cast.supervisor)["pages"]}
    assert counts["报送"] == 1
    assert nav_of(cast.lead_reporter)["inbox"]["count"] >= 1


def test_frame_asks_the_database_twice_at_most_and_not_at_all_for_a_part(cast, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user, request.resolver_match = cast.supervisor, None
    with django_assert_num_queries(0):
        found = frame(request)
    with CaptureQueriesContext(connection) as queries:
        assert found["nav"]["pages"]
    assert len(queries) <= 2


def test_frame_marks_the_page_one_is_on(cast, client):
    client.force_login(cast.supervisor)
    for address in ("/tasks/", "/tasks/1/", "/tasks/1/deadline/"):
        shown = client.get(address).content.decode()
        assert '<a href="/tasks/" aria-current="page">台账</a>' in shown
        assert shown.count('aria-current="page"') == 1


def test_frame_switches_the_language_and_stays_on_the_page(cast, client):
    client.force_login(cast.leader)
    response = client.post("/language/", {"language": "en", "next": "/tasks/?light=red"})
    assert response.headers["Location"] == "/tasks/?light=red"
    assert '<html lang="en"' in client.get("/tasks/").content.decode()


def test_frame_has_a_way_past_the_navigation_and_a_foot_for_paper(cast, client):
    client.force_login(cast.leader)
    shown = client.get("/tasks/?light=red").content.decode()
    assert '<a class="skip-link" href="#content">' in shown
    assert 'id="content"' in shown
    assert "数据截至 2026-11-18 10:00" in shown
    assert "/tasks/?light=red</span>" in shown


def test_frame_holds_no_script_or_style_of_its_own(cast, client):
    client.force_login(cast.leader)
    for address in ("/tasks/", "/tasks/1/", "/plan/", "/ledger/"):
        shown = client.get(address).content.decode()
        assert "<style" not in shown
        assert " style=" not in shown
        assert "<script>" not in shown
        assert "onclick" not in shown
