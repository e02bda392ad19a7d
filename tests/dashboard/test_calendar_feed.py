from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from agencies.actions import create_api_token
from tasks.actions import MilestoneInput, set_deadline, set_milestones
from tasks.models import Task
from tests.api import check_documented, problem
from tests.factories import NOW, TODAY, TaskFactory

ADDRESS = "/api/v1/calendar.ics"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def token(cast):
    def make(*scopes, **more):
        return create_api_token(name="日历", scopes=scopes, by=cast.administrator, now=NOW, **more)[1]

    return make


@pytest.fixture
def feed():
    """The entries by UID, as a calendar program reads them."""

    def read(user=None, **params):
        client = Client()
        if user:
            client.force_login(user)
        answer = client.get(ADDRESS, params)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        return {
            str(event["UID"]).partition("@")[0]: event for event in Calendar.from_ical(answer.content).walk("VEVENT")
        }

    return read


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_deadline_is_a_day_with_the_tasks_number_and_address(cast, feed):
    event = feed(cast.lead_reporter)["task-1-due"]
    assert event["DTSTART"].dt == cast.task.due_date
    assert type(event["DTSTART"].dt) is date
    assert event["SUMMARY"].startswith("任务1 ")
    assert event["URL"].endswith(reverse("dashboard:task", args=[1]))
    assert "办理中" in event["DESCRIPTION"]
    assert (event["TRANSP"], event["STATUS"], event["SEQUENCE"]) == ("TRANSPARENT", "CONFIRMED", cast.task.version)


def test_deadline_says_whose_it_is(cast, feed):
    assert "办公室确定" in feed(cast.lead_reporter)["task-1-due"]["DESCRIPTION"]


def test_moved_deadline_keeps_its_uid_and_counts_on(cast, feed):
    before = feed(cast.lead_reporter)["task-1-due"]
    later = cast.task.due_date + timedelta(days=30)
    start = cast.task.start_date
    dates = {"start_date": start, "due_date": later, "basis": "office", "reason": "会议确定"}
    set_deadline(task=cast.task, **dates, by=cast.director, now=NOW)
    after = feed(cast.lead_reporter)["task-1-due"]
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == later
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_milestones_are_days_of_their_own(cast, feed):
    marks = [MilestoneInput("印发方案", TODAY.replace(month=6), 40), MilestoneInput("建成平台", TODAY, 80)]
    set_milestones(task=cast.task, milestones=marks, by=cast.director, now=NOW)
    event = feed(cast.lead_reporter)["task-1-milestone-20261118"]
    assert "建成平台" in event["SUMMARY"]
    assert "80%" in event["DESCRIPTION"]


def test_report_limits_of_the_running_and_the_next_period_are_in_it(cast, feed):
    events = feed(cast.lead_reporter)
    assert events["period-2026Q4-report"]["DTSTART"].dt == cast.period.reports_due_on
    assert "（1 项任务）" in events["period-2026Q4-report"]["SUMMARY"]
    assert "period-2027Q1-report" in events
    assert "period-2027Q2-report" not in events


def test_ended_task_is_not_in_it(cast, feed):
    Task.objects.filter(pk=cast.task.pk).update(status="stopped")
    assert feed(cast.director) == {}


def test_names_of_the_calendar_and_how_often_to_ask_are_told(cast, client):
    client.force_login(cast.lead_reporter)
    calendar = Calendar.from_ical(client.get(ADDRESS).content)
    assert str(calendar["X-WR-CALNAME"]) == f"督办日历 · {cast.lead.short_name}"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=6)


def test_long_chinese_lines_are_folded_at_75_bytes_and_read_back_whole(cast, client, feed):
    title = "推动" * 40
    Task.objects.filter(pk=cast.task.pk).update(title=title)
    client.force_login(cast.lead_reporter)
    lines = client.get(ADDRESS).content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line.decode() for line in lines]
    assert title in feed(cast.lead_reporter)["task-1-due"]["SUMMARY"]


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_supporting_unit_gets_the_limits_of_its_contributions_and_no_deadline(cast, feed):
    events = feed(cast.co_reporter)
    assert "period-2026Q4-contribution" in events
    assert not {"task-1-due", "period-2026Q4-report"} & set(events)


