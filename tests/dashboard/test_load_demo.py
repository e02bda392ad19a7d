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

from agencies.models import Leave, User
from agencies.roles import Role
from dashboard.demo import PASSWORD, DemoRefusedError, demo_accounts, load_demo
from dashboard.demo.cases import read_cases
from dashboard.demo.files import evidence_file
from dashboard.demo.texts import MARK
from ledger.models import Event
from ledger.readers import verify
from progress.models import Closing, Contribution, Evidence, Expectation, Hearing, Report
from progress.readers.contributions import composed, found_contradictions
from supervision.models import Bulletin, Channel, Delivery, Endpoint, Level, Message, Notice
from tasks.lights import Rule
from tasks.models import Exemption, Extension, Task
from tasks.readers.extensions import extension_rows
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
        "planned": 3, "issued": 2, "closing": 2, "closed": 3, "signed_off": 1, "suspended": 1, "standing": 1,
    }  # fmt: skip
    assert Task.objects.filter(due_date=None).count() == 2


def test_load_demo_makes_each_task_what_its_case_says(demo):
    colours = dict(Task.objects.with_colour(TODAY).values_list("number", "colour"))
    expected = {
        "steady": "green", "drafted": "green", "closing": "green", "checked": "green", "issued": "green",
        "near": "yellow", "stuck": "red", "overdue": "red", "closed": "blue", "late": "blue", "signed_off": "blue",
    }  # fmt: skip
    # Two quarters that closed yellow make a lagging task red; whether they did depends on the day of loading.
    wrong = {
        case.number: colours[case.number]
        for case in read_cases()
        if case.kind != "lagging" and colours[case.number] != expected.get(case.kind, "grey")
    }
    assert wrong == {}
    lagging = [case for case in read_cases() if case.kind == "lagging"]
    assert {colours[case.number] for case in lagging if not case.exempt} <= {"yellow", "red"}
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
    periods = Report.objects.filter(period__cycle="quarter").order_by("period").values_list("period", flat=True)
    assert list(periods.distinct()) == ["2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"]
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
    assert {role for verb, role in hands if verb in {"submitted", "ask_closing", "refuse"}} == {Role.APPROVER}
    assert {role for verb, role in hands if verb in {"drafted", "receive", "evidence_added"}} == {Role.REPORTER}


def test_load_demo_fills_inboxes_and_leaves_current_mails_to_be_sent(demo):
    assert Message.objects.count() > 100
    assert Message.objects.unread().exists()
    overdue = Message.objects.filter(user__username="commerce-reporter", reason="overdue", task__number=13)
    assert sorted(overdue.values_list("level", flat=True)) == [Level.URGE, Level.SUPERVISE]
    waiting = Delivery.objects.pending()
    assert 1 <= waiting.count() <= 20
    assert {row.channel for row in waiting} == {Channel.MAIL}
    assert all(
        email.endswith("@demo.invalid") for email in User.objects.exclude(email="").values_list("email", flat=True)
    )


# -- each step of the circle has its example


def test_load_demo_has_a_closing_at_every_step(demo):
    rows = Closing.objects.values_list("task__number", "status")
    assert dict(rows) == {
        1: "accepted", 4: "accepted", 5: "accepted", 8: "accepted", 6: "sent", 35: "checked", 23: "draft",
    }  # fmt: skip
    waiting = Hearing.objects.filter(answer="").values_list("closing__task__number", flat=True)
    assert set(waiting) == {23}
    assert set(Hearing.objects.exclude(answer="").values_list("answer", flat=True)) == {"agreed", "silent"}


def test_load_demo_files_a_deliverable_with_each_closing(demo):
    for closing in Closing.objects.all():
        assert MARK in closing.evidence.get().name


def test_load_demo_closes_by_two_people(demo):
    for closing in Closing.objects.filter(status="accepted"):
        assert (closing.checked_by.role, closing.decided_by.role) == (Role.SUPERVISOR, Role.DIRECTOR)


