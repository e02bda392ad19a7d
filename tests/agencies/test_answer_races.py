"""The same request several times at the same moment, on real connections."""

import threading

import pytest
from django.db import transaction

from agencies.actions.answers import RequestInProgressError, claim_key, keep_answer
from agencies.models import Answer
from ledger import actions as ledger
from ledger.models import Event
from progress.models import Report
from tests.api import Api
from tests.cast import make_cast
from tests.factories import NOW
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {"period": "2026Q4", "percent": 95, "result": "advancing", "progress": "完成平台一期建设。"}
KEY = "one-request"


@pytest.fixture
def cast():
    return make_cast()


def test_many_at_once_have_one_effect(cast, time_machine):
    time_machine.move_to(NOW, tick=False)
    senders = [Api(cast.lead_reporter) for _time in range(4)]

    def send(sender):
        return sender.call("POST", "task_reports", 1, data=NEW, headers={"Idempotency-Key": KEY})

    answers = at_once(*[lambda sender=sender: send(sender) for sender in senders])
    done = [each for each in answers if each.status_code == 201]
    assert {each.status_code for each in answers} <= {201, 409}
    assert {each.json()["code"] for each in answers if each.status_code == 409} <= {"request_in_progress"}
    assert len({each.content for each in done}) == 1
    assert (Report.objects.count(), Answer.objects.count()) == (1, 1)
    assert not Event.objects.filter(kind="attempt").exists()  # who is asked to wait was not refused


@pytest.mark.postgres
def test_while_the_first_is_under_way_the_second_is_told_to_wait(cast):
    claimed, looked = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            claim, _answer = claim_key(user=cast.lead_reporter, key=KEY, request=b"x")
            claimed.set()
            looked.wait(10)
            keep_answer(claim, status=201, headers={}, body="{}", now=NOW)

    def second():
        claimed.wait(10)
        try:
            with transaction.atomic():
                claim_key(user=cast.lead_reporter, key=KEY, request=b"x")
        finally:
            looked.set()

    outcomes = at_once(first, second)
    assert isinstance(outcomes[1], RequestInProgressError)
    with transaction.atomic():
        assert claim_key(user=cast.lead_reporter, key=KEY, request=b"x")[1] is not None


@pytest.mark.postgres
def test_looking_without_a_claim_has_two_effects(cast):
    """The control: both have looked before either acts."""
    both_have_looked = threading.Barrier(2)

    def look_and_act():
        with transaction.atomic():
            known = Answer.objects.filter(user=cast.lead_reporter, key=KEY).exists()
            both_have_looked.wait(10)
            if not known:
                ledger.append(kind="thing", key="1", verb="made", by=cast.lead_reporter, at=NOW, state={})

    at_once(look_and_act, look_and_act)
    assert Event.objects.filter(kind="thing").count() == 2
