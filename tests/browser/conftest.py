"""Journeys in a real browser, against the real site on a live server with the real plan in it."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import sync_playwright

from agencies.models import Agency
from agencies.roles import Role
from common.clock import now
from ledger.actors import SYSTEM
from progress.actions import approve_report, draft_report, open_periods, return_report, submit_report
from progress.models import Period
from tasks.actions import change_status, set_deadline
from tasks.models import Task
from tests.factories import PASSWORD, UserFactory, report_content

# Playwright keeps an event loop in this thread; the tests' own few queries beside it are safe.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium, live_server):
    """A function that gives a page of its own for a person, logged in through the form."""
    contexts = []

    def open_for(username=None, *, locale="zh-CN", viewport=DESKTOP, scheme="light", **options):
        context = chromium.new_context(
            base_url=live_server.url,
            locale=locale,
            viewport=viewport,
            color_scheme=scheme,
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error on {page.url}: {error}"))
        page.set_default_timeout(10_000)
        if username:
            log_in(page, username)
        return page

    yield open_for
    for context in contexts:
        context.close()


@pytest.fixture
def enter(open_page, live_server):
    """A function that gives a page of its own for a person who is already logged in, without the form."""

    def enter_as(user, **options):
        page, client = open_page(**options), Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    return enter_as


def log_in(page, username):
    page.goto("/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=login]) button[type=submit]").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


@pytest.fixture
def plan(transactional_db):
    """The official plan, with a person for each part; the department of commerce leads tasks 1 and 2."""
    call_command("load_plan", verbosity=0)
    lead, office = Agency.objects.get(code="commerce"), Agency.objects.get(code="office")
    people = {
        "reporter": (lead, Role.REPORTER),
        "approver": (lead, Role.APPROVER),
        "supervisor": (office, Role.SUPERVISOR),
        "director": (office, Role.DIRECTOR),
        "leader": (None, Role.LEADER),
        "administrator": (None, Role.ADMINISTRATOR),
        "auditor": (None, Role.AUDITOR),
    }
    made = {
        username: UserFactory(username=username, agency=agency, role=role, password=PASSWORD)
        for username, (agency, role) in people.items()
    }
    open_periods(on=now().date(), by=SYSTEM, now=now())
    return SimpleNamespace(**made)


@pytest.fixture
def ongoing(plan):
    """A function that puts a task of the plan under way, from so many days ago to so many days ahead."""

    def put_under_way(number, *, begun=200, left=200):
        task, today = Task.objects.get(number=number), now().date()
        dates = {"start_date": today - timedelta(days=begun), "due_date": today + timedelta(days=left)}
        set_deadline(task=task, **dates, basis="office", by=plan.supervisor, now=now())
        change_status(task=task, verb="issue", by=plan.director, now=now())
        return change_status(task=task, verb="receive", by=plan.reporter, now=now())

    return put_under_way


@pytest.fixture
def stages(plan, ongoing):
    """Tasks of the department of commerce in every stage that has a page of its own, by the stage's name."""
    at, period = now(), Period.objects.latest("code")

    def report(number, percent):
        content = report_content(percent=percent)
        return draft_report(task=ongoing(number), period=period, content=content, by=plan.reporter, now=at)

    def submitted(number, percent):
        return submit_report(report=report(number, percent), by=plan.approver, now=at)

    draft, waiting = report(12, 40), submitted(13, 60)
    returned = return_report(report=submitted(14, 70), reason="请补充试运行的时间。", by=plan.supervisor, now=at)
    approved = approve_report(report=submitted(16, 80), by=plan.supervisor, now=at)
    suspended = change_status(
        task=ongoing(22), verb="suspend", text="专题会议纪要〔2026〕3号", by=plan.director, now=at
    )
    near, overdue, untouched = ongoing(1, left=3), ongoing(2, begun=300, left=-20), ongoing(23)
    return SimpleNamespace(
        draft=draft,
        waiting=waiting,
        returned=returned,
        approved=approved,
        suspended=suspended,
        near=near,
        overdue=overdue,
        untouched=untouched,
    )
