from datetime import date

import pytest

from progress.actions import draft_report, submit_report
from progress.models import Report
from tasks.models import Task
from tests.api import Api, pointers, problem, record_tasks
from tests.factories import NOW, TODAY, PeriodFactory, PillarFactory, TaskFactory, report_content

DIMENSIONS = ["pillar", "lead", "agency", "zone", "status", "light"]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.leader)


@pytest.fixture
def tasks(cast):
    TaskFactory(number=2, lead=cast.other, supporting=[cast.co], overdue=True, percent=40)
    TaskFactory(number=3, lead=cast.other, planned=True, pillar=PillarFactory(number=2))
    TaskFactory(number=4, lead=cast.other, status="closed", closed_on=TODAY, closed_late=False, percent=100)


def by_key(response):
    return {row["key"]: row for row in response.json()}


def test_summary_by_pillar_counts_lights_and_averages(api, tasks):
    rows = by_key(api.get("summary", by="pillar"))
    assert list(rows) == ["1", "2"]
    first = rows["1"]
    assert [first[name] for name in ("tasks", "green", "yellow", "red", "blue", "grey", "overdue")] == [
        3,
        1,
        0,
        1,
        1,
        0,
        1,
    ]
    assert first["average_percent"] == 76.7


def test_summary_counts_no_task_overdue_that_is_not_judged_for_a_recorded_reason(api, tasks):
    Task.objects.filter(number=2).update(exempt_from=TODAY, exempt_until=TODAY, exempt_reason="等待批复")
    first = by_key(api.get("summary", by="pillar"))["1"]
    assert (first["grey"], first["overdue"]) == (1, 0)


def test_summary_by_agency_counts_a_task_for_every_unit(api, tasks):
    rows = by_key(api.get("summary", by="agency"))
    assert {key: row["tasks"] for key, row in rows.items()} == {
        "lead-unit": 1, "co-unit": 2, "zone-body": 1, "other-unit": 3,
    }  # fmt: skip


def test_summary_by_lead_counts_each_task_once(api, tasks):
    assert {key: row["tasks"] for key, row in by_key(api.get("summary", by="lead")).items()} == {
        "lead-unit": 1, "other-unit": 3,
    }  # fmt: skip


def test_summary_by_zone_names_the_zone(api, tasks):
    (row,) = api.get("summary", by="zone").json()
    assert (row["key"], row["label"], row["tasks"]) == ("nanning", "片区nanning", 1)


@pytest.mark.parametrize(("by", "count"), [("status", 9), ("light", 5)])
def test_summary_has_a_line_for_every_state_and_colour(api, tasks, by, count):
    rows = api.get("summary", by=by).json()
    assert len(rows) == count
    assert sum(row["tasks"] for row in rows) == 4
    assert {row["average_percent"] for row in rows if not row["tasks"]} == {None}


def test_summary_counts_reports_of_the_period_in_question(api, cast, tasks):
    draft = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    assert by_key(api.get("summary", by="lead"))["lead-unit"]["completeness"] == 0
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    rows = by_key(api.get("summary", by="lead"))
    assert (rows["lead-unit"]["period"], rows["lead-unit"]["completeness"], rows["lead-unit"]["timeliness"]) == (
        "2026Q4",
        100,
        100,
    )
    assert rows["other-unit"]["completeness"] == 0


def test_summary_takes_the_latest_period_whose_limit_has_passed(api, cast, submitted_late):
    row = by_key(api.get("summary", by="lead"))["lead-unit"]
    assert (row["period"], row["completeness"], row["timeliness"]) == ("2026Q3", 100, 0)


@pytest.fixture
def submitted_late(cast):
    period = PeriodFactory(
        code="2026Q3", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), contributions_due_on=date(2026, 9, 21),
        reports_due_on=date(2026, 9, 25), locks_on=date(2026, 11, 30),
    )  # fmt: skip
    report = draft_report(task=cast.task, period=period, content=report_content(), by=cast.lead_reporter, now=NOW)
    return submit_report(report=report, by=cast.lead_approver, now=NOW)


def test_summary_is_never_over_a_hundred_when_a_task_that_owes_nothing_reported(api, cast):
    draft = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    cast.task.status = "suspended"
    cast.task.save()
    assert by_key(api.get("summary", by="lead"))["lead-unit"]["completeness"] == 100


def test_summary_expects_nothing_of_a_task_that_starts_after_the_period(api, cast):
    cast.task.start_date = date(2027, 1, 1)
    cast.task.due_date = cast.task.original_due_date = date(2027, 6, 30)
    cast.task.save()
    assert by_key(api.get("summary", by="lead"))["lead-unit"]["completeness"] is None


def test_summary_without_any_period_judges_no_reports(api, cast):
    cast.period.delete()
    row = by_key(api.get("summary", by="lead"))["lead-unit"]
    assert (row["period"], row["completeness"], row["timeliness"]) == (None, None, None)


@pytest.mark.parametrize("by", DIMENSIONS)
def test_summary_as_of_today_equals_the_summary_of_now(api, cast, tasks, by):
    draft = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    record_tasks(by=cast.director)
    now = api.get("summary", by=by)
    assert api.get("summary", by=by, as_of=TODAY.isoformat()).json() == now.json()


def test_summary_as_of_before_the_first_event_counts_nothing(api, cast):
    record_tasks(by=cast.director)
    assert api.get("summary", by="lead", as_of="2020-01-01").json() == []


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({}, "/by"),
        ({"by": "size"}, "/by"),
        ({"by": "lead", "as_of": "2027-01-01"}, "/as_of"),
        ({"by": "lead", "x": 1}, "/x"),
    ],
)
def test_summary_refuses_what_it_does_not_know(api, params, pointer):
    assert pointers(problem(api.get("summary", **params), 400, "invalid_parameters")) == [pointer]


@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("count", [1, 30])
def test_summary_costs_three_queries_at_most(api, cast, by, count, django_assert_max_num_queries):
    for _ in range(count):
        task = TaskFactory(lead=cast.lead, supporting=[cast.co])
        Report.objects.create(
            task=task, period=cast.period, percent=1, result="advancing", progress="…", drafted_at=NOW,
            drafted_by=cast.lead_reporter,
        )  # fmt: skip
    with django_assert_max_num_queries(2 + 1 + 3):  # who asks; which version is current; the data
        api.get("summary", by=by)
