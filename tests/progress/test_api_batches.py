"""批量报送: a result for each item, and no item harms another."""

import json
import time

import pytest

from agencies.actions import create_api_token
from ledger.models import Event
from ledger.readers import verify
from progress.actions import draft_report, submit_report
from progress.models import Report
from tests.api import Api, check_documented, pointers, problem
from tests.factories import NOW, TaskFactory, report_content

CONTENT = {"percent": 95, "result": "advancing", "progress": "完成平台一期建设。"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.lead_reporter)


@pytest.fixture
def tasks(cast):
    return [TaskFactory(number=number, lead=cast.lead) for number in (331, 332, 333)]


def item(number, **changes):
    return {"task": number, "period": "2026Q4", **CONTENT, **changes}


def draft(cast, task, *, by=None):
    return draft_report(task=task, period=cast.period, content=report_content(), by=by or cast.lead_reporter, now=NOW)


def send(api, *items, name="report_batch"):
    response = api.post(name, data={"items": list(items)})
    assert response.status_code == 200, response.content
    results = response.json()["results"]
    assert [each["index"] for each in results] == list(range(len(items)))
    return results


def statuses(results):
    return [each["status"] for each in results]


def codes(results):
    return [each["problem"] and each["problem"]["code"] for each in results]


def test_every_item_becomes_a_draft(api, cast, tasks):
    results = send(api, item(333, percent=91), item(331, percent=92), item(332, percent=93))
    assert statuses(results) == [201, 201, 201]
    assert [(each["report"]["task"]["number"], each["report"]["percent"]) for each in results] == [
        (333, 91), (331, 92), (332, 93),
    ]  # fmt: skip
    assert {each["report"]["drafted_by"] for each in results} == {cast.lead_reporter.name}
    assert Event.objects.filter(kind="report", verb="drafted").count() == 3
    assert verify() == []


def test_item_with_a_version_changes_the_draft_that_stands(api, cast, tasks):
    draft(cast, tasks[0])
    (result,) = send(api, item(331, percent=97, version=1))
    assert (result["status"], result["report"]["percent"], result["report"]["version"]) == (200, 97, 2)


def test_bad_items_say_why_and_harm_no_other(api, cast, tasks):
    TaskFactory(number=334, lead=cast.other)
    standing = draft(cast, tasks[1])
    results = send(
        api, item(331), item(331, percent=101), item(332), item(332, version=7), item(333, period="2030Q1"),
        item(339), item(334), item(333, version=1), "text", None, item(333),
    )  # fmt: skip
    assert statuses(results) == [201, 400, 409, 412, 400, 404, 403, 404, 400, 400, 201]
    assert codes(results) == [
        None, "invalid", "report_exists", "stale_version", "invalid", "not_found", "not_allowed", "not_found",
        "invalid", "invalid", None,
    ]  # fmt: skip
    assert results[2]["problem"]["report"] == standing.pk
    assert (results[3]["problem"]["given_version"], results[3]["problem"]["current"]["version"]) == (7, 1)
    assert Report.objects.count() == 3
    assert verify() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"percent": "95"}, ["/items/1/percent"]),
        ({"percent": 60}, ["/items/1/problems"]),
        ({"result": "great", "progress": "字" * 301}, ["/items/1/result"]),
        ({"progress": "a\x00b"}, ["/items/1/progress"]),
        ({"status": "approved"}, ["/items/1/status"]),
        ({"task": 0}, ["/items/1/task"]),
        ({"task": 10**30}, ["/items/1/task"]),
        ({"version": 0}, ["/items/1/version"]),
        ({"version": None}, ["/items/1/version"]),
        ({"period": "a\x00"}, ["/items/1/period"]),
        ({"ask": "请协调。", "ask_to": "lead-unit"}, ["/items/1/ask_to"]),
    ],
)
def test_problem_points_from_the_beginning_of_the_request(api, tasks, changes, expected):
    results = send(api, item(331), item(332, **changes))
    assert statuses(results) == [201, 400]
    assert pointers(results[1]["problem"]) == expected
    assert results[1]["problem"]["type"] == "urn:gxftz:problem:invalid"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "/items"), ({"items": []}, "/items"), ({"items": {}}, "/items"), ({"items": "x"}, "/items"),
        ({"items": [item(1)] * 101}, "/items"), ({"items": [item(1)], "mode": "all"}, "/mode"), ([], ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["report_batch", "report_batch_submit"])
def test_request_that_is_none_is_refused_as_a_whole(api, body, expected, name):
    assert pointers(problem(api.post(name, data=body), 400, "invalid")) == [expected]
    assert not Report.objects.exists()


def test_same_report_twice_is_done_once(api, tasks):
    results = send(api, item(331), item(331), item(331, percent=99, version=1))
    assert statuses(results) == [201, 409, 200]
    assert Report.objects.get().percent == 99


def test_hundred_items_are_taken(api, tasks):
    assert statuses(send(api, item(331), *[item(9999)] * 99)) == [201, *[404] * 99]


