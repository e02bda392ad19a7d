"""The demonstration as it stands, loaded once for all tests here."""

from collections import Counter
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from dashboard.demo import PASSWORD, DemoRefusedError, demo_accounts, load_demo
from dashboard.demo.cases import read_cases
from dashboard.demo.files import evidence_file
from dashboard.demo.texts import MARK
from ledger.models import Event
from ledger.readers import verify
from progress.models import Evidence, Report
from supervision.models import Channel, Delivery, Message
from tasks.models import Task
from tests.dashboard.bands import out_of_band
from tests.factories import NOW, SHANGHAI

TODAY = NOW.date()


@contextmanager
def undone():
    """Whatever the block writes goes again at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demonstration as of NOW, for the whole module; each test undoes only its own writing."""
    with django_db_blocker.unblock(), undone():
        yield load_demo(now=NOW)


@pytest.fixture
def demo(loaded, db):
    return loaded


def command(*arguments):
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


# -- what stands there


def test_load_demo_spreads_lights_and_states(demo):
    assert out_of_band(TODAY) == {}
    statuses = Counter(Task.objects.values_list("status", flat=True))
    assert statuses.pop("ongoing") >= 30
    assert statuses == {
        "planned": 3, "issued": 2, "closing": 1, "closed": 3, "signed_off": 1, "suspended": 1, "standing": 1,
    }  # fmt: skip
    assert Task.objects.filter(due_date=None).count() == 2


def test_load_demo_makes_each_task_what_its_case_says(demo):
    colours = dict(Task.objects.with_colour(TODAY).values_list("number", "colour"))
    expected = {
        "steady": "green", "closing": "green", "issued": "green", "lagging": "yellow", "near": "yellow", "stuck": "red",
        "overdue": "red", "closed": "blue", "late": "blue", "signed_off": "blue",
    }  # fmt: skip
    wrong = {case.number: colours[case.number] for case in read_cases()
             if colours[case.number] != expected.get(case.kind, "grey")}  # fmt: skip
    assert wrong == {}
    assert dict(Task.objects.exclude(closed_on=None).values_list("number", "closed_late")) == {
        1: False, 4: False, 5: True, 8: False,
    }  # fmt: skip


def test_load_demo_has_overdue_tasks_of_several_units(demo):
    late = Task.objects.overdue(on=TODAY)
    assert 4 <= late.count() <= 5
    assert late.led_by("commerce").exists()
    assert len({task.lead_code for task in late.with_lead()}) == 4


def test_load_demo_keeps_the_first_deadline_beside_a_moved_one(demo):
    moved = [task.number for task in Task.objects.exclude(due_date=None) if task.due_date != task.original_due_date]
    assert moved == [14, 41]
    assert "plan" not in set(Task.objects.values_list("due_basis", flat=True))


