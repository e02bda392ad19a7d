"""A change sent twice under one `Idempotency-Key` is made once."""

import json
from datetime import timedelta
from io import BytesIO
from typing import ClassVar

import pytest
from django.db import connection
from django.test import Client

from agencies.actions import clear_answers, create_api_token
from agencies.actions.answers import KEPT
from agencies.models import Answer
from ledger.models import Event
from ledger.readers import last_sequence
from progress.models import Report
from tests.api import Api, pointers, problem
from tests.factories import NOW

NEW = {"period": "2026Q4", "percent": 95, "result": "advancing", "progress": "完成平台一期建设。"}
KEY = "2f1c8c1e-6b0e-4a57-9d2e-0c6f5a1d7b3e"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def api(cast):
    return Api(cast.lead_reporter)


def send(api, data=None, key=KEY, number=1):
    return api.call("POST", "task_reports", number, data=data or NEW, headers={"Idempotency-Key": key})


def test_the_same_request_again_is_answered_with_the_same_bytes_and_changes_nothing(api):
    first = send(api)
    before = last_sequence()
    again = send(api)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert (Report.objects.count(), last_sequence()) == (1, before)


def test_without_the_key_the_second_request_is_judged_by_itself(api):
    api.post("task_reports", 1, data=NEW)
    assert problem(api.post("task_reports", 1, data=NEW), 409, "report_exists")


def test_the_first_answer_is_given_also_when_the_object_has_moved_on(api):
    first = send(api)
    api.patch("report", first.json()["id"], data={"percent": 96}, version=1)
    assert send(api).content == first.content


def test_another_request_under_the_key_is_refused(api):
    send(api)
    problem(send(api, {**NEW, "percent": 96}), 422, "idempotency_key_reused")
    assert Report.objects.get().percent == 95


def test_a_key_belongs_to_its_address(api, cast):
    report = send(api).json()["id"]
    response = Api(cast.lead_reporter).call(
        "POST", "report_submit", report, headers={"Idempotency-Key": KEY, "If-Match": '"1"'}
    )
    problem(response, 422, "idempotency_key_reused")


def test_a_key_belongs_to_its_account(api, cast):
    send(api)
    problem(send(Api(cast.lead_approver)), 409, "report_exists")


def test_a_new_token_of_the_account_is_given_the_answer_to_the_old_one(cast):
    texts = [
        create_api_token(
            name=name, scopes=["progress:write"], user=cast.lead_reporter, by=cast.administrator, now=NOW
        )[1]
        for name in ("旧", "新")
    ]  # fmt: skip
    first, again = (send(Api(token=text)) for text in texts)
    assert again.content == first.content


def test_a_refusal_is_not_kept_so_that_it_can_be_tried_again(api):
    assert send(api, {**NEW, "percent": 101}).status_code == 400
    assert not Answer.objects.exists()
    assert send(api).status_code == 201


def test_a_verb_needs_no_new_version_when_it_is_sent_again(api, cast):
    report = send(api).json()["id"]
    headers = {"Idempotency-Key": "sign", "If-Match": '"1"'}
    approver = Api(cast.lead_approver)
    first, again = (approver.call("POST", "report_submit", report, headers=headers) for _time in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert Event.objects.filter(kind="report", verb="submitted").count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "钥匙", "x" * 256, 'a"b', "a\tb"])
def test_a_key_that_is_none_is_refused_at_the_header(api, key):
    body = problem(send(api, key=key), 400, "invalid_idempotency_key")
    assert pointers(body) == ["/Idempotency-Key"]
    assert body["errors"][0]["in"] == "header"
    assert not Report.objects.exists()


def test_a_key_may_stand_in_quotation_marks(api):
    assert send(api, key=f'"{KEY}"').content == send(api, key=KEY).content


def test_a_key_is_taken_from_a_session_whose_forgery_token_is_checked(cast):
    token = "f" * 32
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": token, "Idempotency-Key": KEY})
    client.cookies["gxftz_csrf"] = token
    client.force_login(cast.lead_reporter)
    response = client.post("/api/v1/tasks/1/reports/", json.dumps(NEW), content_type="application/json")
    assert response.status_code == 201


def test_who_may_not_is_refused_before_the_key_is_looked_at(api, cast):
    send(api)
    assert send(Api(cast.auditor)).status_code in {403, 404}


def test_the_effect_is_not_there_without_its_answer(api, monkeypatch):
    """What a crash between the two would leave, if they were not one transaction."""

    def fail(*_args, **_kwargs):
        raise RuntimeError("out of paper")

    monkeypatch.setattr(Answer, "save", fail)
    before = last_sequence()
    with pytest.raises(RuntimeError, match="out of paper"):
        send(api)
    assert (Report.objects.count(), last_sequence()) == (0, before)


def test_answers_are_cleared_after_their_days(api, time_machine):
    send(api)
    assert clear_answers(now=NOW + KEPT) == 0
    assert clear_answers(now=NOW + KEPT + timedelta(seconds=1)) == 1
    assert not Answer.objects.exists()


class Watched(BytesIO):
    """A body that notes whether a transaction is open while it is read."""

    open_at: ClassVar[list[bool]] = []

    def read(self, *size):
        self.open_at.append(connection.in_atomic_block)
        return super().read(*size)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_sender_is_slow():
    """On SQLite nobody else could write meanwhile, and the sender need not even be known."""
    body = json.dumps(NEW).encode()
    sent = {"wsgi.input": Watched(body), "CONTENT_LENGTH": str(len(body))}
    response = Client(headers={"Idempotency-Key": KEY}).generic(
        "POST", "/api/v1/tasks/1/reports/", body, content_type="application/json", **sent
    )
    assert (response.status_code, set(Watched.open_at)) == (401, {False})
