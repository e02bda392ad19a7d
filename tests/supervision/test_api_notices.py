"""督办通知 as programs read, issue and answer them."""

from datetime import timedelta

import pytest
from django.core.signing import Signer

from agencies.actions import create_api_token
from ledger.models import Event
from supervision.actions import answer_notice, decline_notice
from supervision.models import Notice
from tasks.models import Assignment
from tests.api import Api, pointers, problem
from tests.factories import NOW
from tests.supervision.urging import SUPERVISED_AT, drafted, late_task, supervise, urge

DEMAND = {"demand": "请抓紧办理。"}
ISSUE = {**DEMAND, "new_limit": "2026-12-02", "document_number": "桂自贸办函〔2026〕1号"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def task(cast):
    return late_task(cast, number=327)


@pytest.fixture
def office(cast):
    return Api(cast.supervisor)


@pytest.fixture
def approver(cast):
    return Api(cast.lead_approver)


@pytest.fixture
def reporter(cast):
    return Api(cast.lead_reporter)


def ids(response):
    return [each["id"] for each in response.json()["results"]]


def program(cast, scopes, **more):
    values = {"name": "接口", "scopes": scopes, "by": cast.administrator, "now": NOW, **more}
    return Api(token=create_api_token(**values)[1])


# -- reading


def test_a_draft_is_told_to_the_office_with_its_version(office, task):
    draft = drafted(task)
    response = office.get("notice", draft.pk)
    body = response.json()
    assert (body["number"], body["status"], body["level"], body["reason"]) == ("", "draft", 2, "overdue")
    assert (body["task"]["number"], body["limit"], body["new_limit"]) == (327, "2026-10-30", None)
    assert body["agency"] == body["lead"] == {"code": "lead-unit", "name": "单位lead-unit"}
    assert response["ETag"].startswith(f'"n{draft.pk}-v1.')


@pytest.mark.parametrize(
    ("part", "draft_seen", "issued_seen"),
    [
        ("lead_reporter", 0, 1), ("lead_approver", 0, 1), ("co_reporter", 0, 0), ("outsider", 0, 0),
        ("supervisor", 1, 1), ("director", 1, 1), ("leader", 0, 1),
    ],
)  # fmt: skip
def test_list_gives_what_each_may_see(cast, task, part, draft_seen, issued_seen):
    draft, api = drafted(task), Api(getattr(cast, part))
    assert len(ids(api.get("notices"))) == draft_seen
    assert api.get("notice", draft.pk).status_code == (200 if draft_seen else 404)
    urge(cast, late_task(cast, number=328))
    assert len(ids(api.get("notices", task="328"))) == issued_seen


@pytest.mark.parametrize("part", ["administrator", "auditor"])
def test_list_is_refused_to_whoever_gets_and_gives_none(cast, part):
    problem(Api(getattr(cast, part)).get("notices"), 403, "not_allowed")


def test_the_unit_learns_nothing_of_a_declined_draft(cast, task, reporter):
    draft = drafted(task)
    decline_notice(notice=draft, reason="已当面催办。", by=cast.supervisor, now=NOW)
    assert ids(reporter.get("notices")) == []
    unseen = problem(reporter.get("notice", draft.pk), 404, "not_found")
    missing = problem(reporter.get("notice", draft.pk + 1), 404, "not_found")
    assert {**unseen, "request_id": ""} == {**missing, "request_id": ""}


def test_the_former_lead_and_the_present_one_both_see_it_and_the_present_one_answers(cast, task):
    notice = urge(cast, task)
    Assignment.objects.filter(task=task, role="lead").update(agency=cast.other)
    former, present = Api(cast.lead_approver), Api(cast.outsider)
    assert present.get("notice", notice.pk).json()["lead"]["code"] == "other-unit"
    assert present.get("notice", notice.pk).json()["agency"]["code"] == "lead-unit"
    problem(former.post("notice_answer", notice.pk, data={"text": "月底前完成。"}, version=2), 403, "not_allowed")
    answered = present.post("notice_answer", notice.pk, data={"text": "月底前完成。"}, version=2)
    assert answered.json()["status"] == "answered"


@pytest.fixture
def several(cast, task, time_machine):
    """An urging that is issued and one that waits for its 督办, another unit's draft; by what they are."""
    other = late_task(cast, number=328, lead=cast.other)
    issued = urge(cast, task)
    time_machine.move_to(SUPERVISED_AT, tick=False)
    return {
        "issued": issued.pk,
        "draft": Notice.objects.get(task=other, level=2).pk,
        "supervision": drafted(task, level=3, now=SUPERVISED_AT).pk,
    }


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["supervision", "draft", "issued"]),
        ({"level": "3"}, ["supervision"]),
        ({"level": "2,3", "status": "draft"}, ["supervision", "draft"]),
        ({"status": "issued,answered"}, ["issued"]),
        ({"task": "328"}, ["draft"]),
        ({"agency": "lead-unit"}, ["supervision", "issued"]),
        ({"agency": "co-unit"}, []),
        ({"ordering": "drafted_at", "task": "327"}, ["issued", "supervision"]),
        ({"ordering": "-issued_at", "agency": "lead-unit"}, ["issued", "supervision"]),
        ({"ordering": "issued_at", "agency": "lead-unit"}, ["issued", "supervision"]),
        ({"ordering": "limit", "level": "3"}, ["supervision"]),
    ],
)
def test_list_filters_and_orders(cast, several, params, expected):
    names = {pk: name for name, pk in several.items()}
    found = [names[pk] for pk in ids(Api(cast.supervisor).get("notices", **params))]
    assert sorted(found) == sorted(expected) if not params else found == expected


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"light": "red"}, "/light"),
        ({"level": "1"}, "/level"),
        ({"status": "open"}, "/status"),
        ({"task": "99"}, "/task"),
        ({"agency": "nobody"}, "/agency"),
        ({"agency": "a\x00b"}, "/agency"),
        ({"ordering": "demand"}, "/ordering"),
        ({"fields": "id,clock"}, "/fields"),
        ({"page_size": "501"}, "/page_size"),
        ({"cursor": "x"}, "/cursor"),
    ],
)
def test_list_refuses_what_it_does_not_know(cast, several, params, pointer):
    code = "invalid_cursor" if pointer == "/cursor" else "invalid_parameters"
    assert pointers(problem(Api(cast.supervisor).get("notices", **params), 400, code)) == [pointer]