def test_load_demo_reports_for_five_quarters(demo):
    periods = Report.objects.order_by("period").values_list("period", flat=True).distinct()
    assert list(periods) == ["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    statuses = Counter(Report.objects.filter(period="2026Q4").values_list("status", flat=True))
    assert statuses == {"draft": 4, "submitted": 4, "returned": 1}
    earlier = Report.objects.exclude(period="2026Q4").select_related("period")
    assert {report.status for report in earlier} == {"approved"}
    assert 10 <= sum(report.is_late for report in earlier) <= 25
    assert earlier.filter(revision=2).count() == 2
    assert not earlier.filter(task__number=25, period="2026Q3").exists()
    assert earlier.filter(no_change=True).exists()
    assert Report.objects.filter(status="returned").exclude(return_reason="").count() == 1
    assert Report.objects.exclude(ask="").exists()


def test_load_demo_marks_everything(demo):
    assert not User.objects.filter(is_demo=False).exists()
    assert not Report.objects.filter(is_demo=False).exists()
    assert not Evidence.objects.filter(is_demo=False).exists()
    assert set(Task.objects.filter(is_demo=False).values_list("number", flat=True)) == {21, 38}
    assert all(user.name.startswith("演示·") for user in User.objects.all())
    for report in Report.objects.all():
        texts = (report.progress, report.problems, report.next_steps, report.ask, report.return_reason)
        assert all(text.endswith(MARK) for text in texts if text)
        assert report.progress
    assert all(MARK in name for name in Evidence.objects.values_list("name", flat=True))
    assert all(MARK in task.milestones.first().name for task in Task.objects.exclude(due_date=None))
    assert not Event.objects.exclude(reason="").exclude(reason__contains="演示").exclude(actor_id="system").exists()


def test_load_demo_never_writes_the_same_paragraph_twice_running(demo):
    reports = Report.objects.filter(no_change=False).order_by("task", "period").values_list("task", "progress")
    assert len(reports) == len(set(reports))


def test_load_demo_keeps_its_evidence(demo):
    kinds = Counter(Evidence.objects.values_list("kind", flat=True))
    assert set(kinds) == {"pdf", "csv", "png"}
    for evidence in Evidence.objects.all():
        path = Path(settings.DATA_DIR) / "evidence" / evidence.file.name
        assert path.stat().st_size == evidence.size < 20_000


def test_evidence_file_of_two_tasks_is_never_the_same(demo):
    one, other = Task.objects.order_by("number")[:2]
    for kind in ("pdf", "csv", "png"):
        assert evidence_file(kind, one, "2026Q3").read() != evidence_file(kind, other, "2026Q3").read()


def test_load_demo_writes_a_ledger_whose_time_never_runs_back(demo):
    assert verify() == []
    moments = list(Event.objects.order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1].astimezone(SHANGHAI).date() < TODAY
    assert (NOW - moments[0]).days > 365


def test_load_demo_lets_the_right_person_act(demo):
    events = Event.objects.filter(actor_id__startswith="user:").values_list("verb", "actor_id", "actor_agency")
    roles = {f"user:{pk}": role for pk, role in User.objects.values_list("pk", "role")}
    hands = {(verb, roles[actor]) for verb, actor, _agency in events}
    assert {role for verb, role in hands if verb in {"issue", "close", "sign_off", "suspend"}} == {Role.DIRECTOR}
    assert {role for verb, role in hands if verb in {"approved", "returned", "deadline_set"}} == {Role.SUPERVISOR}
    assert {role for verb, role in hands if verb in {"submitted", "ask_closing"}} == {Role.APPROVER}
    assert {role for verb, role in hands if verb in {"drafted", "receive", "evidence_added"}} == {Role.REPORTER}


def test_load_demo_fills_inboxes_and_leaves_current_mails_to_be_sent(demo):
    assert Message.objects.count() > 100
    assert Message.objects.unread().exists()
    assert Message.objects.filter(user__username="commerce-reporter", reason="overdue", task__number=13).count() == 1
    waiting = Delivery.objects.pending()
    assert 1 <= waiting.count() <= 20
    assert {row.channel for row in waiting} == {Channel.MAIL}
    assert all(
        email.endswith("@demo.invalid") for email in User.objects.exclude(email="").values_list("email", flat=True)
    )


# -- who can be tried out


def test_demo_accounts_have_every_post(demo):
    accounts = list(demo_accounts())
    assert {user.role for user in accounts} == set(Role) - {Role.CLIENT}
    assert sum(user.role == Role.SUPERVISOR for user in accounts) == 2
    both = {"reporter", "approver"}
    units = {user.agency_id for user in accounts if user.role in both}
    leading = {unit for unit in units if {user.role for user in accounts if user.agency_id == unit} == both}
    assert "commerce" in leading
    assert len(leading) >= 7
    assert {"zone-nanning", "zone-qinzhou", "zone-chongzuo"} <= units


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLIENT}))
def test_demo_accounts_can_log_in(demo, role):
    user = demo_accounts().filter(role=role).first()
    assert authenticate(request=None, username=user.username, password=PASSWORD) == user
    page = Client().post(reverse("account_login"), {"login": user.username, "password": PASSWORD})
    assert page.status_code == 302


def test_load_demo_lists_its_accounts(demo):
    listed = command("--accounts")
    assert PASSWORD in listed
    assert all(user.username in listed for user in demo_accounts())
    assert "tax-reporter" not in listed


# -- when it is loaded, and when not


def test_load_demo_twice_changes_nothing(demo, django_assert_max_num_queries):
    count = Event.objects.count()
    with django_assert_max_num_queries(1):
        assert "演示数据已在" in command()
    assert Event.objects.count() == count
    with pytest.raises(DemoRefusedError, match="已在"):
        load_demo(now=NOW)
