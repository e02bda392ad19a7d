from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from common.errors import StaleVersionError
from ledger.models import Event
from progress.actions import approve_report, draft_report, return_report, submit_report
from progress.api import ReportView
from progress.models import Report
from tests.api import Api, pointers, problem
from tests.factories import NOW, PeriodFactory, report_content

CONTENT = {"percent": 95, "result": "advancing", "progress": "完成平台一期建设。", "next_steps": "开展二期。"}
NEW = {"period": "2026Q4", **CONTENT}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.lead_reporter)


@pytest.fixture
def approver(cast):
    return Api(cast.lead_approver)


@pytest.fixture
def office(cast):
    return Api(cast.supervisor)


@pytest.fixture
def draft(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


@pytest.fixture
def submitted(cast, draft):
    return submit_report(report=draft, by=cast.lead_approver, now=NOW)


def test_create_makes_a_draft_and_says_where_it_is(api, cast):
    response = api.post("task_reports", 1, data=NEW)
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == reverse("api:report", args=[body["id"]])
    assert response["ETag"] == f'"r{body["id"]}-v1"'
    assert (body["status"], body["percent"], body["drafted_by"]) == ("draft", 95, cast.lead_reporter.name)
    assert Event.objects.filter(kind="report", verb="drafted", actor_id=cast.lead_reporter.actor_id).count() == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"percent": 101}, ["/percent"]),
        ({"percent": -1}, ["/percent"]),
        ({"percent": "95"}, ["/percent"]),
        ({"percent": True}, ["/percent"]),
        ({"percent": 95.5}, ["/percent"]),
        ({"percent": 10**30}, ["/percent"]),
        ({"percent": None}, ["/percent"]),
        ({"percent": 60}, ["/problems"]),
        ({"result": "great"}, ["/result"]),
        ({"result": ["advancing"]}, ["/result"]),
        ({"progress": "字" * 301}, ["/progress"]),
        ({"progress": " "}, ["/progress"]),
        ({"progress": 5}, ["/progress"]),
        ({"progress": "a\x00b"}, ["/progress"]),
        ({"problems": "字" * 201, "next_steps": "字" * 201}, ["/problems", "/next_steps"]),
        ({"no_change": "yes"}, ["/no_change"]),
        ({"no_change": True}, ["/no_change"]),
        ({"period": "2030Q1"}, ["/period"]),
        ({"period": "a\x00"}, ["/period"]),
        ({"status": "approved"}, ["/status"]),
        ({"drafted_by": 1, "submitted_by": 2}, ["/drafted_by", "/submitted_by"]),
    ],
)
def test_create_points_at_what_is_wrong_and_leaves_nothing(api, changes, expected):
    events = Event.objects.count()
    body = problem(api.post("task_reports", 1, data={**NEW, **changes}), 400, "invalid")
    assert pointers(body) == expected
    assert {each["in"] for each in body["errors"]} == {"body"}
    assert (Report.objects.count(), Event.objects.count()) == (0, events)


def test_create_names_every_missing_field(api):
    assert pointers(problem(api.post("task_reports", 1, data={}), 400, "invalid")) == ["/percent", "/result", "/period"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b'{"percent": NaN}', b'{"progress": "\\ud800"}', b"[" * 100_000])
def test_create_refuses_what_is_no_json(api, body):
    problem(api.post("task_reports", 1, data=body), 400, "malformed" if body else "invalid")


@pytest.mark.parametrize("body", [[], [NEW], "text", 5, None])
def test_create_refuses_json_that_is_no_object(api, body):
    problem(api.post("task_reports", 1, data=body), 400, "invalid")


def test_create_refuses_a_text_of_a_megabyte_with_a_clear_message(api):
    body = problem(api.post("task_reports", 1, data={**NEW, "progress": "x" * 1_000_000}), 400, "invalid")
    assert "300" in body["errors"][0]["detail"]


def test_create_refuses_a_body_that_is_too_large(api):
    problem(api.post("task_reports", 1, data={**NEW, "progress": "x" * 3_000_000}), 413, "too_large")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_create_takes_json_alone(api, media_type):
    response = api.client.generic("POST", "/api/v1/tasks/1/reports/", b"a=1", content_type=media_type)
    problem(response, 415, "unsupported_media_type")


def test_create_for_a_locked_period_is_refused(api):
    PeriodFactory(
        code="2026Q2", starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30), contributions_due_on=date(2026, 6, 22),
        reports_due_on=date(2026, 6, 25), locks_on=date(2026, 7, 10),
    )  # fmt: skip
    problem(api.post("task_reports", 1, data={**NEW, "period": "2026Q2"}), 409, "period_locked")


def test_create_twice_is_refused_and_names_the_first(api, draft):
    body = problem(api.post("task_reports", 1, data=NEW), 409, "report_exists")
    assert body["report"] == draft.pk


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "leader", "administrator"])
def test_create_by_others_is_refused(cast, part):
    problem(Api(getattr(cast, part)).post("task_reports", 1, data=NEW), 403, "not_allowed")
    assert not Report.objects.exists()


