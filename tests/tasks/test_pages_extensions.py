"""The pages of 延期: the lists, one request, and writing it."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.models import Event
from tasks.actions import grant_extension, save_extension
from tasks.models import Extension, Task
from tests.cast import PARTS
from tests.extensions import WANTED, drafted, entered, sent
from tests.factories import NOW, TaskFactory

FORM = "/tasks/1/extension/"
FILLED = {"wanted_date": "2027年1月6日", "percent": "90", "reason": "前置审批推迟。"}
QUERIES = 14


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_part(cast, client):
    """The browser of a part of the cast."""

    def sign_in(part):
        client.force_login(getattr(cast, part))
        return client

    return sign_in


def text(response):
    return " ".join(response.content.decode().split())


# --- the lists ---


def test_extensions_show_the_office_what_waits_and_for_how_long(cast, as_part):
    sent(cast)
    shown = text(as_part("supervisor").get("/extensions/"))
    for words in ("待办公室答复", "1. 任务1", "2026-12-31", "2027-01-06", "2026-11-23 前答复"):
        assert words in shown


@pytest.mark.parametrize(
    ("day", "colour", "words"),
    [
        ("2026-11-23", "green", "2026-11-23 前答复"),
        ("2026-11-24", "yellow", "已超过答复时限 1 个工作日"),
        ("2026-11-27", "red", "已超过答复时限 4 个工作日"),
    ],
)
def test_extensions_show_the_offices_own_clock(cast, as_part, day, colour, words):
    sent(cast)
    with time_machine.travel(f"{day} 10:00+08:00", tick=False):
        shown = text(as_part("director").get("/extensions/"))
    assert words in shown
    assert f"light-{colour}" in shown


def test_extensions_of_nobody_say_why(as_part):
    shown = text(as_part("outsider").get("/extensions/"))
    assert "没有待答复的申请。" in shown
    assert "须在现时限之前提出" in shown


def test_extensions_show_a_draft_to_its_unit_alone(cast, as_part):
    drafted(cast)
    assert "本单位草稿" in text(as_part("lead_reporter").get("/extensions/"))
    for part in ("supervisor", "outsider", "leader"):
        assert "任务1" not in text(as_part(part).get("/extensions/"))


@pytest.mark.parametrize("count", [1, 30])
def test_extensions_cost_the_same_whatever_their_number(cast, as_part, count):
    for _each in range(count):
        sent(cast, task=TaskFactory(lead=cast.lead))
    client = as_part("director")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/extensions/")
    assert len(queries) <= QUERIES


# --- writing ---


def test_new_is_filled_with_the_approved_percent(as_part):
    shown = text(as_part("lead_reporter").get(FORM))
    assert 'name="percent" value="90"' in shown
    assert "原时限 2026-12-31，现时限 2026-12-31，已延期 0 次。" in shown


def test_new_saves_a_draft(cast, as_part):
    response = as_part("lead_reporter").post(FORM, FILLED, follow=True)
    extension = Extension.objects.get()
    assert (extension.wanted_date, extension.drafted_by) == (WANTED, cast.lead_reporter)
    assert "由本单位另一位审签人审签报出" in text(response)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"wanted_date": "明年"}, "wanted_date"),
        ({"wanted_date": "2026-12-01"}, "wanted_date"),
        ({"percent": "三成"}, "percent"),
        ({"reason": ""}, "reason"),
        ({"reason": "长" * 301}, "reason"),
    ],
)
def test_new_shows_each_error_at_its_field(as_part, wrong, field):
    response = as_part("lead_reporter").post(FORM, {**FILLED, **wrong})
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Extension.objects.exists()


def test_new_opens_the_request_that_stands(cast, as_part):
    found = drafted(cast)
    client = as_part("lead_approver")
    assert client.get(FORM).headers["Location"] == f"/extensions/{found.pk}/"
    assert client.post(FORM, FILLED).headers["Location"] == f"/extensions/{found.pk}/"


def test_new_says_when_it_is_too_late(cast, as_part):
    TaskFactory(number=2, lead=cast.lead, overdue=True)
    client = as_part("lead_reporter")
    assert "时限 2026-10-30 已过" in text(client.get("/tasks/2/extension/"))
    response = client.post("/tasks/2/extension/", FILLED)
    assert response.status_code == 409
    assert "时限 2026-10-30 已过" in text(response)


def test_edit_changes_the_draft(cast, as_part):
    found, client = drafted(cast), as_part("lead_approver")
    assert "前置审批推迟。" in text(client.get(f"/extensions/{found.pk}/edit/"))
    client.post(f"/extensions/{found.pk}/edit/", {**FILLED, "percent": "80", "version": 1})
    found.refresh_from_db()
    assert (found.percent, found.drafted_by) == (80, cast.lead_approver)


def test_edit_of_what_somebody_else_saved_shows_both_versions(cast, as_part):
    found = drafted(cast)
    save_extension(extension=found, entered=entered(reason="设备未到货。"), by=cast.lead_approver, now=NOW)
    client, address = as_part("lead_reporter"), f"/extensions/{found.pk}/edit/"
    response = client.post(address, {**FILLED, "version": 1})
    assert response.status_code == 412
    for words in ("设备未到货。", "前置审批推迟。"):
        assert words in text(response)
    newer = response.context["form"]["version"].value()
    assert client.post(address, {**FILLED, "version": newer}).status_code == 302


def test_edit_of_what_was_sent_is_only_read(cast, as_part):
    found = sent(cast)
    client, address = as_part("lead_reporter"), f"/extensions/{found.pk}/edit/"
    assert client.get(address).headers["Location"] == f"/extensions/{found.pk}/"
    assert client.post(address, {**FILLED, "version": 2}).status_code == 409


# --- one request ---


def test_extension_offers_each_what_is_theirs(cast, as_part):
    found = drafted(cast)
    address = f"/extensions/{found.pk}/"
    assert "审签报出</button>" in text(as_part("lead_approver").get(address))
    own = text(as_part("lead_reporter").get(address))
    assert "审签报出</button>" not in own
    assert "须由本单位另一位审签人" in own
    assert as_part("director").get(address).status_code == 404
    as_part("lead_approver").post(f"{address}send/", {"version": 1})
    assert "撤回申请" in text(as_part("lead_approver").get(address))
    assert "同意延期</button>" in text(as_part("supervisor").get(address))
    assert "同意延期</button>" not in text(as_part("leader").get(address))


def test_extension_of_many_days_tells_the_supervisor_whose_it_is(cast, as_part):
    found = sent(cast, wanted_date=date(2027, 3, 31))
    shown = text(as_part("supervisor").get(f"/extensions/{found.pk}/"))
    assert "由办公室负责人答复" in shown
    assert "同意延期</button>" not in shown
    assert "同意延期</button>" in text(as_part("director").get(f"/extensions/{found.pk}/"))


def test_answer_grants_a_named_date(cast, as_part):
    found = sent(cast)
    answer = {"version": 2, "decide": "grant", "granted_date": "2027.1.5", "decision": "同意，不再延。"}
    response = as_part("supervisor").post(f"/extensions/{found.pk}/answer/", answer, follow=True)
    assert Task.objects.get(number=1).due_date == date(2027, 1, 5)
    for words in ("已同意延期，时限已调整。", "2027-01-05", "2027-01-06", "同意，不再延。"):
        assert words in text(response)


def test_answer_refuses_with_its_reason(cast, as_part):
    found, client = sent(cast), as_part("supervisor")
    response = client.post(f"/extensions/{found.pk}/answer/", {"version": 2, "decide": "refuse"})
    assert response.status_code == 400
    assert "请写明不同意的理由。" in text(response)
    refusal = {"version": 2, "decide": "refuse", "decision": "应按期完成"}
    assert "不同意" in text(client.post(f"/extensions/{found.pk}/answer/", refusal, follow=True))
    assert Task.objects.get(number=1).due_date == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"granted_date": "2026-12-01"}, 400), ({"granted_date": "2027-03-31"}, 403), ({"version": 1}, 412)],
)
def test_answer_that_cannot_be_given_keeps_what_was_written(cast, as_part, wrong, status):
    found = sent(cast)
    answer = {"version": 2, "decide": "grant", "granted_date": "2027-01-05", "decision": "同意，不再延。"}
    response = as_part("supervisor").post(f"/extensions/{found.pk}/answer/", {**answer, **wrong})
    assert response.status_code == status
    assert "同意，不再延。" in text(response)
    assert Task.objects.get(number=1).due_date == date(2026, 12, 31)


def test_send_and_withdraw_move_the_request(cast, as_part):
    found, client = drafted(cast), as_part("lead_approver")
    client.post(f"/extensions/{found.pk}/send/", {"version": 1})
    assert Event.objects.latest("sequence").verb == "extension_sent"
    stale = client.post(f"/extensions/{found.pk}/withdraw/", {"version": 1})
    assert stale.status_code == 412
    client.post(f"/extensions/{found.pk}/withdraw/", {"version": 2})
    found.refresh_from_db()
    assert found.status == "withdrawn"


@pytest.mark.parametrize("part", [part for part in PARTS if part != "auditor"])
def test_extension_that_was_granted_is_everybodys_to_read(cast, as_part, part):
    found = grant_extension(extension=sent(cast), granted_date=WANTED, by=cast.supervisor, now=NOW)
    assert as_part(part).get(f"/extensions/{found.pk}/").status_code == 200
