"""办结申请 through the API, from the draft to the decision."""

import pytest
from django.urls import reverse

from ledger.models import Event
from progress.models import Closing
from tests import closings
from tests.api import Api, pointers, problem
from tests.closings import STATEMENT
from tests.factories import NOW, TaskFactory

AGREED = {"answer": "agreed"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def task(cast):
    return TaskFactory(number=335, lead=cast.lead, supporting=[cast.co], percent=100)


@pytest.fixture
def draft(cast, task):
    return closings.draft(task, reporter=cast.lead_reporter)


@pytest.fixture
def sent(cast, task):
    return closings.ask_closing(task, reporter=cast.lead_reporter, approver=cast.lead_approver)


def test_request_is_drafted_and_says_where_it_is(cast, task):
    response = Api(cast.lead_reporter).post("task_closing", 335, data={"statement": STATEMENT})
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == reverse("api:closing", args=[body["id"]])
    assert response["ETag"] == f'"k{body["id"]}-v1"'
    assert (body["status"], body["stands"], body["agency"], body["closed_late"]) == ("draft", True, "lead-unit", None)
    assert [(each["agency"], each["answer"], each["limit"]) for each in body["hearings"]] == [
        ("co-unit", None, "2026-11-23"),
    ]  # fmt: skip


def test_second_request_names_the_first(cast, draft):
    response = Api(cast.lead_reporter).post("task_closing", 335, data={"statement": STATEMENT})
    assert problem(response, 409, "closing_exists")["closing"] == draft.pk


def test_request_for_a_task_that_is_not_complete_is_refused(cast):
    problem(Api(cast.lead_reporter).post("task_closing", 1, data={"statement": STATEMENT}), 409, "closing_not_ready")


@pytest.mark.parametrize("statement", ["", " ", "字" * 501, "a\x00", None, 5])
def test_statement_that_is_none_is_pointed_at(cast, task, statement):
    events = Event.objects.count()
    response = Api(cast.lead_reporter).post("task_closing", 335, data={"statement": statement})
    assert pointers(problem(response, 400, "invalid")) == ["/statement"]
    assert (Closing.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "director", "leader"])
def test_request_by_others_is_refused(cast, task, part):
    response = Api(getattr(cast, part)).post("task_closing", 335, data={"statement": STATEMENT})
    problem(response, 403, "not_allowed")


def test_draft_is_seen_by_the_units_of_the_task_alone(cast, draft):
    for part in ("lead_reporter", "co_reporter"):
        assert Api(getattr(cast, part)).get("task_closing", 335).json()["id"] == draft.pk
    for part in ("supervisor", "outsider", "leader"):
        problem(Api(getattr(cast, part)).get("task_closing", 335), 404, "not_found")
        problem(Api(getattr(cast, part)).get("closing", draft.pk), 404, "not_found")


def test_draft_is_saved_from_the_version_that_was_read(cast, draft):
    api = Api(cast.lead_reporter)
    tag = api.get("closing", draft.pk)["ETag"]
    saved = api.put("closing", draft.pk, data={"statement": "平台已验收。"}, version=tag)
    assert (saved.json()["statement"], saved.json()["version"]) == ("平台已验收。", 2)
    body = problem(api.put("closing", draft.pk, data={"statement": "旧。"}, version=tag), 412, "stale_version")
    assert (body["given_version"], body["current"]["version"], body["current"]["statement"]) == (1, 2, "平台已验收。")
    problem(api.put("closing", draft.pk, data={"statement": "旧。"}), 428, "precondition_required")


def test_unit_that_is_heard_answers_from_the_version_of_its_own_answer(cast, draft):
    api = Api(cast.co_reporter)
    (hearing,) = api.get("closing", draft.pk).json()["hearings"]
    objection = {"answer": "objected", "text": "尚缺验收结论。"}
    heard = api.post("closing_hearing", draft.pk, data=objection, version=hearing["version"]).json()["hearings"]
    assert [(each["answer"], each["text"], each["answered_by"], each["version"]) for each in heard] == [
        ("objected", "尚缺验收结论。", cast.co_reporter.name, 2),
    ]  # fmt: skip
    body = problem(api.post("closing_hearing", draft.pk, data=AGREED, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]["hearings"][0]["version"]) == (1, 2)


def test_answer_to_words_that_have_changed_since_is_stale(cast, draft):
    api = Api(cast.co_reporter)
    Api(cast.lead_reporter).put("closing", draft.pk, data={"statement": "另一番话。"}, version=1)
    problem(api.post("closing_hearing", draft.pk, data=AGREED, version=1), 412, "stale_version")
    assert api.post("closing_hearing", draft.pk, data=AGREED, version=2).status_code == 200


