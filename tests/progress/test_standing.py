"""报送情况: completeness and timeliness by unit, pillar and zone, on the page and from the reader."""

from datetime import date

import pytest
from django.urls import reverse

from progress.models import Expectation, Period, Report
from progress.readers import expected_reports, reports_of, standing_row, standing_rows
from tasks.models import Task
from tests.factories import NOW, TODAY, PeriodFactory, PillarFactory, TaskFactory, ZoneFactory

URL = "/reports/standing/"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def third(cast):
    """The third quarter: locked a month ago."""
    return PeriodFactory(
        code="2026Q3", starts_on=date(2026, 7, 1), contributions_due_on=date(2026, 9, 21),
        reports_due_on=date(2026, 9, 25), locks_on=date(2026, 10, 12),
    )  # fmt: skip


@pytest.fixture
def tasks(cast):
    """Task 1 of the lead unit in time, 2 and 3 of the other one late and missing; 4 owes nothing."""
    pillar = PillarFactory(number=2)
    TaskFactory(number=2, lead=cast.other)
    task = TaskFactory(number=3, lead=cast.other, pillar=pillar)
    task.zones.add(ZoneFactory(code="nanning"), ZoneFactory(code="qinzhou"))
    TaskFactory(number=4, lead=cast.co, planned=True)


def received(cast, number, period, day):
    task = Task.objects.get(number=number)
    Report.objects.create(
        task=task, period=period, percent=1, result="advancing", progress="…", drafted_at=NOW,
        drafted_by=cast.lead_reporter, status="submitted", submitted_at=NOW, submitted_by=cast.lead_approver,
        received_on=day,
    )  # fmt: skip


@pytest.fixture
def reported(cast, third, tasks):
    received(cast, 1, third, date(2026, 9, 25))
    received(cast, 2, third, date(2026, 9, 28))
    return third


def told(by, period, on=TODAY):
    rows = standing_rows(expected_reports(Task.objects.current(), period=period, on=on), by=by)
    names = ("key", "expected", "received", "timely", "late", "missing", "completeness", "timeliness")
    return [tuple(row[name] for name in names) for row in rows]


def test_standing_rows_by_agency_count_for_the_lead_alone(cast, reported):
    assert told("agency", reported) == [
        ("lead-unit", 1, 1, 1, 0, 0, 100.0, 100.0),
        ("other-unit", 2, 1, 0, 1, 1, 50.0, 0.0),
    ]


def test_standing_rows_by_pillar(cast, reported):
    assert told("pillar", reported) == [("1", 2, 2, 1, 1, 0, 100.0, 50.0), ("2", 1, 0, 0, 0, 1, 0.0, 0.0)]


def test_standing_rows_by_zone_count_a_report_in_each_of_its_zones(cast, reported):
    assert told("zone", reported) == [
        ("nanning", 2, 1, 1, 0, 1, 50.0, 50.0),
        ("qinzhou", 1, 0, 0, 0, 1, 0.0, 0.0),
    ]


def test_standing_rows_know_only_what_had_come_in_by_the_day(cast, reported):
    assert told("agency", reported, on=date(2026, 9, 27))[1] == ("other-unit", 2, 0, 0, 0, 2, 0.0, 0.0)


def test_standing_row_of_nothing_expected_gives_no_percent(db):
    row = standing_row(("a", "甲"), [])
    assert (row["expected"], row["completeness"], row["timeliness"]) == (0, None, None)


def test_expected_reports_of_a_settled_period_are_those_that_were_kept(cast, reported):
    Expectation.objects.create(period=reported, task=cast.task, agency=cast.co)
    Period.objects.filter(pk="2026Q3").update(is_settled=True)
    reported.refresh_from_db()
    found = expected_reports(Task.objects.current(), period=reported, on=TODAY)
    assert [(each["number"], each["agency"]["code"]) for each in found] == [(1, "co-unit"), (2, "other-unit")]


def test_expected_reports_of_a_month_are_those_of_yellow_and_red_tasks(cast, tasks):
    Task.objects.filter(number=2).update(yellow_from=date(2026, 10, 20), yellow_rule="pace_yellow")
    month = PeriodFactory(
        code="2026M11", cycle="month", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30),
        contributions_due_on=date(2026, 11, 20), reports_due_on=date(2026, 11, 25), locks_on=date(2026, 12, 10),
    )  # fmt: skip
    found = expected_reports(Task.objects.current(), period=month, on=TODAY)
    assert [each["number"] for each in found] == [2]


def test_reports_of_one_group_are_its_own(cast, reported):
    found = expected_reports(Task.objects.current(), period=reported, on=TODAY)
    assert [each["state"] for each in reports_of(found, by="agency", key="other-unit")] == ["late", "missing"]


# -- the page


def page(client, user, **params):
    client.force_login(user)
    return client.get(URL, params)


@pytest.mark.parametrize("part", ["lead_reporter", "supervisor", "director", "leader", "outsider"])
def test_standing_is_open_to_all_who_read_tasks(client, cast, reported, part):
    response = page(client, getattr(cast, part))
    assert response.status_code == 200
    assert response.context["period"] == reported  # the quarter that the overview speaks of
    assert "完整率" in response.content.decode()


def test_standing_is_refused_to_an_auditor(client, cast, reported):
    assert page(client, cast.auditor).status_code == 403


def test_standing_of_a_chosen_period_and_dimension(client, cast, reported):
    response = page(client, cast.leader, period="2026Q4", by="pillar")
    assert [row["key"] for row in response.context["rows"]] == ["1", "2"]
    assert "时限未到" in response.content.decode()


def test_standing_of_one_line_shows_its_reports(client, cast, reported):
    content = page(client, cast.leader, by="agency", only="other-unit").content.decode()
    assert "逐项情况" in content
    assert reverse("dashboard:task", args=[3]) in content


@pytest.mark.parametrize("params", [{"by": "size"}, {"period": "2031Q1"}, {"period": "x"}])
def test_standing_of_what_is_not_there_is_not_found(client, cast, params):
    assert page(client, cast.leader, **params).status_code == 404


def test_standing_of_an_unknown_line_shows_none(client, cast, reported):
    response = page(client, cast.leader, only="nobody")
    assert (response.status_code, response.context["reports"]) == (200, [])


def test_standing_without_any_period_says_why(client, cast):
    Period.objects.all().delete()
    assert "还没有报送期" in page(client, cast.leader).content.decode()


def test_standing_of_a_period_that_nobody_owes_says_why(client, cast):
    half = PeriodFactory(code="2026H2", cycle="half", starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
    assert "本期没有应报的任务" in page(client, cast.leader, period=half.code).content.decode()


def test_standing_speaks_english(client, cast, reported):
    client.force_login(cast.leader)
    response = client.get(URL, headers={"Accept-Language": "en"})
    assert response.status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_standing_keeps_its_query_budget(client, cast, third, count, django_assert_max_num_queries):
    for _number in range(count):
        TaskFactory(lead=cast.lead).zones.add(ZoneFactory(code="nanning"))
    client.force_login(cast.leader)
    client.get(URL)
    with django_assert_max_num_queries(10):
        client.get(URL)