def test_create_for_a_task_that_is_none_is_not_found(api):
    problem(api.post("task_reports", 2, data=NEW), 404, "not_found")


def test_read_gives_the_report_with_its_version(api, draft):
    response = api.get("report", draft.pk)
    assert response.json()["version"] == 1
    assert response["ETag"].startswith(f'"r{draft.pk}-v1.')


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "leader", "director"])
def test_read_of_a_draft_of_another_unit_is_not_found(cast, draft, part):
    other = Api(getattr(cast, part))
    unseen = problem(other.get("report", draft.pk), 404, "not_found")
    missing = problem(other.get("report", draft.pk + 1), 404, "not_found")
    assert {**unseen, "request_id": ""} == {**missing, "request_id": ""}
    problem(other.post("report_submit", draft.pk, version=1), 404, "not_found")


def test_put_saves_the_whole_content(api, draft):
    response = api.put("report", draft.pk, data={**CONTENT, "percent": 97, "next_steps": ""}, version=1)
    body = response.json()
    assert (body["percent"], body["next_steps"], body["version"]) == (97, "", 2)
    assert response["ETag"] == f'"r{draft.pk}-v2"'


def test_patch_changes_what_is_named_alone(api, draft):
    body = api.patch("report", draft.pk, data={"percent": 97}, version=1).json()
    assert (body["percent"], body["progress"], body["next_steps"]) == (97, "完成平台一期建设。", "开展二期。")


def test_patch_takes_the_etag_of_the_read_before(api, draft):
    etag = api.get("report", draft.pk)["ETag"]
    response = api.patch("report", draft.pk, data={"percent": 97}, version=etag)
    assert response.status_code == 200
    assert api.patch("report", draft.pk, data={"percent": 98}, version=response["ETag"]).status_code == 200


@pytest.mark.parametrize("weak", ['W/"r{}-v1"', '"r{}-v1.0123abcd"', '"1"', 'W/"1"'])
def test_patch_takes_every_form_of_the_version(api, draft, weak):
    assert api.patch("report", draft.pk, data={"percent": 97}, version=weak.format(draft.pk)).status_code == 200


@pytest.mark.parametrize("header", [None, "*", "1", "", '"1', '"1", "2"'])
def test_patch_without_a_version_is_refused(api, draft, header):
    problem(api.patch("report", draft.pk, data={"percent": 97}, version=header), 428, "precondition_required")


@pytest.mark.parametrize("header", ['"7"', '"r1234567-v1"', '"t1-v1"', '"nonsense"', '"99999999999999999999"'])
def test_patch_with_another_version_shows_the_one_that_stands(api, draft, header):
    body = problem(api.patch("report", draft.pk, data={"percent": 97}, version=header), 412, "stale_version")
    assert body["current"]["version"] == 1
    assert body["current"]["percent"] == 95
    assert body["given_version"] in {0, 7}
    draft.refresh_from_db()
    assert draft.percent == 95


def test_two_editors_the_second_sees_what_the_first_saved(api, approver, draft):
    api.patch("report", draft.pk, data={"percent": 97}, version=1)
    body = problem(approver.patch("report", draft.pk, data={"percent": 99}, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]["version"], body["current"]["percent"]) == (1, 2, 97)


def test_a_version_that_went_out_of_sight_is_not_shown(cast, draft):
    view = ReportView()
    view.request = SimpleNamespace(user=cast.supervisor)
    assert view.describe_error(StaleVersionError(current=draft)) == {"given_version": None, "current": None}


def test_put_by_the_office_is_refused(office, submitted):
    problem(office.put("report", submitted.pk, data=CONTENT, version=2), 403, "not_allowed")


def test_put_of_a_submitted_report_is_refused(api, submitted):
    problem(api.put("report", submitted.pk, data=CONTENT, version=2), 409, "report_transition_not_allowed")


def test_round_from_draft_to_return_to_approval(api, approver, office):
    created = api.post("task_reports", 1, data=NEW)
    pk = created.json()["id"]
    sent = approver.post("report_submit", pk, data={}, version=created["ETag"])
    assert sent.json()["status"] == "submitted"
    returned = office.post("report_return", pk, data={"reason": "请补充数据。"}, version=sent["ETag"])
    assert (returned.json()["status"], returned.json()["return_reason"]) == ("returned", "请补充数据。")
    saved = api.patch("report", pk, data={"percent": 96}, version=returned["ETag"])
    assert (saved.json()["status"], saved.json()["revision"]) == ("draft", 2)
    again = approver.post("report_submit", pk, version=saved["ETag"])
    approved = office.post("report_approve", pk, data={"result": "partial"}, version=again["ETag"])
    assert (approved.json()["status"], approved.json()["result"]) == ("approved", "partial")
    task = api.get("task", 1).json()
    assert (task["percent"], task["last_report"]["result"]) == (96, "partial")