def test_list_names_what_it_knows(office):
    body = problem(office.get("notices", status="open", level="9", colour="red"), 400, "invalid_parameters")
    details = {each["pointer"]: each["detail"] for each in body["errors"]}
    assert "lapsed" in details["/status"]
    assert "2、3" in details["/level"]
    assert "agency" in details["/colour"]


@pytest.mark.parametrize("ordering", ["drafted_at", "-drafted_at", "issued_at", "-issued_at", "limit", "-limit"])
def test_pages_hold_every_notice_once(cast, task, ordering):
    urge(cast, task)
    for number in range(328, 332):
        late_task(cast, number=number, lead=cast.other)
    drafted(late_task(cast, number=332))
    office = Api(cast.supervisor)
    whole, seen, address = ids(office.get("notices", ordering=ordering)), [], ""
    response = office.get("notices", ordering=ordering, page_size=2)
    while response:
        seen += ids(response)
        address = response.json()["next"]
        response = office.client.get(address) if address else None
    assert (seen, len(seen)) == (whole, 6)


def test_a_cursor_of_another_ordering_is_refused(office):
    cursor = Signer(salt="common.api.paging").sign_object(["limit", ["2026-10-30", 1], False])
    problem(office.get("notices", cursor=cursor), 400, "invalid_cursor")


def test_fields_are_picked(office, task):
    drafted(task)
    (row,) = office.client.get("/api/v1/notices/?fields=id,status").json()["results"]
    assert set(row) == {"id", "status"}


@pytest.mark.parametrize("count", [1, 30])
def test_list_keeps_its_query_budget(cast, count, django_assert_num_queries):
    for number in range(count):
        last = late_task(cast, number=400 + number)
    pk = drafted(last).pk
    office = Api(cast.supervisor)
    with django_assert_num_queries(2 + 1 + 1):  # who asks; which version; the notices
        assert len(ids(office.get("notices"))) == count
    with django_assert_num_queries(2 + 1 + 1):
        office.get("notice", pk)


