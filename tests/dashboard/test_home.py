"""我的工作: what waits for each role, in order."""

from datetime import date, timedelta

import pytest
import time_machine

from dashboard.readers import home
from progress.actions import approve_report, check_closing, draft_report, return_report, submit_report
from supervision.actions import sweep
from tasks.models import CalendarYear, Task
from tests import closings, extensions
from tests.cast import PARTS
from tests.factories import NOW, TODAY, AgencyFactory, PeriodFactory, TaskFactory, UserFactory, report_content
from tests.supervision.confirming import confirm_all

HOME_QUERIES = 24  # who asks, what the frame counts, and one or two for each kind of work that may wait


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def draft(cast, task, *, by=None, at=NOW, **changes):
    content = report_content(**changes)
    return draft_report(task=task, period=cast.period, content=content, by=by or cast.lead_reporter, now=at)


def sent(cast, task, **options):
    return submit_report(report=draft(cast, task, **options), by=cast.lead_approver, now=options.get("at", NOW))


def sections(user):
    found = home(user, on=TODAY)
    return {each["code"]: each for each in (*found["sections"], *found["reference"])}


def numbers(section):
    return [(row.get("task") or row)["number"] for row in section["rows"]]


@pytest.fixture
def office_year(db):
    CalendarYear.objects.create(year=2026, source="通知")
    CalendarYear.objects.create(year=2027, source="通知")


# -- the lead unit -------------------------------------------------------------------------------------------------


def test_home_of_the_lead_begins_with_what_is_overdue(cast):
    for number, due in ((7, date(2026, 10, 30)), (8, date(2026, 9, 30))):
        TaskFactory(number=number, lead=cast.lead, overdue=True, due_date=due)
    found = home(cast.lead_reporter, on=TODAY)
    assert found["sections"][0]["code"] == "overdue"
    assert numbers(found["sections"][0]) == [8, 7]


def test_home_leaves_the_overdue_tasks_of_others_out(cast):
    TaskFactory(number=7, lead=cast.other, supporting=[cast.lead], overdue=True)
    assert "overdue" not in sections(cast.lead_reporter)
    assert numbers(sections(cast.lead_reporter)["supported"]) == [7]


@pytest.mark.parametrize(("due", "is_near"), [(TODAY, True), (date(2026, 11, 27), True), (date(2026, 11, 30), False)])
def test_home_counts_seven_working_days(cast, due, is_near):
    TaskFactory(number=7, lead=cast.lead, due_date=due)
    assert ("due_soon" in sections(cast.lead_reporter)) == is_near


def test_home_of_the_lead_shows_what_was_returned_with_the_reason(client, cast):
    return_report(report=sent(cast, cast.task), reason="请补充企业数量。", by=cast.supervisor, now=NOW)
    client.force_login(cast.lead_reporter)
    assert "请补充企业数量。" in client.get("/").content.decode()
    assert "to_report" not in sections(cast.lead_reporter)


def test_home_of_the_lead_shows_what_is_to_be_received(cast):
    TaskFactory(number=7, lead=cast.lead, status="issued")
    assert numbers(sections(cast.lead_reporter)["to_receive"]) == [7]


def test_home_receives_an_order_by_one_click_and_stays(client, cast):
    task = TaskFactory(number=7, lead=cast.lead, status="issued")
    client.force_login(cast.lead_reporter)
    data = {"version": task.version, "next": "/"}
    assert f'name="version" value="{task.version}"' in client.get("/").content.decode()
    answer = client.post("/tasks/7/status/receive/", data)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert Task.objects.get(pk=task.pk).status == "ongoing"
    assert "to_receive" not in sections(cast.lead_reporter)


def test_a_form_leads_to_no_page_of_others(client, cast):
    task = TaskFactory(number=7, lead=cast.lead, status="issued")
    client.force_login(cast.lead_reporter)
    data = {"version": task.version, "next": "https://example.com/"}
    assert client.post("/tasks/7/status/receive/", data).headers["Location"] == "/tasks/7/"


