"""启用准备: each step follows from the data, and from nothing else."""

from datetime import date

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.template.loader import render_to_string
from django.test import override_settings

from agencies.models import User
from dashboard.readers.start import start_hint, start_steps
from tasks.models import CalendarYear, Plan, Task
from tests.factories import NOW, TODAY, TaskFactory

SMTP = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "mail.example.test"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def states(cast, *, on=TODAY):
    return {step["code"]: step["state"] for step in start_steps(cast.administrator, on=on)}


def ready(cast):
    """Everything that a new installation needs."""
    for year in (TODAY.year, TODAY.year + 1):
        CalendarYear.objects.get_or_create(year=year, defaults={"source": "国办发明电"})
    User.objects.filter(email="").update(email="a@example.test")
    Task.objects.filter(due_date=None).update(due_date=TODAY, original_due_date=TODAY, due_basis="office")


def test_every_step_says_its_state_why_and_who(cast, client):
    client.force_login(cast.administrator)
    page = client.get("/start/").content.decode()
    for step in start_steps(cast.administrator, on=TODAY):
        for word in ("title", "now", "why", "who"):
            assert str(step[word]) in page
        if step["url"]:
            assert f'href="{step["url"]}"' in page
            assert client.get(step["url"]).status_code == 200


def test_what_is_done_turns_by_itself(cast):
    CalendarYear.objects.all().delete()
    User.objects.filter(pk=cast.leader.pk).update(email="")
    assert {"calendar": "open", "addresses": "attention"}.items() <= states(cast).items()
    ready(cast)
    with override_settings(**SMTP):
        assert set(states(cast).values()) == {"done"}
        assert start_hint(cast.administrator, on=TODAY) is None


def test_an_empty_installation_is_told_what_comes_first(cast):
    Task.objects.all().delete()
    Plan.objects.all().delete()
    assert states(cast)["plan"] == "open"
    assert start_hint(cast.administrator, on=TODAY)["next"]["code"] == "plan"


@pytest.mark.parametrize(
    ("part", "code", "state"),
    [
        ("lead_approver", "staff", "open"),
        ("lead_reporter", "staff", "open"),
        ("director", "office", "attention"),
        ("co_reporter", "staff", "done"),  # leads nothing
    ],
)
def test_a_missing_person_is_noticed(cast, part, code, state):
    User.objects.filter(username=part).update(is_active=False)
    assert states(cast)[code] == state


@pytest.mark.parametrize(
    ("on", "known", "state"),
    [
        (date(2026, 3, 1), [2026], "done"),
        (date(2026, 11, 1), [2026], "attention"),
        (date(2026, 11, 1), [2026, 2027], "done"),
        (date(2026, 3, 1), [], "open"),
    ],
)
def test_the_calendar_needs_the_next_year_from_november_on(cast, on, known, state):
    CalendarYear.objects.exclude(year__in=known).delete()
    for year in known:
        CalendarYear.objects.get_or_create(year=year, defaults={"source": "国办发明电"})
    assert states(cast, on=on)["calendar"] == state


def test_deadlines_and_demonstration_data_are_told_from_the_tasks(cast):
    TaskFactory(number=7, lead=cast.lead, planned=True)
    Task.objects.filter(number=7).update(due_date=None)
    assert states(cast)["deadlines"] == "attention"
    Task.objects.filter(number=7).update(is_demo=True)
    assert states(cast)["demo"] == "attention"


@pytest.mark.parametrize(
    ("part", "is_told"),
    [("administrator", True), ("director", False), ("supervisor", False), ("lead_reporter", False), ("auditor", False)],
)
def test_the_hint_is_for_those_who_set_the_system_up(cast, part, is_told):
    hint = start_hint(getattr(cast, part), on=TODAY)
    assert (hint is not None) == is_told
    if hint:
        assert 0 < hint["done"] < hint["all"] == 9


def test_the_hint_says_how_far_it_is_and_what_comes_next(cast):
    hint = start_hint(cast.administrator, on=TODAY)
    shown = render_to_string("dashboard/_start_hint.html", {"hint": hint})
    assert f"已完成 {hint['done']} / 9" in shown
    assert str(hint["next"]["title"]) in shown
    assert 'href="/start/"' in shown
    assert not render_to_string("dashboard/_start_hint.html", {"hint": None}).strip()


def test_steps_cost_few_queries(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        start_steps(cast.administrator, on=TODAY)


def test_a_test_mail_goes_to_oneself_and_says_how_it_went(cast, client, monkeypatch):
    client.force_login(cast.administrator)

    def answer():
        return client.post("/start/mail/", follow=True).content.decode()

    User.objects.filter(pk=cast.administrator.pk).update(email="")
    assert "没有登记电子邮箱" in answer()
    assert mail.outbox == []
    User.objects.filter(pk=cast.administrator.pk).update(email="a@example.test")
    assert "还没有设置邮件服务器" in answer()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [(["a@example.test"], "任务督办系统测试邮件")]

    def refuse(*_args):
        raise ConnectionRefusedError("<nobody there>")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = answer()
    assert "没有发出" in page
    assert "&lt;nobody there&gt;" in page