def test_a_huge_number_is_not_found(office):
    problem(office.client.get(f"/api/v1/notices/{10**30}/"), 404, "not_found")


def test_what_has_not_changed_is_not_sent_again(office, cast, task):
    tag = office.get("notices")["ETag"]
    assert office.get("notices", headers={"If-None-Match": tag}).status_code == 304
    urge(cast, task)
    assert office.get("notices", headers={"If-None-Match": tag}).status_code == 200


# -- the office


def test_confirm_gives_it_its_number(office, cast, task):
    draft = drafted(task)
    response = office.post("notice_confirm", draft.pk, data=DEMAND, version=1)
    body = response.json()
    assert (body["number"], body["status"], body["demand"]) == ("2026-1", "issued", "请抓紧办理。")
    assert (body["issued_by"], response["ETag"]) == (cast.supervisor.name, f'"n{draft.pk}-v2"')
    assert Event.objects.get(kind="notice", verb="notice_issued").actor_id == cast.supervisor.actor_id


def test_issue_sets_the_new_limit(cast, task, time_machine):
    urge(cast, task)
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    time_machine.move_to(SUPERVISED_AT, tick=False)
    problem(Api(cast.supervisor).post("notice_issue", draft.pk, data=ISSUE, version=1), 403, "not_allowed")
    body = Api(cast.director).post("notice_issue", draft.pk, data=ISSUE, version=1).json()
    assert (body["status"], body["new_limit"], body["document_number"]) == (
        "issued", "2026-12-02", "桂自贸办函〔2026〕1号",
    )  # fmt: skip


def test_decline_keeps_the_reason(office, cast, task):
    body = office.post("notice_decline", drafted(task).pk, data={"reason": "已当面催办。"}, version=1).json()
    assert (body["status"], body["decline_reason"]) == ("declined", "已当面催办。")
    assert (body["declined_by"], body["number"]) == (cast.supervisor.name, "")


@pytest.mark.parametrize(
    ("verb", "data", "pointer"),
    [
        ("confirm", {}, "/demand"),
        ("confirm", {"demand": " "}, "/demand"),
        ("confirm", {"demand": "长" * 501}, "/demand"),
        ("confirm", {**DEMAND, "document_number": "长" * 61}, "/document_number"),
        ("confirm", {**DEMAND, "new_limit": "2026-12-02"}, "/new_limit"),
        ("confirm", {"demand": "a\x00b"}, "/demand"),
        ("decline", {}, "/reason"),
        ("decline", {"reason": "长" * 201}, "/reason"),
    ],
)
def test_the_offices_verbs_point_at_what_is_wrong_and_leave_nothing(office, task, verb, data, pointer):
    draft = drafted(task)
    events = Event.objects.count()
    response = office.post(f"notice_{verb}", draft.pk, data=data, version=1)
    assert pointers(problem(response, 400, "invalid")) == [pointer]
    draft.refresh_from_db()
    assert (draft.status, draft.version, Event.objects.count()) == ("draft", 1, events)


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-28", "20261202", 20261202, None])
def test_issue_refuses_a_limit_that_is_no_working_day_to_come(cast, task, time_machine, day):
    urge(cast, task)
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    time_machine.move_to(SUPERVISED_AT, tick=False)
    response = Api(cast.director).post("notice_issue", draft.pk, data={**ISSUE, "new_limit": day}, version=1)
    assert pointers(problem(response, 400, "invalid")) == ["/new_limit"]


def test_confirm_when_the_cause_has_gone_is_refused(office, task):
    draft = drafted(task)
    task.status = "suspended"
    task.save()
    problem(office.post("notice_confirm", draft.pk, data=DEMAND, version=1), 409, "notice_cause_gone")


def test_confirm_twice_is_refused(office, cast, task):
    notice = urge(cast, task)
    problem(office.post("notice_confirm", notice.pk, data=DEMAND, version=2), 409, "notice_transition_not_allowed")


# -- the unit


