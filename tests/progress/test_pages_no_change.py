"""本期无变化: one click that says what it reports, and the way back."""

import pytest
import time_machine

from ledger.models import Audience, Event
from progress.actions import (
    discard_report,
    draft_report,
    save_report,
    submit_report,
)
from progress.actions.rows import ReportTransitionError
from progress.models import Report
from tests.factories import NOW, PeriodFactory, report_content
from tests.progress.report_pages import ENTERED, NEW, csv, page, text


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_unchanged_needs_one_click(client, cast, last_quarter):
    page(client, cast.lead_reporter, NEW, unchanged="1", percent="0", result="blocked", version="")
    report = Report.objects.get(period="2026Q4")
    assert (report.percent, report.result, report.no_change) == (92, "advancing", True)


def test_unchanged_says_what_it_reports_and_is_taken_back(client, cast, last_quarter):
    client.force_login(cast.lead_reporter)
    assert f'action="{NEW}?period=2026Q4"' in text(client.get("/"))
    response = client.post(f"{NEW}?period=2026Q4", {"unchanged": "1", "back": "home"}, follow=True)
    report = Report.objects.get(period="2026Q4")
    assert response.redirect_chain == [("/", 302)]
    assert "任务 1 2026年第4季度：已按 92%、“本期无变化”填好草稿" in text(response)
    assert f'action="/reports/{report.pk}/discard/"' in text(response)
    undone = client.post(f"/reports/{report.pk}/discard/", {"version": "1"}, follow=True)
    event = Event.objects.order_by("-sequence").first()
    assert "草稿已撤销。" in text(undone)
    assert not Report.objects.filter(period="2026Q4").exists()
    assert (event.verb, event.actor_id, event.state, event.audience) == (
        "discarded", cast.lead_reporter.actor_id, None, Audience.UNIT,
    )  # fmt: skip


def test_unchanged_is_not_offered_a_third_time_running(client, cast, last_quarter):
    assert 'name="unchanged"' in text(page(client, cast.lead_reporter, NEW))
    second = PeriodFactory(
        code="2026Q2", starts_on="2026-04-01", ends_on="2026-06-30", contributions_due_on="2026-06-20",
        reports_due_on="2026-06-25", locks_on="2026-12-01",
    )  # fmt: skip
    second.refresh_from_db()
    report = draft_report(task=cast.task, period=second, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=report, by=cast.lead_approver, now=NOW)
    Report.objects.update(no_change=True)
    response = page(client, cast.lead_reporter, NEW)
    assert 'name="unchanged"' not in text(response)
    assert "最多连续两期，请填写进展情况。" in text(response)
    assert f'action="{NEW}?period=2026Q4"' not in text(client.get("/"))


def test_a_draft_that_was_worked_on_is_not_taken_back_as_a_whole(client, cast, draft):
    save_report(report=draft, content=report_content(progress="又写一句。"), version=1, by=cast.lead_reporter, now=NOW)
    for version, status in (("1", 412), ("2", 409)):
        response = page(client, cast.lead_reporter, f"/reports/{draft.pk}/discard/", version=version)
        assert response.status_code == status
    assert Report.objects.filter(pk=draft.pk).exists()


def test_a_draft_that_somebody_wrote_is_not_taken_back_as_a_whole(client, cast, draft):
    for person in (cast.lead_reporter, cast.lead_approver):
        assert page(client, person, f"/reports/{draft.pk}/discard/", version="1").status_code == 409
    assert Report.objects.filter(pk=draft.pk).exists()


def test_a_draft_with_a_file_is_not_taken_back_as_a_whole(client, cast, draft):
    Report.objects.update(no_change=True)
    client.force_login(cast.lead_reporter)
    client.post(f"/reports/{draft.pk}/evidence/", {"files": [csv()]})
    assert client.post(f"/reports/{draft.pk}/discard/", {"version": str(draft.version)}).status_code == 409


def test_a_draft_that_is_gone_meanwhile_is_refused_in_words(cast, draft):
    Report.objects.update(no_change=True)
    stale = Report.objects.with_lead().get(pk=draft.pk)
    discard_report(report=draft, version=1, by=cast.lead_reporter, now=NOW)
    with pytest.raises(ReportTransitionError, match="已由填报人撤销"):
        submit_report(report=stale, by=cast.lead_approver, now=NOW)


def test_unchanged_is_refused_for_a_first_report(client, cast):
    response = page(client, cast.lead_reporter, NEW, **{**ENTERED, "progress": "", "unchanged": "1"})
    assert response.status_code == 400
    assert "首次报送不能填“本期无变化”。" in text(response)
