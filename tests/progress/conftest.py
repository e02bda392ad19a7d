"""A report in its first states, for every test of this room that does not make its own."""

import pytest

from progress.actions import approve_report, draft_report, submit_report
from tests.factories import NOW, PeriodFactory, report_content


@pytest.fixture
def draft(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


@pytest.fixture
def sent(cast, draft):
    return submit_report(report=draft, by=cast.lead_approver, now=NOW)


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
