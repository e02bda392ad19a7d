"""The scene that the table is played on, made by actions: tasks and reports in every state, evidence, reminders."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import time_machine
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings

from agencies.actions import create_api_token, deactivate_user
from agencies.models import User
from agencies.roles import Role
from progress.actions import add_evidence, approve_report, draft_report, return_report, submit_report
from supervision.actions import confirm_notice, deliver_due, sweep
from supervision.models import Message, Notice
from tasks.actions import MilestoneInput, lock_task, make_change, set_milestones
from tasks.models import Task
from tests.cast import PARTS, make_cast
from tests.factories import NOW, PASSWORD, TODAY, TaskFactory, UserFactory, report_content
from tests.permission_table.table import STAGES

SCOPES = {
    "reading_client": ["progress:read"],
    "writing_client": ["progress:write"],
    "other_client": ["progress:write"],
    "changes_client": ["changes:read"],
    "scopeless_client": ["admin"],  # a client may do nothing that this scope lets through
}
# Tasks by the state they are in, and the changes that led there; all are led by the lead unit.
STATES: dict[str, tuple[str, ...]] = {
    "ongoing": (),
    "closing": ("ask_closing",),
    "closed": ("ask_closing", "close"),
    "suspended": ("suspend",),
}


@contextmanager
def standing_world(files: str) -> Iterator[SimpleNamespace]:
    """The scene for a whole module of tests, each of which is taken back by itself; the scene itself is at the end."""
    with time_machine.travel(NOW, tick=False), override_settings(MEDIA_ROOT=files), transaction.atomic():
        world = build_world()
        log_everybody_in(world)
        yield world
        transaction.set_rollback(True)


def build_world() -> SimpleNamespace:
    """The cast with `draft`, `submitted`, `returned`, `approved` reports and more, each on a task of its own."""
    world = make_cast()
    give_passwords(world)
    _make_tasks(world)
    _make_reports(world)
    _make_people(world)
    _make_messages(world)
    _make_tokens(world)
    for stage in STAGES:
        stage(world)
    _read_tasks_again(world)
    world.next_year = {"year": TODAY.year + 1}
    world.measure = {"number": 1, "order": 1}
    world.key = {"key": "abc", "uidb36": "1"}
    return world


def _read_tasks_again(world: SimpleNamespace) -> None:
    """A sweep may have moved them on to their next version."""
    for name, value in vars(world).items():
        if isinstance(value, Task):
            setattr(world, name, Task.objects.with_lead().get(pk=value.pk))


def give_passwords(cast: SimpleNamespace) -> None:
    """Everybody can log in; before anybody does, since a new password ends what is open."""
    User.objects.update(password=make_password(PASSWORD))
    for part in PARTS:
        getattr(cast, part).refresh_from_db()


def log_everybody_in(cast: SimpleNamespace) -> None:
    """A session for each part, so that not every test opens a dozen."""
    clients = {part: Client() for part in PARTS}
    for part, client in clients.items():
        client.force_login(getattr(cast, part))
    cast.sessions = {part: client.cookies[settings.SESSION_COOKIE_NAME].value for part, client in clients.items()}


def _make_tasks(world: SimpleNamespace) -> None:
    dates = {"due_date": TODAY, "original_due_date": TODAY, "due_basis": "office"}
    world.planned = TaskFactory(number=11, lead=world.lead, planned=True, **dates)
    world.issued = TaskFactory(number=12, lead=world.lead, status="issued")
    for number, (name, verbs) in enumerate(STATES.items(), start=13):
        task = TaskFactory(number=number, lead=world.lead, supporting=[world.co], percent=100)
        for verb in verbs:
            by = world.lead_approver if verb == "ask_closing" else world.director
            make_change(task=lock_task(task.pk), verb=verb, text="会议纪要", by=by, now=NOW)
        setattr(world, name, Task.objects.with_lead().get(pk=task.pk))
    world.late = TaskFactory(number=21, lead=world.lead, supporting=[world.co], overdue=True)
    world.other_task = TaskFactory(number=22, lead=world.other)
    marks = [MilestoneInput("印发方案", TODAY.replace(month=6), 40), MilestoneInput("建成平台", TODAY, 80)]
    set_milestones(task=world.task, milestones=marks, by=world.director, now=NOW)
    world.task = Task.objects.with_lead().get(pk=world.task.pk)


def _make_reports(world: SimpleNamespace) -> None:
    world.draft = _draft(world, world.task)
    world.own_draft = _draft(world, TaskFactory(number=31, lead=world.lead), by=world.lead_approver)
    world.submitted, world.returned, world.approved = (
        submit_report(
            report=_draft(world, TaskFactory(number=number, lead=world.lead, supporting=[world.co])),
            by=world.lead_approver,
            now=NOW,
        )
        for number in (32, 33, 34)
    )
    world.returned = return_report(report=world.returned, reason="请补充数据。", by=world.supervisor, now=NOW)
    world.approved = approve_report(report=world.approved, by=world.supervisor, now=NOW)
    for name in ("draft", "returned", "submitted", "approved"):
        report = getattr(world, name)
        setattr(world, f"{name}_evidence", report.evidence.first())
    world.own_draft_evidence = world.own_draft.evidence.get()


def _draft(world: SimpleNamespace, task: Task, *, by: User | None = None):
    author = by or world.lead_reporter
    report = draft_report(task=task, period=world.period, content=report_content(), by=author, now=NOW)
    file = SimpleUploadedFile("试点情况.csv", f"任务,{task.number}\n".encode(), content_type="text/csv")
    add_evidence(report=report, file=file, by=author, now=NOW)
    return report


def _make_people(world: SimpleNamespace) -> None:
    world.left = UserFactory(username="left", agency=world.co)
    world.left = deactivate_user(user=world.left, reason="调离", by=world.administrator, now=NOW)


def _make_messages(world: SimpleNamespace) -> None:
    sweep(now=NOW)
    draft = Notice.objects.get(task=world.late)
    confirm_notice(notice=draft, demand="请抓紧办理。", by=world.supervisor, now=NOW)
    deliver_due(clock=lambda: NOW)
    world.message = Message.objects.get(user=world.lead_reporter, task=world.late, reason="overdue")


def _make_tokens(world: SimpleNamespace) -> None:
    units = {"writing_client": world.lead, "other_client": world.other}
    world.tokens = {
        name: create_api_token(name=name, scopes=scopes, agency=units.get(name), by=world.administrator, now=NOW)[1]
        for name, scopes in SCOPES.items()
    }
    world.client = User.objects.get(role=Role.CLIENT, name="writing_client")