def test_receive_and_answer_in_the_units_name(reporter, approver, cast, task):
    notice = urge(cast, task)
    received = reporter.post("notice_receive", notice.pk, version=2)
    assert (received.json()["received_by"], received.json()["status"]) == (cast.lead_reporter.name, "issued")
    answered = approver.post("notice_answer", notice.pk, data={"text": "月底前完成。"}, version=received["ETag"])
    assert (answered.json()["answer"], answered.json()["status"]) == ("月底前完成。", "answered")
    assert answered.json()["received_by"] == cast.lead_reporter.name


@pytest.mark.parametrize("data", [{}, {"text": ""}, {"text": "长" * 501}, {"text": "a\x00"}, {"text": 5}])
def test_answer_points_at_what_is_wrong(approver, cast, task, data):
    response = approver.post("notice_answer", urge(cast, task).pk, data=data, version=2)
    assert pointers(problem(response, 400, "invalid")) == ["/text"]


def test_answer_by_the_reporter_is_refused(reporter, cast, task):
    notice = urge(cast, task)
    problem(reporter.post("notice_answer", notice.pk, data={"text": "好。"}, version=2), 403, "not_allowed")


def test_receive_twice_is_refused(reporter, cast, task):
    notice = urge(cast, task)
    reporter.post("notice_receive", notice.pk, version=2)
    problem(reporter.post("notice_receive", notice.pk, version=3), 409, "notice_transition_not_allowed")


def test_two_who_answer_the_second_sees_what_the_first_wrote(approver, cast, task):
    notice = urge(cast, task)
    answer_notice(notice=notice, text="月底前完成。", by=cast.lead_approver, now=NOW, version=2)
    body = problem(
        approver.post("notice_answer", notice.pk, data={"text": "另一份。"}, version=2), 412, "stale_version"
    )
    assert (body["given_version"], body["current"]["version"], body["current"]["answer"]) == (2, 3, "月底前完成。")


@pytest.mark.parametrize("verb", ["confirm", "issue", "decline", "receive", "answer"])
def test_verbs_ask_for_the_version(office, approver, cast, task, verb):
    who = approver if verb in {"receive", "answer"} else office
    problem(who.post(f"notice_{verb}", urge(cast, task).pk, data={}), 428, "precondition_required")


# -- programs


def test_the_units_program_answers_in_its_name(cast, task):
    unit = program(cast, ["progress:write"], agency=cast.lead)
    notice = urge(cast, task)
    assert ids(unit.get("notices")) == [notice.pk]
    assert unit.post("notice_answer", notice.pk, data={"text": "月底前完成。"}, version=2).status_code == 200


def test_a_program_of_all_units_sees_what_is_issued_alone(cast, task):
    notice = urge(cast, task)
    drafted(late_task(cast, number=328))
    assert ids(program(cast, ["progress:write"]).get("notices")) == [notice.pk]


def test_a_reading_program_is_told_that_notices_are_not_for_it(cast, task):
    reading = program(cast, ["progress:read"], agency=cast.lead)
    notice = urge(cast, task)
    problem(reading.get("notices"), 403, "not_allowed")
    problem(reading.get("notice", notice.pk), 404, "not_found")


def test_the_supervisors_token_confirms_and_the_directors_decides_nothing(cast, task, time_machine):
    scopes = ["progress:read", "progress:write"]
    office = program(cast, scopes, user=cast.supervisor)
    assert office.post("notice_confirm", drafted(task).pk, data=DEMAND, version=1).status_code == 200
    draft = drafted(task, level=3, now=SUPERVISED_AT)
    time_machine.move_to(SUPERVISED_AT, tick=False)
    director = program(cast, scopes, user=cast.director, name="负责人")
    problem(director.post("notice_issue", draft.pk, data=ISSUE, version=1), 403, "not_allowed")


def test_an_issued_supervision_is_read_by_the_unit_with_its_limit(cast, task, time_machine):
    notice = supervise(cast, task)
    time_machine.move_to(SUPERVISED_AT + timedelta(hours=1), tick=False)
    body = Api(cast.lead_reporter).get("notice", notice.pk).json()
    assert (body["level"], body["new_limit"], body["decline_reason"]) == (3, "2026-12-02", "")