def test_home_of_the_office_tells_what_to_do_from_what_to_watch(cast):
    TaskFactory(number=7, lead=cast.lead, overdue=True)
    sent(cast, TaskFactory(number=8, lead=cast.lead))
    found = home(cast.supervisor, on=TODAY)
    kinds = {each["code"]: each["is"] for each in found["sections"]}
    assert (kinds["to_review"], kinds["overdue"]) == ("todo", "watched")
    assert list(kinds.values()) == sorted(kinds.values())  # what to do comes first
    assert (found["todo"], found["watched"]) == (1, sum(each["count"] for each in found["sections"]) - 1)


def test_home_asks_for_the_report_until_it_is_sent(cast):
    assert numbers(sections(cast.lead_reporter)["to_report"]) == [1]
    report = draft(cast, cast.task)
    assert sections(cast.lead_reporter)["to_report"]["rows"][0]["report"]["id"] == report.pk
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    assert "to_report" not in sections(cast.lead_reporter)


def test_home_asks_for_an_unlocked_earlier_period_first(cast):
    PeriodFactory(
        code="2026Q3", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), contributions_due_on=date(2026, 9, 21),
        reports_due_on=date(2026, 9, 25), locks_on=date(2026, 12, 1),
    )  # fmt: skip
    rows = sections(cast.lead_reporter)["to_report"]["rows"]
    assert [(row["period"]["code"], row["is_late"]) for row in rows] == [("2026Q3", True), ("2026Q4", False)]


def test_home_asks_no_report_of_a_task_that_does_not_report(cast):
    TaskFactory(number=7, lead=cast.lead, status="suspended")
    TaskFactory(number=8, lead=cast.lead, start_date=date(2027, 2, 1), due_date=date(2027, 6, 1))
    assert numbers(sections(cast.lead_reporter)["to_report"]) == [1]


def test_home_gives_the_approver_the_drafts_of_colleagues(cast):
    other = TaskFactory(number=7, lead=cast.lead)
    draft(cast, cast.task)
    draft(cast, other, by=cast.lead_approver)
    found = sections(cast.lead_approver)
    assert numbers(found["to_sign"]) == [1]
    assert numbers(found["to_report"]) == [7]
    assert "to_sign" not in sections(cast.lead_reporter)


def test_home_leaves_out_drafts_that_came_too_late(cast):
    draft(cast, cast.task)
    after = cast.period.locks_on + timedelta(days=1)
    assert "to_sign" not in {each["code"] for each in home(cast.lead_approver, on=after)["sections"]}


def test_home_tells_the_approver_what_can_be_closed(cast):
    TaskFactory(number=7, lead=cast.lead, percent=100)
    assert numbers(sections(cast.lead_approver)["to_close"]) == [7]
    assert "to_close" not in sections(cast.lead_reporter)


def test_home_with_nothing_to_do_says_what_comes_next(client, cast):
    client.force_login(cast.outsider)
    assert "现在没有要办的事" in client.get("/").content.decode()


# -- the office ----------------------------------------------------------------------------------------------------


def test_home_of_the_office_begins_with_the_longest_waiting_report(cast):
    other = TaskFactory(number=7, lead=cast.lead)
    sent(cast, cast.task)
    sent(cast, other, at=NOW - timedelta(days=7))
    found = home(cast.supervisor, on=TODAY)
    assert found["sections"][0]["code"] == "to_review"
    assert numbers(found["sections"][0]) == [7, 1]
    assert [row["days"] for row in found["sections"][0]["rows"]] == [5, 0]


def test_home_of_the_office_shows_who_has_not_reported_by_unit(cast):
    TaskFactory(number=7, lead=cast.lead)
    TaskFactory(number=8, lead=cast.other)
    found = sections(cast.supervisor)["unreported"]
    assert found["count"] == 3
    assert [(row["lead"]["code"], len(row["missing"])) for row in found["rows"]] == [
        ("lead-unit", 2),
        ("other-unit", 1),
    ]


def test_home_of_the_office_does_not_show_that_a_draft_exists(client, cast):
    draft(cast, cast.task, progress="还没定稿的话。")
    client.force_login(cast.supervisor)
    assert "草稿" not in client.get("/").content.decode()
    assert sections(cast.supervisor)["unreported"]["rows"][0]["missing"][0]["report"] is None