def test_answer_without_a_version_or_from_the_requests_is_refused(cast, draft):
    api = Api(cast.co_reporter)
    problem(api.post("closing_hearing", draft.pk, data=AGREED), 428, "precondition_required")
    problem(api.post("closing_hearing", draft.pk, data=AGREED, version=f'"k{draft.pk}-v1"'), 412, "stale_version")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"answer": "silent"}, "/answer"),
        ({"answer": "objected"}, "/text"),
        ({}, "/answer"),
        ({"agency": "x"}, "/agency"),
    ],
)
def test_answer_that_is_none_is_pointed_at(cast, draft, answer, expected):
    response = Api(cast.co_reporter).post("closing_hearing", draft.pk, data=answer, version=1)
    assert pointers(problem(response, 400, "invalid")) == [expected]


def test_answer_of_a_unit_that_is_not_heard_is_refused(cast, draft):
    response = Api(cast.lead_reporter).post("closing_hearing", draft.pk, data=AGREED, version=1)
    problem(response, 403, "not_allowed")


def test_round_from_draft_to_decision(cast, draft):
    approver, supervisor, director = (Api(getattr(cast, part)) for part in ("lead_approver", "supervisor", "director"))
    problem(approver.post("closing_send", draft.pk, version=1), 409, "closing_not_ready")
    Api(cast.co_reporter).post("closing_hearing", draft.pk, data=AGREED, version=1)
    sent = approver.post("closing_send", draft.pk, version=1)
    assert (sent.json()["status"], sent.json()["sent_by"]) == ("sent", cast.lead_approver.name)
    back = approver.post("closing_withdraw", draft.pk, version=sent["ETag"])
    assert back.json()["status"] == "draft"
    again = approver.post("closing_send", draft.pk, version=back["ETag"])
    checked = supervisor.post("closing_check", draft.pk, data={"note": "材料齐全。"}, version=again["ETag"])
    assert (checked.json()["status"], checked.json()["check_note"]) == ("checked", "材料齐全。")
    done = director.post("closing_accept", draft.pk, version=checked["ETag"]).json()
    assert (done["status"], done["stands"], done["closed_late"]) == ("accepted", False, False)
    assert director.get("task", 335).json()["status"] == "closed"


def test_returned_request_is_final_and_a_new_one_follows(cast, sent):
    api = Api(cast.supervisor)
    assert pointers(problem(api.post("closing_return", sent.pk, version=2), 400, "invalid")) == ["/reason"]
    returned = api.post("closing_return", sent.pk, data={"reason": "请补充。"}, version=2).json()
    assert (returned["status"], returned["return_reason"]) == ("returned", "请补充。")
    again = Api(cast.lead_reporter).post("task_closing", 335, data={"statement": STATEMENT})
    assert [each["answer"] for each in again.json()["hearings"]] == ["agreed"]  # need not say so twice
    assert Api(cast.lead_reporter).get("task_closing", 335).json()["id"] == again.json()["id"]


def test_maker_is_never_sender_and_checker_never_decider(cast, task):
    closing = closings.hear_all(closings.draft(task, reporter=cast.lead_approver))
    problem(Api(cast.lead_approver).post("closing_send", closing.pk, version=1), 403, "not_allowed")


def test_who_checked_does_not_decide(cast, sent):
    api = Api(cast.director)
    checked = api.post("closing_check", sent.pk, version=2)
    problem(api.post("closing_accept", sent.pk, version=checked["ETag"]), 403, "not_allowed")


def test_silence_is_marked_after_its_limit_alone(cast, draft, time_machine):
    problem(Api(cast.lead_reporter).post("closing_silent", draft.pk, version=1), 409, "nobody_silent")
    time_machine.move_to(NOW.replace(day=24), tick=False)
    (hearing,) = Api(cast.lead_reporter).post("closing_silent", draft.pk, version=1).json()["hearings"]
    assert (hearing["answer"], hearing["answered_by"]) == ("silent", cast.lead_reporter.name)


@pytest.mark.parametrize("verb", ["send", "withdraw", "silent", "check", "return", "accept"])
def test_verbs_ask_for_the_version_and_refuse_an_old_one(cast, sent, verb):
    who = {"send": "lead_approver", "withdraw": "lead_approver", "silent": "lead_reporter", "accept": "director"}
    api = Api(getattr(cast, who.get(verb, "supervisor")))
    data = {"reason": "请补充。"} if verb == "return" else {}
    problem(api.post(f"closing_{verb}", sent.pk, data=data), 428, "precondition_required")
    body = problem(api.post(f"closing_{verb}", sent.pk, data=data, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]["version"]) == (1, 2)


def test_files_stand_with_their_request(cast, draft):
    (file,) = Api(cast.lead_reporter).get("closing", draft.pk).json()["evidence"]
    assert (file["name"], file["kind"]) == ("验收报告.csv", "csv")


def test_request_whose_task_went_another_way_has_ended(cast, draft):
    type(draft.task).objects.filter(pk=draft.task_id).update(status="stopped")
    body = Api(cast.lead_reporter).get("closing", draft.pk).json()
    assert (body["status"], body["stands"]) == ("ended", False)
