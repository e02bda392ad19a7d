"""延期 as programs ask for it and answer it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from agencies.actions import create_api_token
from ledger.models import Event
from tasks.actions import grant_extension, refuse_extension, save_extension, withdraw_extension
from tasks.models import Extension, Task
from tests.api import Api, pointers, problem
from tests.extensions import WANTED, drafted, entered, sent
from tests.factories import NOW, TaskFactory

NEW = {"wanted_date": "2027-01-06", "percent": 90, "reason": "前置审批推迟。"}


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


def ids(response):
    return [each["id"] for each in response.json()["results"]]


def program(cast, scopes, **owner):
    return Api(token=create_api_token(name="接口", scopes=scopes, by=cast.administrator, now=NOW, **owner)[1])


# -- asking


def test_create_makes_a_draft_and_says_where_it_is(api, cast):
    response = api.post("task_extensions", 1, data=NEW)
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == reverse("api:extension", args=[body["id"]])
    assert response["ETag"] == f'"x{body["id"]}-v1"'
    assert {name: body[name] for name in NEW} == NEW
    assert (body["status"], body["due_before"], body["days"]) == ("draft", "2026-12-31", 6)
    assert (body["drafted_by"], body["lead"]["code"], body["office"]) == (cast.lead_reporter.name, "lead-unit", None)
    assert Event.objects.get(kind="extension").actor_id == cast.lead_reporter.actor_id


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"percent": 101}, ["/percent"]),
        ({"percent": "90"}, ["/percent"]),
        ({"percent": True}, ["/percent"]),
        ({"wanted_date": "2026-12-31"}, ["/wanted_date"]),  # no later than the deadline
        ({"wanted_date": "31.12.2026"}, ["/wanted_date"]),
        ({"wanted_date": "20270106"}, ["/wanted_date"]),
        ({"wanted_date": "2027-1-6"}, ["/wanted_date"]),
        ({"wanted_date": "2027-W01-3"}, ["/wanted_date"]),
        ({"wanted_date": "2027-01-06T00:00:00"}, ["/wanted_date"]),
        ({"wanted_date": 20270106}, ["/wanted_date"]),
        ({"wanted_date": None}, ["/wanted_date"]),
        ({"wanted_date": "9999-12-31"}, ["/wanted_date"]),
        ({"reason": " "}, ["/reason"]),
        ({"reason": "字" * 301}, ["/reason"]),
        ({"reason": "a\x00b"}, ["/reason"]),
        ({"status": "granted", "granted_date": "2027-01-06"}, ["/granted_date", "/status"]),
    ],
)
def test_create_points_at_what_is_wrong_and_leaves_nothing(api, changes, expected):
    events = Event.objects.count()
    body = problem(api.post("task_extensions", 1, data={**NEW, **changes}), 400, "invalid")
    assert pointers(body) == expected
    assert (Extension.objects.count(), Event.objects.count()) == (0, events)


def test_create_names_every_missing_field(api):
    body = problem(api.post("task_extensions", 1, data={}), 400, "invalid")
    assert pointers(body) == ["/wanted_date", "/percent", "/reason"]


def test_create_twice_is_refused_and_names_the_first(api, cast):
    first = drafted(cast)
    assert problem(api.post("task_extensions", 1, data=NEW), 409, "extension_exists")["extension"] == first.pk


def test_create_after_the_deadline_is_refused(api, cast):
    TaskFactory(number=321, lead=cast.lead, overdue=True)
    problem(api.post("task_extensions", 321, data=NEW), 409, "extension_not_now")


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "leader", "administrator"])
def test_create_by_others_is_refused(cast, part):
    problem(Api(getattr(cast, part)).post("task_extensions", 1, data=NEW), 403, "not_allowed")
    assert not Extension.objects.exists()


def test_create_for_a_task_that_is_none_is_not_found(api):
    problem(api.post("task_extensions", 2, data=NEW), 404, "not_found")


def test_put_saves_the_whole_request(api, cast):
    extension = drafted(cast)
    response = api.put("extension", extension.pk, data={**NEW, "wanted_date": "2027-02-01", "percent": 80}, version=1)
    body = response.json()
    assert (body["wanted_date"], body["percent"], body["version"]) == ("2027-02-01", 80, 2)
    assert response["ETag"] == f'"x{extension.pk}-v2"'


def test_patch_changes_what_is_named_alone(api, cast):
    extension = drafted(cast)
    body = api.patch("extension", extension.pk, data={"percent": 80}, version=1).json()
    assert (body["percent"], body["wanted_date"], body["reason"]) == (80, "2027-01-06", "前置审批推迟。")


def test_patch_without_a_version_is_refused(api, cast):
    problem(api.patch("extension", drafted(cast).pk, data={"percent": 80}), 428, "precondition_required")


def test_two_editors_the_second_sees_what_the_first_saved(api, approver, cast):
    extension = drafted(cast)
    api.patch("extension", extension.pk, data={"percent": 80}, version=1)
    body = problem(approver.patch("extension", extension.pk, data={"percent": 70}, version=1), 412, "stale_version")
    assert (body["given_version"], body["current"]["version"], body["current"]["percent"]) == (1, 2, 80)


def test_put_of_a_sent_request_is_refused(api, cast):
    problem(api.put("extension", sent(cast).pk, data=NEW, version=2), 409, "extension_not_now")


# -- sending and answering


def test_round_from_draft_to_a_moved_deadline(api, approver, office):
    created = api.post("task_extensions", 1, data=NEW)
    pk = created.json()["id"]
    waiting = approver.post("extension_send", pk, version=created["ETag"])
    assert (waiting.json()["status"], waiting.json()["office"]) == ("sent", {"colour": "green", "late_days": 0})
    assert waiting.json()["answer_due_on"] == "2026-11-23"
    answer = {"granted_date": "2027-01-05", "decision": "同意。"}
    granted = office.post("extension_grant", pk, data=answer, version=waiting["ETag"])
    assert (granted.json()["status"], granted.json()["granted_date"], granted.json()["days"]) == (
        "granted", "2027-01-05", 5,
    )  # fmt: skip
    task = api.get("task", 1).json()
    assert (task["due_date"], task["original_due_date"], task["slip_count"]) == ("2027-01-05", "2026-12-31", 1)
    (shown,) = task["extensions"]
    assert {name: shown[name] for name in ("wanted_date", "granted_date", "decision")} == {
        "wanted_date": "2027-01-06", "granted_date": "2027-01-05", "decision": "同意。",
    }  # fmt: skip


def test_refuse_tells_the_unit_why(office, api, cast):
    extension = sent(cast)
    office.post("extension_refuse", extension.pk, data={"decision": "应按期完成。"}, version=2)
    body = api.get("extension", extension.pk).json()
    assert (body["status"], body["decision"], body["granted_date"]) == ("refused", "应按期完成。", None)
    assert Task.objects.get(number=1).due_date == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("verb", "data", "pointer"),
    [
        ("grant", {}, "/granted_date"),
        ("grant", {"granted_date": "2026-12-31"}, "/granted_date"),
        ("grant", {"granted_date": "2027-01-06", "decision": "长" * 201}, "/decision"),
        ("refuse", {}, "/decision"),
        ("refuse", {"decision": " "}, "/decision"),
        ("refuse", {"decision": "a\x00b"}, "/decision"),
        ("refuse", {"reason": "应按期完成。", "decision": "应按期完成。"}, "/reason"),
    ],
)
def test_answers_point_at_what_is_wrong(office, cast, verb, data, pointer):
    response = office.post(f"extension_{verb}", sent(cast).pk, data=data, version=2)
    assert pointers(problem(response, 400, "invalid")) == [pointer]


def test_withdraw_takes_the_request_back(approver, cast):
    extension = sent(cast)
    assert approver.post("extension_withdraw", extension.pk, version=2).json()["status"] == "withdrawn"
    assert Task.objects.get(number=1).extension_asked_on is None


def test_send_by_the_one_who_wrote_it_is_refused(approver):
    pk = approver.post("task_extensions", 1, data=NEW).json()["id"]
    problem(approver.post("extension_send", pk, version=1), 403, "not_allowed")


def test_grant_of_a_long_one_is_the_directors(office, cast):
    extension = sent(cast, wanted_date=date(2027, 3, 31))
    answer = {"granted_date": "2027-03-31"}
    problem(office.post("extension_grant", extension.pk, data=answer, version=2), 403, "not_allowed")
    assert Api(cast.director).post("extension_grant", extension.pk, data=answer, version=2).status_code == 200


def test_grant_of_a_draft_is_not_found_by_the_office(office, cast):
    answer = {"granted_date": "2027-01-06"}
    problem(office.post("extension_grant", drafted(cast).pk, data=answer, version=1), 404, "not_found")


@pytest.mark.parametrize("verb", ["send", "withdraw", "grant", "refuse"])
def test_verbs_ask_for_the_version(approver, cast, verb):
    problem(approver.post(f"extension_{verb}", sent(cast).pk, data={}), 428, "precondition_required")


@pytest.mark.parametrize("verb", ["send", "withdraw", "grant", "refuse"])
def test_verbs_refuse_an_old_version(approver, office, cast, verb):
    data = {"grant": {"granted_date": "2027-01-06"}, "refuse": {"decision": "应按期完成。"}}
    who = office if verb in data else approver
    response = who.post(f"extension_{verb}", sent(cast).pk, data=data.get(verb), version=1)
    assert problem(response, 412, "stale_version")["current"]["status"] == "sent"


# -- reading


@pytest.mark.parametrize(
    ("part", "draft_seen", "sent_seen"),
    [
        ("lead_reporter", 1, 1), ("lead_approver", 1, 1), ("co_reporter", 0, 0), ("outsider", 0, 0),
        ("supervisor", 0, 1), ("director", 0, 1), ("leader", 0, 1), ("administrator", 0, 0),
    ],
)  # fmt: skip
def test_lists_give_what_each_may_see(cast, part, draft_seen, sent_seen):
    api, extension = Api(getattr(cast, part)), drafted(cast)
    assert len(ids(api.get("task_extensions", 1))) == len(ids(api.get("extensions"))) == draft_seen
    withdraw_extension(extension=extension, by=cast.lead_reporter, now=NOW)
    extension = sent(cast)
    assert len(ids(api.get("extensions", status="sent"))) == sent_seen
    grant_extension(extension=extension, granted_date=WANTED, by=cast.supervisor, now=NOW)
    assert ids(api.get("extensions", status="granted")) == [extension.pk]


@pytest.fixture
def several(cast):
    """Granted on task 1, refused on 322, sent on 323, a draft of another unit on 324."""
    tasks = [TaskFactory(number=number, lead=cast.lead) for number in (322, 323)]
    found = {
        "granted": grant_extension(extension=sent(cast), granted_date=WANTED, by=cast.supervisor, now=NOW),
        "refused": refuse_extension(
            extension=sent(cast, task=tasks[0]), reason="应按期完成", by=cast.supervisor, now=NOW
        ),
        "sent": sent(cast, task=tasks[1]),
    }
    TaskFactory(number=324, lead=cast.other)
    Api(cast.outsider).post("task_extensions", 324, data=NEW)
    return {name: extension.pk for name, extension in found.items()}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ["sent", "refused", "granted"]),
        ({"status": "sent"}, ["sent"]),
        ({"status": "granted,refused"}, ["refused", "granted"]),
        ({"task": "1,323"}, ["sent", "granted"]),
        ({"agency": "lead-unit", "status": "granted"}, ["granted"]),
        ({"agency": "other-unit"}, []),
    ],
)
def test_list_filters(office, several, params, expected):
    assert ids(office.get("extensions", **params)) == [several[name] for name in expected]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"light": "red"}, "/light"),
        ({"status": "open"}, "/status"),
        ({"task": "99"}, "/task"),
        ({"task": "１"}, "/task"),
        ({"agency": "nobody"}, "/agency"),
        ({"agency": "a\x00b"}, "/agency"),
        ({"fields": "id,secret"}, "/fields"),
        ({"page_size": "0"}, "/page_size"),
        ({"cursor": "x"}, "/cursor"),
    ],
)
def test_list_refuses_what_it_does_not_know(office, several, params, pointer):
    code = "invalid_cursor" if pointer == "/cursor" else "invalid_parameters"
    assert pointers(problem(office.get("extensions", **params), 400, code)) == [pointer]


def test_list_names_what_it_knows(office, several):
    body = problem(office.get("extensions", status="open", agency="nobody", task="99"), 400, "invalid_parameters")
    details = {each["pointer"]: each["detail"] for each in body["errors"]}
    assert ("withdrawn" in details["/status"], "lead-unit" in details["/agency"], "322" in details["/task"]) == (
        True, True, True,
    )  # fmt: skip


def test_list_pages_from_the_newest_back_while_others_are_drafted(office, api, cast, several):
    first = office.client.get("/api/v1/extensions/?page_size=2&fields=id").json()
    assert set(first["results"][0]) == {"id"}
    assert [each["id"] for each in first["results"]] == [several["sent"], several["refused"]]
    sent(cast, task=TaskFactory(number=325, lead=cast.lead))
    second = office.client.get(first["next"])
    assert (ids(second), second.json()["next"]) == ([several["granted"]], None)
    assert ids(office.client.get(second.json()["previous"])) == [several["sent"], several["refused"]]


@pytest.mark.parametrize("count", [1, 30])
def test_lists_keep_their_query_budget(cast, count, django_assert_num_queries):
    for _ in range(count):
        drafted(cast, task=TaskFactory(lead=cast.lead))
    api = Api(cast.lead_reporter)
    with django_assert_num_queries(2 + 1 + 4):  # who asks; which version; requests, rules, calendar
        assert len(ids(api.get("extensions"))) == count
    with django_assert_num_queries(2 + 1 + 5):  # its task too
        api.get("task_extensions", 1)


def test_read_keeps_its_query_budget(api, cast, django_assert_num_queries):
    extension = drafted(cast)
    with django_assert_num_queries(2 + 1 + 4):
        assert api.get("extension", extension.pk)["ETag"].startswith(f'"x{extension.pk}-v1.')


@pytest.mark.parametrize("part", ["co_reporter", "outsider", "supervisor", "leader"])
def test_a_draft_of_another_unit_is_not_found(cast, part):
    other, extension = Api(getattr(cast, part)), drafted(cast)
    unseen = problem(other.get("extension", extension.pk), 404, "not_found")
    missing = problem(other.get("extension", extension.pk + 1), 404, "not_found")
    assert {**unseen, "request_id": ""} == {**missing, "request_id": ""}


def test_a_huge_number_is_not_found(api):
    problem(api.client.get(f"/api/v1/extensions/{10**30}/"), 404, "not_found")
    problem(api.client.get(f"/api/v1/tasks/{10**30}/extensions/"), 404, "not_found")


def test_the_offices_clock_turns_in_the_list(office, cast, time_machine):
    sent(cast)
    time_machine.move_to(NOW + timedelta(days=6), tick=False)  # one working day after the limit
    office = Api(cast.supervisor)
    assert office.get("extensions").json()["results"][0]["office"] == {"colour": "yellow", "late_days": 1}


# -- programs


def test_the_units_program_asks_and_a_person_sends(cast, approver):
    unit = program(cast, ["progress:write"], agency=cast.lead)
    created = unit.post("task_extensions", 1, data=NEW)
    assert created.status_code == 201
    assert approver.post("extension_send", created.json()["id"], version=created["ETag"]).json()["status"] == "sent"


def test_a_program_of_all_units_reads_what_it_has_written(cast):
    created = program(cast, ["progress:write"]).post("task_extensions", 1, data=NEW)
    assert (created.status_code, created.json()["status"]) == (201, "draft")


def test_a_reading_program_finds_granted_ones_alone(cast, several):
    reading = program(cast, ["progress:read"])
    assert ids(reading.get("extensions")) == [several["granted"]]
    problem(reading.post("task_extensions", 1, data=NEW), 403, "not_allowed")


def test_the_supervisors_token_answers_short_ones(cast):
    office = program(cast, ["progress:read", "progress:write"], user=cast.supervisor)
    response = office.post("extension_grant", sent(cast).pk, data={"granted_date": "2027-01-06"}, version=2)
    assert response.json()["status"] == "granted"


def test_a_request_sent_twice_under_one_key_is_made_once(cast, api):
    first, second = (
        api.call("POST", "task_extensions", 1, data=NEW, headers={"Idempotency-Key": "a-1"}) for _ in range(2)
    )
    assert first.content == second.content
    assert (second["Location"], second["Idempotency-Replayed"]) == (first["Location"], "true")
    assert Extension.objects.count() == 1


def test_an_edited_draft_keeps_its_place_in_the_list(api, cast):
    first = drafted(cast)
    second = drafted(cast, task=TaskFactory(number=326, lead=cast.lead))
    save_extension(extension=first, entered=entered(percent=70), by=cast.lead_reporter, now=NOW + timedelta(hours=1))
    assert ids(api.get("extensions")) == [second.pk, first.pk]