def test_home_of_the_office_shows_tasks_without_a_deadline(cast):
    TaskFactory(number=7, lead=cast.other, planned=True)
    assert numbers(sections(cast.supervisor)["no_deadline"]) == [7]


def test_home_of_the_director_shows_what_can_be_issued_and_closed(cast):
    TaskFactory(number=7, lead=cast.other, status="planned")
    task = TaskFactory(number=8, lead=cast.lead, percent=100)
    closing = closings.ask_closing(task, reporter=cast.lead_reporter, approver=cast.lead_approver)
    found = sections(cast.supervisor)
    assert numbers(found["closing"]) == [8]
    assert "ready" not in found
    check_closing(closing=closing, by=cast.supervisor, now=NOW)
    found = sections(cast.director)
    assert numbers(found["closing_decide"]) == [8]
    assert numbers(found["ready"]) == [7]


def test_home_shows_the_unit_what_the_office_urges(cast):
    TaskFactory(number=9, lead=cast.lead, overdue=True)
    sweep(now=NOW)
    drafts = sections(cast.supervisor)["notice_drafts"]
    assert 9 in numbers(drafts)
    assert "notices" not in sections(cast.lead_approver)
    confirm_all(by=cast.supervisor)
    assert 9 in numbers(sections(cast.lead_approver)["notices"])
    assert "notices" not in sections(cast.outsider)


def test_home_shows_who_has_to_answer_a_request(cast):
    extensions.sent(cast)
    assert numbers(sections(cast.supervisor)["extensions"]) == [1]
    assert "extensions" not in sections(cast.lead_approver)


# -- others --------------------------------------------------------------------------------------------------------


def test_home_of_the_leader_shows_red_tasks_and_moved_deadlines(cast):
    TaskFactory(number=7, lead=cast.other, overdue=True)
    TaskFactory(number=8, lead=cast.other, original_due_date=date(2026, 6, 30))
    found = sections(cast.leader)
    assert (numbers(found["attention"]), numbers(found["moved"])) == ([7], [8])


def test_home_of_the_administrator_shows_what_is_incomplete(cast, office_year):
    TaskFactory(number=7, lead=AgencyFactory(code="lonely"))
    UserFactory(username="postless", agency=cast.other, email="")
    CalendarYear.objects.filter(year=2027).delete()
    found = sections(cast.administrator)
    assert [row["code"] for row in found["no_approver"]["rows"]] == ["lonely"]
    assert [row["username"] for row in found["no_mail"]["rows"]] == ["postless"]
    assert [row["year"] for row in found["no_calendar"]["rows"]] == [2027]


def test_home_of_the_administrator_is_empty_when_all_is_kept(client, cast, office_year):
    client.force_login(cast.administrator)
    assert "人员、单位和日历都齐备" in client.get("/").content.decode()


def test_home_of_the_auditor_leads_to_the_ledger(client, cast):
    client.force_login(cast.auditor)
    assert 'href="/ledger/"' in client.get("/").content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_home_is_there_for_everyone(client, cast, part):
    TaskFactory(number=7, lead=cast.lead, overdue=True, is_demo=True)
    client.force_login(getattr(cast, part))
    response = client.get("/")
    assert response.status_code == 200
    shows_tasks = part in {"lead_reporter", "lead_approver", "supervisor", "director", "leader"}
    assert ("演示数据" in response.content.decode()) == shows_tasks


def test_home_without_a_plan_is_no_error(client, cast):
    cast.task.plan.is_current = False
    cast.task.plan.save(update_fields=["is_current"])
    client.force_login(cast.supervisor)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_home_asks_as_much_for_thirty_tasks_as_for_one(client, cast, part, django_assert_max_num_queries):
    client.force_login(getattr(cast, part))
    client.get("/")
    with django_assert_max_num_queries(HOME_QUERIES):
        client.get("/")
    for number in range(30):
        task = TaskFactory(number=number + 200, lead=cast.lead, supporting=[cast.co])
        report = draft(cast, task)
        if number % 2:
            submit_report(report=report, by=cast.lead_approver, now=NOW)
        if number % 4 == 1:
            approve_report(report=report, by=cast.supervisor, now=NOW)
    with django_assert_max_num_queries(HOME_QUERIES):
        client.get("/")
