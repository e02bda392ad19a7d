"""需协调事项 and 配合情况 through the API."""

import pytest

from progress.actions import answer_ask, draft_report, give_contribution, submit_report
from progress.models import Report
from tests.api import Api, pointers
from tests.factories import NOW, report_content

CONTENT = {"percent": 95, "result": "advancing", "progress": "一期建成。", "ask": "请协调用地。"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.lead_reporter)


def draft(cast):
    content = report_content(ask="请协调用地。", ask_to="other-unit")
    return draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)


@pytest.mark.parametrize(("given", "kept"), [("other-unit", "other-unit"), ("", None), (None, None)])
def test_create_takes_whom_to_ask(api, given, kept):
    response = api.post("task_reports", 1, data={"period": "2026Q4", **CONTENT, "ask_to": given})
    assert (response.status_code, response.json()["ask_to"]) == (201, kept)


def test_create_refuses_a_unit_that_there_is_not(api):
    response = api.post("task_reports", 1, data={"period": "2026Q4", **CONTENT, "ask_to": "unheard-of"})
    assert (response.status_code, pointers(response.json())) == (400, ["/ask_to"])
    assert not Report.objects.exists()


def test_change_of_another_field_keeps_whom_to_ask(api, cast):
    report = draft(cast)
    response = api.patch("report", report.pk, data={"percent": 96}, version=f'"r{report.pk}-v1"')
    assert (response.status_code, response.json()["ask_to"]) == (200, "other-unit")


def test_read_has_the_answer_and_what_the_units_gave(api, cast):
    give_contribution(task=cast.task, period=cast.period, text="道路已通车。", by=cast.co_reporter, now=NOW)
    report = submit_report(report=draft(cast), by=cast.lead_approver, now=NOW)
    answer_ask(report=report, text="已安排。", by=cast.outsider, now=NOW)
    body = api.get("report", report.pk).json()
    assert (body["ask_to_label"], body["answer"], body["answered_by"]) == ("单位other-unit", "已安排。", "姓名outsider")
    assert [(each["agency"], each["text"]) for each in body["composition"]] == [
        ("co-unit", "道路已通车。"), ("zone-body", ""),
    ]  # fmt: skip
