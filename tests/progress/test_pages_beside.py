"""What stands beside the form of a report: milestones, contributions, earlier texts."""

from datetime import date

import pytest
import time_machine

from progress.actions import approve_report, draft_report, give_contribution, submit_report
from tasks.actions import MilestoneInput, set_milestones
from tasks.models import Assignment
from tests.factories import NOW, AgencyFactory, PeriodFactory, UserFactory, report_content

NEW = "/tasks/1/report/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def last_quarter(cast):
    """A report of the third quarter that was approved at 92 %."""
    period = PeriodFactory(
        code="2026Q3", starts_on="2026-07-01", ends_on="2026-09-30", contributions_due_on="2026-09-21",
        reports_due_on="2026-09-25", locks_on="2026-12-01",
    )  # fmt: skip
    period.refresh_from_db()
    content = report_content(percent=92, progress="三季度印发细则。", next_steps="四季度试点。")
    report = draft_report(task=cast.task, period=period, content=content, by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    return approve_report(report=report, by=cast.supervisor, now=NOW)


def page(client, user, address, **data):
    client.force_login(user)
    return client.post(address, data) if data else client.get(address)


def test_new_shows_which_milestones_are_due_and_which_the_percent_misses(client, cast, last_quarter):
    marks = [
        MilestoneInput("印发方案", date(2026, 6, 30), 40),
        MilestoneInput("建成平台", date(2026, 10, 31), 95),
        MilestoneInput("验收", date(2026, 12, 30), 99),
    ]
    set_milestones(task=cast.task, milestones=marks, by=cast.director, now=NOW)
    found = page(client, cast.lead_reporter, NEW).context["marks"]
    assert [(each["name"], each["is_missed"]) for each in found["due"]] == [("印发方案", False), ("建成平台", True)]
    assert (found["missed"], found["next"]["name"]) == (1, "验收")


def test_new_asks_as_much_for_thirty_units_as_for_one(client, cast, last_quarter, django_assert_max_num_queries):
    client.force_login(cast.lead_reporter)
    for number in range(30):
        unit = AgencyFactory()
        Assignment.objects.create(task=cast.task, agency=unit, role="co", order=number + 10)
        give_contribution(task=cast.task, period=cast.period, text="已办。", by=UserFactory(agency=unit), now=NOW)
    with django_assert_max_num_queries(32):
        assert client.get(NEW).context["given"] == 30
