"""What a token lets through, at every address."""

import pytest

from agencies.actions import create_api_token, revoke_api_token, rotate_api_token
from progress.actions import draft_report
from tests.api import Api, problem
from tests.factories import NOW, report_content

READS = [("plan", {}), ("tasks", {}), ("periods", {}), ("overdue", {}), ("summary", {"by": "light"})]
NEW = {"period": "2026Q4", "percent": 95, "result": "advancing", "progress": "完成平台一期建设。"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    def make(*scopes, agency=None, user=None):
        _token, text = create_api_token(
            name="系统对接", scopes=scopes, agency=agency, user=user, by=cast.administrator, now=NOW
        )
        return Api(token=text)

    return make


@pytest.mark.parametrize("scope", ["progress:read", "progress:write"])
@pytest.mark.parametrize(("name", "params"), READS)
def test_progress_scopes_read_the_plan_and_its_progress(api, scope, name, params):
    assert api(scope).get(name, **params).status_code == 200


@pytest.mark.parametrize("scope", ["changes:read", "admin"])
@pytest.mark.parametrize(("name", "params"), READS)
def test_other_scopes_do_not(api, scope, name, params):
    body = problem(api(scope).get(name, **params), 403, "not_allowed")
    assert "progress:read" in body["detail"]


def test_changes_need_their_own_scope(api):
    assert api("changes:read").get("changes").status_code == 200


@pytest.mark.parametrize("scope", ["progress:read", "progress:write", "admin"])
def test_changes_are_closed_to_other_scopes(api, scope):
    problem(api(scope).get("changes"), 403, "not_allowed")


def test_changes_of_a_directors_token_without_the_scope_are_closed(api, cast):
    problem(api("progress:read", user=cast.director).get("changes"), 403, "not_allowed")


def test_a_token_of_the_auditor_reads_no_tasks(api, cast):
    client = api("progress:read", "changes:read", user=cast.auditor)
    problem(client.get("tasks"), 403, "not_allowed")
    assert client.get("changes").status_code == 200


def test_writing_needs_the_scope(api, cast):
    problem(api("progress:read", agency=cast.lead).post("task_reports", 1, data=NEW), 403, "not_allowed")


def test_a_units_token_writes_for_its_unit_alone(api, cast):
    assert api("progress:write", agency=cast.lead).post("task_reports", 1, data=NEW).status_code == 201


def test_another_units_token_does_not(api, cast):
    problem(api("progress:write", agency=cast.other).post("task_reports", 1, data=NEW), 403, "not_allowed")


def test_a_read_token_sees_approved_facts_alone(api, cast):
    draft = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    assert api("progress:read", agency=cast.lead).get("task_reports", 1).json()["results"] == []
    problem(api("progress:read", user=cast.lead_reporter).get("report", draft.pk), 404, "not_found")


def test_a_write_token_sees_the_drafts_of_its_unit(api, cast):
    draft = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    assert api("progress:write", agency=cast.lead).get("report", draft.pk).json()["status"] == "draft"


def test_tags_of_tokens_with_other_scopes_differ(api, cast):
    read = api("progress:read", user=cast.lead_reporter).get("task_reports", 1)["ETag"]
    assert Api(cast.lead_reporter).get("task_reports", 1)["ETag"] != read


@pytest.mark.parametrize("header", ["Bearer gxftz_wrong", "Bearer ", "Bearer a b", "Bearer ☃", "Bearer", "Bearer \x00"])
def test_a_wrong_token_is_refused(cast, header):
    api = Api(cast.leader)
    response = api.client.get("/api/v1/tasks/", headers={"Authorization": header.encode().decode("latin-1")})
    problem(response, 401, "authentication_failed")


def test_a_revoked_token_is_refused(api, cast):
    token, text = create_api_token(name="旧令牌", scopes=["progress:read"], by=cast.administrator, now=NOW)
    revoke_api_token(token=token, by=cast.administrator, now=NOW)
    problem(Api(token=text).get("tasks"), 401, "authentication_failed")


def test_the_list_by_token_costs_four_queries_after_the_token(api, cast, django_assert_num_queries):
    client = api("progress:read")
    client.get("tasks")  # notes the first use
    with django_assert_num_queries(1 + 4):  # the token with its account; which version is current; the data
        client.get("tasks")


def test_a_token_from_another_address_is_refused_with_the_address_seen(cast):
    _token, text = create_api_token(
        name="系统对接", scopes=["progress:read"], networks=["10.1.0.0/16"], by=cast.administrator, now=NOW
    )
    api = Api(token=text)
    body = problem(api.get("tasks"), 403, "address_not_allowed")
    assert "127.0.0.1" in body["detail"]
    assert api.client.get("/api/v1/tasks/", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_the_refusal_of_an_address_is_in_the_readers_language(cast):
    _token, text = create_api_token(
        name="系统对接", scopes=["progress:read"], networks=["10.1.0.0/16"], by=cast.administrator, now=NOW
    )
    body = problem(Api(token=text).get("tasks", headers={"Accept-Language": "en"}), 403, "address_not_allowed")
    assert "127.0.0.1" in body["detail"]
    assert body["detail"].isascii()


def test_both_keys_are_good_while_one_replaces_the_other(cast):
    old, text = create_api_token(name="系统对接", scopes=["progress:read"], by=cast.administrator, now=NOW)
    _new, newer = rotate_api_token(token=old, by=cast.administrator, now=NOW)
    assert [Api(token=each).get("tasks").status_code for each in (text, newer)] == [200, 200]


def test_a_token_with_a_limit_of_its_own_is_stopped_there(cast):
    _token, text = create_api_token(
        name="系统对接", scopes=["progress:read"], per_minute=2, by=cast.administrator, now=NOW
    )
    api = Api(token=text)
    assert [api.get("plan").status_code for _each in range(2)] == [200, 200]
    problem(api.get("plan"), 429, "throttled")


@pytest.mark.parametrize(("name", "params"), READS)
def test_a_calendar_token_reads_nothing_else(api, name, params):
    problem(api("calendar:read").get(name, **params), 403, "not_allowed")