def test_batch_of_drafts_is_sent(cast, tasks):
    drafts = [draft(cast, task) for task in tasks]
    results = send(
        Api(cast.lead_approver), *({"report": each.pk, "version": 1} for each in drafts), name="report_batch_submit"
    )
    assert statuses(results) == [200, 200, 200]
    assert {each["report"]["submitted_by"] for each in results} == {cast.lead_approver.name}
    assert verify() == []


def test_sending_refuses_each_item_for_its_own_reason(cast, tasks):
    own, stale, good = draft(cast, tasks[0], by=cast.lead_approver), draft(cast, tasks[1]), draft(cast, tasks[2])
    sent = draft(cast, cast.task)
    submit_report(report=sent, by=cast.lead_approver, now=NOW)
    other = TaskFactory(number=334, lead=cast.other)
    unseen = draft(cast, other, by=cast.outsider)
    items = [(own, 1), (stale, 2), (sent, 2), (unseen, 1), (good, 1)]
    results = send(
        Api(cast.lead_approver), *({"report": each.pk, "version": version} for each, version in items),
        {"report": good.pk}, name="report_batch_submit",
    )  # fmt: skip
    assert statuses(results) == [403, 412, 409, 404, 200, 400]
    assert pointers(results[5]["problem"]) == ["/items/5/version"]
    assert results[1]["problem"]["current"]["version"] == 1
    assert list(Report.objects.filter(status="submitted").order_by("pk").values_list("pk", flat=True)) == [
        good.pk, sent.pk,
    ]  # fmt: skip


def test_reporter_may_draft_many_and_send_none(api, cast, tasks):
    results = send(api, {"report": draft(cast, tasks[0]).pk, "version": 1}, name="report_batch_submit")
    assert codes(results) == ["not_allowed"]


def test_client_drafts_but_does_not_send_what_it_wrote(cast, tasks):
    _row, token = create_api_token(
        name="报送", scopes=["progress:write"], agency=cast.lead, by=cast.administrator, now=NOW
    )
    api = Api(token=token)
    (made,) = send(api, item(331))
    (mine,) = send(api, {"report": made["report"]["id"], "version": 1}, name="report_batch_submit")
    (theirs,) = send(api, {"report": draft(cast, tasks[1]).pk, "version": 1}, name="report_batch_submit")
    assert (mine["status"], theirs["status"]) == (403, 200)


def test_too_many_items_are_refused_before_any_is_looked_at(api):
    """A million of them fit into one request, and would keep a process busy for seconds."""
    began = time.perf_counter()
    assert pointers(problem(api.post("report_batch", data={"items": [0] * 500_000}), 400, "invalid")) == ["/items"]
    assert time.perf_counter() - began < 1


def test_refused_items_leave_a_trace_for_the_auditor(api, cast):
    TaskFactory(number=334, lead=cast.other)
    send(api, item(334))
    attempt = Event.objects.get(kind="attempt")
    assert (attempt.actor_id, attempt.state["status"]) == (cast.lead_reporter.actor_id, 403)


def post_once(api, key, *items):
    response = api.client.post(
        "/api/v1/reports/batch/", json.dumps({"items": items}), content_type="application/json",
        headers={"Idempotency-Key": key},
    )  # fmt: skip
    check_documented("POST", response)
    return response


def test_batch_sent_twice_under_one_key_has_one_effect(api, tasks):
    first = post_once(api, "k1", item(331), item(332, percent=101))
    events = Event.objects.count()
    again = post_once(api, "k1", item(331), item(332, percent=101))
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert (Report.objects.count(), Event.objects.count()) == (1, events)
    problem(post_once(api, "k1", item(333)), 422, "idempotency_key_reused")


def test_batch_sent_twice_without_a_key_says_that_it_stands(api, tasks):
    """The control."""
    send(api, item(331))
    assert codes(send(api, item(331))) == ["report_exists"]


@pytest.fixture
def count_queries(django_assert_max_num_queries):
    def count(act):
        with django_assert_max_num_queries(5000) as counted:
            act()
        return len(counted)

    return count


def test_each_item_costs_as_much_in_a_long_batch_as_in_a_short_one(api, cast, count_queries):
    for number in range(400, 434):
        TaskFactory(number=number, lead=cast.lead)
    send(api, item(433))  # what a process reads once
    one = count_queries(lambda: send(api, item(400)))
    two = count_queries(lambda: send(api, item(401), item(402)))
    thirty = count_queries(lambda: send(api, *(item(number) for number in range(403, 433))))
    each = two - one
    assert each <= 20
    assert thirty <= one + 29 * each


def test_each_sent_item_costs_as_much_in_a_long_batch_as_in_a_short_one(cast, count_queries):
    drafts = [draft(cast, TaskFactory(number=number, lead=cast.lead)).pk for number in range(400, 434)]
    api, items = Api(cast.lead_approver), [{"report": pk, "version": 1} for pk in drafts]
    send(api, items[0], name="report_batch_submit")
    one = count_queries(lambda: send(api, items[1], name="report_batch_submit"))
    two = count_queries(lambda: send(api, *items[2:4], name="report_batch_submit"))
    thirty = count_queries(lambda: send(api, *items[4:], name="report_batch_submit"))
    each = two - one
    assert each <= 40
    assert thirty <= one + 29 * each