def test_unit_gets_nothing_of_others(cast, feed):
    assert feed(cast.outsider) == {}


@pytest.mark.parametrize("part", ["supervisor", "leader"])
def test_office_and_who_belongs_to_no_unit_get_everything(cast, feed, part):
    TaskFactory(number=2, lead=cast.other)
    assert {"task-1-due", "task-2-due"} <= set(feed(getattr(cast, part)))


def test_service_account_of_a_unit_gets_that_units(cast, feed, token):
    TaskFactory(number=2, lead=cast.other)
    events = feed(token=token("calendar:read", agency=cast.other))
    assert "task-2-due" in events
    assert "task-1-due" not in events


# -- the token in the address -----------------------------------------------------------------------------------------


def test_token_for_the_calendar_alone_opens_it_by_its_address(cast, feed, token):
    assert "task-1-due" in feed(token=token("calendar:read"))


@pytest.mark.parametrize("scopes", [["progress:read"], ["calendar:read", "progress:read"], ["admin"]])
def test_token_that_lets_more_through_is_refused_in_an_address(cast, client, token, scopes):
    body = problem(client.get(ADDRESS, {"token": token(*scopes)}), 403, "not_allowed")
    assert "calendar:read" in body["detail"]


@pytest.mark.parametrize("scope", ["calendar:read", "progress:read"])
def test_token_opens_it_in_the_authorization_header(cast, token, scope):
    client = Client(headers={"Authorization": f"Bearer {token(scope)}"})
    assert client.get(ADDRESS).status_code == 200


def test_token_for_the_calendar_opens_nothing_else(cast, client, token):
    text = token("calendar:read")
    problem(client.get("/api/v1/tasks/", headers={"Authorization": f"Bearer {text}"}), 403, "not_allowed")
    problem(client.get("/api/v1/tasks/", {"token": text}), 401, "not_authenticated")


def test_token_that_is_none_is_refused(cast, client):
    problem(client.get(ADDRESS, {"token": "gxftz_no"}), 401, "authentication_failed")


def test_without_a_token_nothing_is_told(cast, client):
    problem(client.get(ADDRESS), 401, "not_authenticated")


def test_other_parameters_are_refused(cast, client):
    client.force_login(cast.leader)
    body = problem(client.get(ADDRESS, {"unit": "co-unit"}), 400, "invalid_parameters")
    assert [each["pointer"] for each in body["errors"]] == ["/unit"]


def test_token_reaches_no_log(cast, client, token, caplog):
    text = token("progress:read")
    with caplog.at_level("DEBUG"):
        client.get(ADDRESS, {"token": text})
    assert caplog.records
    assert text not in caplog.text


# -- cost -------------------------------------------------------------------------------------------------------------


def test_unchanged_calendar_is_304_and_a_changed_one_is_not(cast, token, django_assert_num_queries):
    client, params = Client(), {"token": token("calendar:read")}
    first = client.get(ADDRESS, params)
    with django_assert_num_queries(1):
        same = client.get(ADDRESS, params, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    set_milestones(task=cast.task, milestones=[MilestoneInput("建成平台", TODAY, 80)], by=cast.director, now=NOW)
    assert client.get(ADDRESS, params, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_calendar_costs_the_same_for_1_and_for_30_tasks(cast, token, django_assert_max_num_queries):
    client, params = Client(), {"token": token("calendar:read")}
    client.get(ADDRESS, params)
    with django_assert_max_num_queries(12):
        client.get(ADDRESS, params)
    for number in range(2, 31):
        TaskFactory(number=number, lead=cast.lead, supporting=[cast.co])
    with django_assert_max_num_queries(12):
        assert client.get(ADDRESS, params).content.count(b"BEGIN:VEVENT") > 30


def test_answer_is_the_documented_one(cast, client):
    client.force_login(cast.leader)
    answer = client.get(ADDRESS, {"unit": "x"})
    check_documented("GET", answer)