def test_load_demo_has_extensions_waiting_for_supervisor_and_director(demo):
    waiting = extension_rows(Extension.objects.filter(status="sent").order_by("task"), on=TODAY)
    assert [(row["task"]["number"], row["is_short"]) for row in waiting] == [(2, True), (43, False)]


def test_load_demo_grants_an_extension_and_refuses_one(demo):
    granted, refused = (Extension.objects.get(status=status) for status in ("granted", "refused"))
    assert granted.due_before == granted.task.original_due_date < granted.task.due_date == granted.granted_date
    assert granted.wanted_date == granted.granted_date
    assert MARK in refused.decision
    assert refused.task.due_date == refused.due_before


def test_load_demo_has_an_exemption_that_holds(demo):
    exemption = Exemption.objects.get()
    assert exemption.starts_on < TODAY < exemption.ends_on
    assert exemption.task.light(on=TODAY).rule == Rule.EXEMPT


def test_load_demo_has_contributions_no_change_and_silence(demo):
    given = Contribution.objects.filter(period="2026Q4")
    assert set(given.values_list("no_change", flat=True)) == {True, False}
    draft = Report.objects.select_related("period", "task").get(task__number=22, period="2026Q4")
    parts = composed(draft, on=TODAY)
    assert any(part["given_at"] is None for part in parts)
    assert all(MARK in text for text in given.exclude(text="").values_list("text", flat=True))


def test_load_demo_has_a_contribution_that_contradicts_the_lead(demo):
    draft = Report.objects.select_related("period", "task").get(task__number=22, period="2026Q4")
    parts = composed(draft, on=TODAY)
    found = found_contradictions(parts, lead="商务厅", text=draft.progress, percent=draft.percent)
    assert (found[0].one.who, found[0].other.who) == ("商务厅", "发展改革委")


def test_load_demo_has_asks_open_and_answered(demo):
    asks = Report.objects.exclude(ask="").order_by("task").values_list("task__number", "ask_to", "answered_by__agency")
    assert list(asks) == [(14, None, None), (24, "foreign-exchange", "foreign-exchange"), (42, None, "office")]


def test_load_demo_has_an_order_sent_back(demo):
    event = Event.objects.get(kind="task", verb="refuse")
    assert event.key.endswith("/32")
    assert MARK in event.reason
    assert Task.objects.get(number=32).status == "planned"


def test_load_demo_has_months_owed_by_yellow_and_red_tasks(demo):
    owing = Task.objects.filter(report_period="2026M11")
    assert owing.count() >= 3
    assert Report.objects.filter(period="2026M10", status="approved").exists()
    assert Expectation.objects.filter(period="2026M08").exists()


def test_load_demo_has_notices_at_every_step(demo):
    of_deadlines = Notice.objects.filter(reason="overdue").order_by("task", "level")
    assert list(of_deadlines.values_list("task__number", "level", "status")) == [
        (11, 2, "answered"), (13, 2, "issued"), (13, 3, "issued"), (33, 2, "draft"), (42, 2, "issued"),
        (42, 3, "draft"),
    ]  # fmt: skip
    assert Notice.objects.filter(reason="report_missing", status="settled").exists()


def test_load_demo_issues_a_bulletin(demo):
    bulletin = Bulletin.objects.get()
    assert (bulletin.status, [item["task"] for item in bulletin.items]) == ("issued", [13])


def test_load_demo_has_somebody_on_leave(demo):
    leave = Leave.objects.get()
    assert leave.starts_on <= TODAY <= leave.ends_on
    assert leave.user.agency == leave.delegate.agency


def test_load_demo_names_no_outside_address(demo):
    assert not Endpoint.objects.exists()


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


def test_demo_accounts_name_the_units_first(demo):
    accounts = list(demo_accounts())
    assert [user.username for user in accounts[:2]] == ["commerce-reporter", "commerce-approver"]
    assert [user.role for user in accounts[-6:]] == [
        Role.SUPERVISOR, Role.SUPERVISOR, Role.DIRECTOR, Role.ADMINISTRATOR, Role.LEADER, Role.AUDITOR,
    ]  # fmt: skip


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