def test_submit_by_the_one_who_wrote_it_is_refused(approver, cast):
    pk = approver.post("task_reports", 1, data=NEW).json()["id"]
    problem(approver.post("report_submit", pk, version=1), 403, "not_allowed")


def test_withdraw_gives_the_unit_its_draft_back(approver, submitted):
    assert approver.post("report_withdraw", submitted.pk, version=2).json()["status"] == "draft"


def test_return_without_a_reason_is_refused(office, submitted):
    assert pointers(problem(office.post("report_return", submitted.pk, data={}, version=2), 400, "invalid")) == [
        "/reason"
    ]


@pytest.mark.parametrize("verb", ["submit", "approve", "return", "withdraw"])
def test_verbs_ask_for_the_version(office, submitted, verb):
    problem(office.post(f"report_{verb}", submitted.pk, data={}), 428, "precondition_required")


@pytest.mark.parametrize("verb", ["submit", "approve", "return", "withdraw"])
def test_verbs_refuse_an_old_version(cast, submitted, verb):
    who = Api(cast.supervisor if verb in {"approve", "return"} else cast.lead_approver)
    data = {"reason": "请补充。"} if verb == "return" else {}
    body = problem(who.post(f"report_{verb}", submitted.pk, data=data, version=1), 412, "stale_version")
    assert body["current"]["status"] == "submitted"


def test_approve_by_the_unit_is_refused(approver, submitted):
    problem(approver.post("report_approve", submitted.pk, version=2), 403, "not_allowed")


def test_approve_of_a_draft_is_refused(cast, draft, office):
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    return_report(report=draft, reason="请补充。", by=cast.supervisor, now=NOW)
    problem(office.post("report_approve", draft.pk, version=3), 409, "report_transition_not_allowed")


@pytest.mark.parametrize("body", [b"0", b"false", b"null", b'""', b"[]"])
def test_approve_refuses_a_body_that_is_no_object(office, submitted, body):
    problem(office.post("report_approve", submitted.pk, data=body, version=submitted.version), 400, "invalid")


def test_approve_refuses_an_unknown_field(office, submitted):
    response = office.post("report_approve", submitted.pk, data={"reviewed_by": 1}, version=2)
    assert pointers(problem(response, 400, "invalid")) == ["/reviewed_by"]


@pytest.mark.parametrize(
    ("part", "draft_seen", "submitted_seen"),
    [
        ("lead_reporter", 1, 1), ("lead_approver", 1, 1), ("co_reporter", 0, 0), ("outsider", 0, 0),
        ("supervisor", 0, 1), ("director", 0, 1), ("leader", 0, 1), ("administrator", 0, 0),
    ],
)  # fmt: skip
def test_list_gives_what_each_may_see(cast, draft, part, draft_seen, submitted_seen):
    api = Api(getattr(cast, part))
    assert len(api.get("task_reports", 1).json()["results"]) == draft_seen
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    assert len(api.get("task_reports", 1).json()["results"]) == submitted_seen
    approve_report(report=draft, by=cast.supervisor, now=NOW)
    assert len(api.get("task_reports", 1).json()["results"]) == 1


def test_list_of_a_task_that_is_none_is_not_found(api):
    problem(api.get("task_reports", 2), 404, "not_found")


def test_list_pages_from_the_latest_period_back(api, cast, draft):
    PeriodFactory(
        code="2026Q3", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), contributions_due_on=date(2026, 9, 21),
        reports_due_on=date(2026, 9, 25), locks_on=date(2026, 11, 30),
    )  # fmt: skip
    api.post("task_reports", 1, data={**NEW, "period": "2026Q3"})
    first = api.get("task_reports", 1, page_size=1).json()
    assert [each["period"] for each in first["results"]] == ["2026Q4"]
    second = api.client.get(first["next"]).json()
    assert [each["period"] for each in second["results"]] == ["2026Q3"]
    assert second["next"] is None


@pytest.mark.parametrize("address", ["/api/v1/reports/{}/", "/api/v1/tasks/{}/reports/"])
def test_a_huge_number_is_not_found(api, address):
    problem(api.client.get(address.format(10**30)), 404, "not_found")


@pytest.mark.parametrize("count", [1, 30])
def test_list_keeps_its_query_budget(api, cast, count, django_assert_num_queries):
    for index in range(count):
        starts_on = date(2026, 1, 1) + timedelta(days=index)
        period = PeriodFactory(code=f"P{index:03}", starts_on=starts_on)
        Report.objects.create(
            task=cast.task, period=period, percent=1, result="advancing", progress="…", drafted_at=NOW,
            drafted_by=cast.lead_reporter,
        )  # fmt: skip
    with django_assert_num_queries(2 + 1 + 3):  # who asks; which version; task, reports, evidence
        assert len(api.get("task_reports", 1).json()["results"]) == count


def test_periods_say_whether_they_are_open(api):
    (period,) = api.get("periods").json()
    assert (period["code"], period["is_open"], period["locks_on"]) == ("2026Q4", True, "2027-01-11")
