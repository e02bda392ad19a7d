"""What was typed or chosen is never lost or mistaken, whatever comes with the form."""

import pytest
import time_machine

from progress.actions import draft_report
from progress.models import Report
from tasks.models import Task
from tests.factories import NOW, report_content

ENTERED = {"percent": "95", "result": "advancing", "progress": "完成平台一期建设。"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def draft(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


def test_new_keeps_the_text_when_the_task_stopped_reporting_meanwhile(client, cast):
    Task.objects.filter(pk=cast.task.pk).update(status="suspended")
    client.force_login(cast.lead_reporter)
    response = client.post(f"/tasks/1/report/?period={cast.period.code}", ENTERED)
    assert response.status_code == 409
    assert "完成平台一期建设。" in response.content.decode()
    assert "不需报送" in response.content.decode()


@pytest.mark.parametrize("number", ["²", "9" * 5000, "x"])
def test_edit_removes_no_file_that_is_none(client, cast, draft, number):
    client.force_login(cast.lead_reporter)
    entered = {**ENTERED, "version": draft.version, "remove": number}
    assert client.post(f"/reports/{draft.pk}/edit/", entered).status_code == 302
    assert Report.objects.get().progress == "完成平台一期建设。"


def test_submit_of_a_version_beyond_all_numbers_is_stale(client, cast, draft):
    client.force_login(cast.lead_approver)
    assert client.post(f"/reports/{draft.pk}/submit/", {"version": "9" * 5000}).status_code == 412
