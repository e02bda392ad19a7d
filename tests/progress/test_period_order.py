"""Months, quarters and half-years side by side: which comes first, which is owed, which is offered."""

from datetime import date

import pytest
from django.urls import reverse

from common.errors import InvalidError
from progress.actions import approve_report, draft_report, submit_report
from progress.models import Period, Report
from progress.readers import last_approved, missing_reports, period_rows, period_to_report, work_reports
from progress.readers.periods import period_list
from tasks.models import Task
from tasks.readers import task_rows, task_rows_owing
from tests.factories import NOW, TODAY, PeriodFactory, TaskFactory, report_content

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def month(number, **dates):
    first = date(2026, number, 1)
    limits = {"contributions_due_on": first.replace(day=20), "reports_due_on": first.replace(day=25)}
    last = date(2026, number, 31 if number == 10 else 30)
    lock = {"locks_on": date(2026, number + 1, 20)}
    return PeriodFactory(
        code=f"2026M{number:02}", cycle="month", starts_on=first, ends_on=last, **{**limits, **lock, **dates}
    )


@pytest.fixture
def yellow(cast):
    """The cast's task is yellow since October; October, November and the quarter take reports."""
    Task.objects.update(yellow_from=date(2026, 10, 1), yellow_rule="pace_yellow", due_date=date(2027, 12, 31))
    month(10)
    month(11)
    return cast


def approved(cast, code, **changes):
    period = Period.objects.get(code=code)
    content = report_content(percent=90, **changes)
    report = draft_report(task=cast.task, period=period, content=content, by=cast.lead_reporter, now=NOW)
    # What is approved turns the light; these tests are about the order alone.
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    approve_report(report=report, by=cast.supervisor, now=NOW)
    Task.objects.update(yellow_from=date(2026, 10, 1), yellow_rule="pace_yellow")


def test_no_change_is_counted_over_months_and_quarters_together(yellow):
    approved(yellow, "2026M10")
    approved(yellow, "2026M11", no_change=True, progress="")
    approved(yellow, "2026Q4", no_change=True, progress="")
    half = PeriodFactory(code="2027Q1", starts_on=date(2026, 11, 1), ends_on=date(2027, 3, 31))
    with pytest.raises(InvalidError) as refusal:
        draft_report(
            task=yellow.task, period=half, by=yellow.lead_reporter, now=NOW,
            content=report_content(percent=90, no_change=True, progress=""),
        )  # fmt: skip
    assert list(refusal.value.errors) == ["no_change"]


def test_no_change_is_refused_in_a_first_month_though_the_quarter_was_reported_first(yellow):
    approved(yellow, "2026Q4")
    with pytest.raises(InvalidError) as refusal:
        approved(yellow, "2026M11", no_change=True, progress="")
    assert list(refusal.value.errors) == ["no_change"]


def test_last_approved_is_that_of_the_latest_period_before(yellow):
    for code in ("2026M10", "2026M11"):
        approved(yellow, code)
    assert last_approved(yellow.task.pk, before="2026Q4").period_id == "2026M11"
    assert last_approved(yellow.task.pk, before="2026M11").period_id == "2026M10"
    assert last_approved(yellow.task.pk, before="2026M10") is None


def test_record_progress_of_an_earlier_month_does_not_replace_the_quarters(yellow):
    approved(yellow, "2026Q4")
    approved(yellow, "2026M11")
    assert Task.objects.get().last_period == "2026Q4"


def test_task_rows_owing_are_task_rows_with_what_is_owed(yellow):
    TaskFactory(number=2, lead=yellow.other)
    periods = list(Period.objects.in_order())
    rows = task_rows_owing(Task.objects.order_by("number"), periods=[each.dates() for each in periods], on=TODAY)
    assert [row["owes"] for row in rows] == [["2026M10", "2026M11", "2026Q4"], ["2026Q4"]]
    plain = task_rows(Task.objects.order_by("number"), on=TODAY)
    assert [{name: row[name] for name in row if name != "owes"} for row in rows] == plain


def test_missing_reports_name_the_months_of_a_yellow_task_by_their_limits(yellow):
    periods = list(Period.objects.unlocked(on=TODAY))
    tasks = task_rows_owing(Task.objects.all(), periods=[each.dates() for each in periods], on=TODAY)
    reports = work_reports(Report.objects.with_lead(), periods=[each.code for each in periods])
    missing = missing_reports(tasks, reports, period_rows(periods, on=TODAY), on=TODAY)
    assert [(each["period"]["code"], each["is_late"]) for each in missing] == [
        ("2026M10", True), ("2026M11", False), ("2026Q4", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "expected"),
    [(set(), "2026M10"), ({"2026M10"}, "2026M11"), ({"2026M10", "2026M11"}, "2026Q4"),
     ({"2026M10", "2026M11", "2026Q4"}, "2026Q4")],
)  # fmt: skip
def test_period_to_report_is_the_first_that_is_owed_and_not_in(yellow, sent, expected):
    periods = list(Period.objects.unlocked(on=TODAY))
    assert period_to_report(Task.objects.get(), periods, sent=sent).code == expected


def test_period_to_report_of_a_green_task_is_the_quarter(cast):
    month(11)
    PeriodFactory(code="2026H2", cycle="half", starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
    assert period_to_report(cast.task, Period.objects.unlocked(on=TODAY), sent=set()).code == "2026Q4"


def test_new_report_offers_the_periods_that_are_taken_and_begins_with_the_first_missing(client, yellow):
    client.force_login(yellow.lead_reporter)
    response = client.get(reverse("progress:new", args=[1]))
    assert response.context["period"]["code"] == "2026M10"
    assert [each["code"] for each in response.context["periods"]] == ["2026M10", "2026M11", "2026Q4"]


def test_new_report_of_a_month_that_is_not_owed_is_refused_before_anything_is_typed(client, cast):
    month(11)
    client.force_login(cast.lead_reporter)
    response = client.get(reverse("progress:new", args=[1]), {"period": "2026M11"})
    assert response.status_code == 409
    assert "不需报送" in response.content.decode()


def test_period_list_tells_the_cycle_the_latest_first(yellow):
    PeriodFactory(code="2026H2", cycle="half", starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))
    rows = period_list(Period.objects.all(), on=TODAY)
    assert [(row["code"], row["cycle"], row["label"]) for row in rows] == [
        ("2026H2", "half", "2026年下半年"), ("2026Q4", "quarter", "2026年第4季度"),
        ("2026M11", "month", "2026年11月"), ("2026M10", "month", "2026年10月"),
    ]  # fmt: skip
