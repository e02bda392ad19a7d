"""Answering 需协调事项 through the API: the unit that is asked sees this much of a report and no more."""

import pytest

from progress.actions import draft_report, submit_report
from tests.api import Api, pointers, problem
from tests.factories import NOW, report_content


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def ask(cast, *, to):
    content = report_content(ask="请协调用地指标。", ask_to=to)
    report = draft_report(task=cast.task, period=cast.period, content=content, by=cast.lead_reporter, now=NOW)
    return submit_report(report=report, by=cast.lead_approver, now=NOW)


def test_unit_that_is_asked_answers_once(cast):
    report, api = ask(cast, to="other-unit"), Api(cast.outsider)
    problem(api.get("report", report.pk), 404, "not_found")
    seen = api.get("report_answer", report.pk)
    assert (seen.json()["ask"], seen.json()["answer"], seen.json()["ask_to"]) == ("请协调用地指标。", "", "other-unit")
    done = api.post("report_answer", report.pk, data={"text": "已安排。"}, version=seen["ETag"])
    assert (done.status_code, done.json()["answer"], done.json()["answered_by"]) == (200, "已安排。", "姓名outsider")
    problem(api.post("report_answer", report.pk, data={"text": "再答。"}, version=done["ETag"]), 409, "ask_answered")
    assert Api(cast.lead_reporter).get("report", report.pk).json()["answer"] == "已安排。"


def test_office_answers_what_it_is_asked_alone(cast):
    report = ask(cast, to="")
    problem(Api(cast.outsider).post("report_answer", report.pk, data={"text": "好。"}, version=2), 404, "not_found")
    response = Api(cast.lead_approver).post("report_answer", report.pk, data={"text": "好。"}, version=2)
    problem(response, 403, "not_allowed")
    assert Api(cast.supervisor).post("report_answer", report.pk, data={"text": "好。"}, version=2).status_code == 200


def test_old_version_shows_the_ask_as_it_stands(cast):
    report, api = ask(cast, to="other-unit"), Api(cast.outsider)
    problem(api.post("report_answer", report.pk, data={"text": "好。"}), 428, "precondition_required")
    body = problem(api.post("report_answer", report.pk, data={"text": "好。"}, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]["version"]) == (1, 2)
    assert "progress" not in body["current"]


@pytest.mark.parametrize("data", [{}, {"text": " "}, {"text": "字" * 201}, {"text": "a\x00"}, {"text": 5}])
def test_answer_that_is_none_is_pointed_at(cast, data):
    response = Api(cast.outsider).post("report_answer", ask(cast, to="other-unit").pk, data=data, version=2)
    assert pointers(problem(response, 400, "invalid")) == ["/text"]


def test_report_that_asks_nothing_has_nothing_to_answer(cast, sent):
    problem(Api(cast.supervisor).get("report_answer", sent.pk), 404, "not_found")
