import pytest
from django.db import DatabaseError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from agencies.actions import create_api_token
from ledger.readers import last_sequence
from progress.actions import draft_report, submit_report
from supervision.actions import sweep
from supervision.models import Delivery
from tests.factories import NOW, TaskFactory, report_content

ELSEWHERE = {"REMOTE_ADDR": "10.1.2.3"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def bearer(cast):
    def make(*scopes):
        return {
            "Authorization": f"Bearer {create_api_token(name='m', scopes=scopes, by=cast.administrator, now=NOW)[1]}"
        }

    return make


def numbers(answer):
    """(name, labels) → value."""
    assert answer.status_code == 200, answer.content
    families = text_string_to_metric_families(answer.content.decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_metrics_count_tasks_by_light_and_state(cast, client):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    found = numbers(client.get("/metrics"))
    assert found["gxftz_database_up",] == 1
    assert found["gxftz_tasks_overdue",] == 1
    assert found["gxftz_tasks_by_status", "ongoing"] == 2
    assert found["gxftz_tasks_by_status", "stopped"] == 0
    assert found["gxftz_tasks_by_light", "red"] == 1
    assert sum(value for name, value in found.items() if name[0] == "gxftz_tasks_by_light") == 2


def test_metrics_tell_what_waits(cast, client):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    draft = draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    sweep(now=NOW)
    found = numbers(client.get("/metrics"))
    assert found["gxftz_reports_awaiting_review",] == 1
    assert found["gxftz_ledger_sequence",] == last_sequence()
    assert found["gxftz_deliveries_pending",] == Delivery.objects.pending().count() > 0
    assert found["gxftz_deliveries_dead",] == 0
    Delivery.objects.filter(pk=Delivery.objects.pending().first().pk).update(dead_at=NOW)
    assert numbers(client.get("/metrics"))["gxftz_deliveries_dead",] == 1


def test_metrics_cost_the_same_however_many_tasks(cast, client, django_assert_max_num_queries):
    for number in range(2, 32):
        TaskFactory(number=number, lead=cast.lead)
    with django_assert_max_num_queries(8):
        assert numbers(client.get("/metrics"))["gxftz_tasks_by_status", "ongoing"] == 31


@pytest.mark.django_db
def test_metrics_without_the_database_say_so(client):
    def refuse(execute, sql, params, many, context):
        raise DatabaseError("gone")

    with connection.execute_wrapper(refuse):
        found = numbers(client.get("/metrics"))
    assert found["gxftz_database_up",] == 0
    assert ("gxftz_tasks_overdue",) not in found


# -- who may ask ------------------------------------------------------------------------------------------------------


def test_metrics_are_closed_to_other_machines(cast):
    answer = Client(**ELSEWHERE).get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_metrics_through_a_proxy_are_not_from_here(cast, client, header):
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


def test_metrics_behind_a_proxy_ask_for_a_token_even_from_here(cast, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get("/metrics").status_code == 401


def test_metrics_are_open_to_an_administrators_token(bearer):
    assert Client(**ELSEWHERE).get("/metrics", headers=bearer("admin")).status_code == 200


def test_metrics_are_closed_to_other_tokens(bearer):
    answer = Client(**ELSEWHERE).get("/metrics", headers=bearer("progress:read", "changes:read"))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_metrics_are_closed_to_a_session_from_elsewhere(cast):
    client = Client(**ELSEWHERE)
    client.force_login(cast.administrator)
    assert client.get("/metrics").status_code == 401


def test_metrics_are_closed_to_a_token_that_is_none(cast):
    answer = Client(**ELSEWHERE).get("/metrics", headers={"Authorization": "Bearer gxftz_no"})
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")
