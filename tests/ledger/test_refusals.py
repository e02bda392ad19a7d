from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from ledger.models import Audience, Event
from ledger.readers import verify, verify_newest
from tests.factories import NOW
from tests.ledger.test_ledger_actions import without_triggers

pytestmark = pytest.mark.django_db
ADDRESS = reverse("tasks:status", args=[1, "suspend"])


def attempts():
    return Event.objects.filter(kind="attempt")


def test_refused_change_leaves_a_trace_for_auditor_and_office(cast, client):
    client.force_login(cast.lead_reporter)
    assert client.post(ADDRESS, {"version": 1, "text": "依据"}).status_code == 403
    event = attempts().get()
    assert (event.actor_id, event.audience) == (cast.lead_reporter.actor_id, Audience.RESTRICTED)
    assert event.state == {"method": "POST", "path": ADDRESS, "status": 403}


def test_refused_change_counts_once_a_minute(cast, client):
    client.force_login(cast.lead_reporter)
    with time_machine.travel(NOW, tick=False) as clock:
        for _attempt in range(3):
            client.post(ADDRESS, {"version": 1, "text": "依据"})
        assert attempts().count() == 1
        clock.shift(timedelta(minutes=2))
        client.post(ADDRESS, {"version": 1, "text": "依据"})
    assert attempts().count() == 2


def test_reading_and_strangers_leave_none(cast, client):
    client.post(ADDRESS)
    client.force_login(cast.auditor)
    assert client.get(reverse("dashboard:cockpit")).status_code == 403
    assert not attempts().exists()


def test_verify_newest_looks_at_the_newest_alone(cast, client):
    client.force_login(cast.lead_reporter)
    for verb in ("suspend", "stop", "issue", "close"):
        client.post(reverse("tasks:status", args=[1, verb]), {"version": 1, "text": "依据"})
    last = Event.objects.count()
    without_triggers("UPDATE ledger_event SET reason = 'x' WHERE sequence = 1")
    assert [each.sequence for each in verify()] == [1]
    assert verify_newest(last - 1) == []
    assert [each.sequence for each in verify_newest(last)] == [1]
