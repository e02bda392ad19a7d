"""A day of each role, through the pages alone, in both languages: what they come for is where they look for it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from agencies.models import User
from common.clock import now
from progress.models import Report
from tasks.actions import set_deadline
from tasks.models import Task
from tests.factories import NOW

pytestmark = pytest.mark.browser

LANGUAGES = {"zh-CN": "zh-hans", "en-US": "en"}
TEXT = "完成平台一期建设，11月起试运行。"


@pytest.fixture(autouse=True)
def clock():
    """A working day; a function moves on by so many days."""
    with time_machine.travel(NOW) as traveller:
        yield lambda days: traveller.move_to(NOW + timedelta(days=days))


@pytest.fixture(params=LANGUAGES)
def locale(request):
    return request.param


@pytest.fixture
def say(locale):
    """What a text of the interface is in the language of this run."""

    def translated(text):
        with translation.override(LANGUAGES[locale]):
            return gettext(text)

    return translated


@pytest.fixture
def arrive(enter, locale):
    """A function that brings somebody to their work."""

    def at_work(user):
        page = enter(user, locale=locale)
        page.goto("/")
        expect(page.locator("html")).to_have_attribute("lang", "en" if locale == "en-US" else "zh-CN")
        return page

    return at_work


def go(page, href):
    """Follows the first link in sight that leads there."""
    page.locator(f"a[href^='{href}']:visible").first.click()
    page.wait_for_url(lambda url: href in url)


def open_menu(page, holding):
    page.locator(f"details.menu:has({holding}) > summary").first.click()


def test_a_report_from_the_reporter_to_the_supervisor(arrive, plan, ongoing, say):
    ongoing(1)
    reporter = arrive(plan.reporter)
    go(reporter, "/tasks/1/report/")
    reporter.locator("[name=percent]").fill("60")
    with reporter.expect_response("**/working-copy/") as kept:
        reporter.locator("[name=progress]").fill(TEXT)
    assert kept.value.ok
    expect(reporter.locator("[data-save-state]")).to_contain_text(
        say("%(time)s 已暂存").replace("%(time)s", "").strip()
    )
    go(reporter, "/tasks/1/")
    assert not Report.objects.exists()
    reporter.goto("/")
    go(reporter, "/tasks/1/report/")
    expect(reporter.locator("[name=progress]")).to_have_value(TEXT)
    reporter.locator(".save-buttons button[type=submit]").click()
    expect(reporter.locator(".messages")).to_contain_text(say("草稿已保存。"))
    report = Report.objects.get()
    assert (report.percent, report.progress, report.status) == (60, TEXT, "draft")

    approver = arrive(plan.approver)
    go(approver, f"/reports/{report.pk}/")
    approver.get_by_role("button", name=say("审签报出")).click()
    expect(approver.locator(".messages")).not_to_be_empty()
    report.refresh_from_db()
    assert (report.status, report.submitted_by_id) == ("submitted", plan.approver.pk)

    supervisor = arrive(plan.supervisor)
    go(supervisor, "/reviews/")
    go(supervisor, f"/reports/{report.pk}/review/")
    supervisor.keyboard.press("a")
    expect(supervisor.locator("#approve-button")).to_be_focused()
    with supervisor.expect_navigation():
        supervisor.keyboard.press("Enter")
    report.refresh_from_db()
    assert (report.status, Task.objects.get(number=1).percent) == ("approved", 60)


def test_the_supervisor_keeps_a_view_and_moves_a_date_in_the_list(arrive, plan, ongoing, say):
    before = ongoing(1).due_date
    page = arrive(plan.supervisor)
    go(page, "/tasks/")
    page.goto("/tasks/?lead=commerce&ordering=number")
    page.locator("#save-view > summary").click()
    page.locator("#view-name").fill("商务厅")
    page.get_by_role("button", name=say("保存视图")).click()
    page.goto("/tasks/")
    page.get_by_role("link", name="商务厅", exact=True).first.click()
    page.wait_for_url("**lead=commerce**")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.locator(".date-form [name=due_date]").fill("20271231")
    page.locator(".date-form [name=reason]").fill("核定后调整")
    page.locator(".date-form [type=submit]").click()
    expect(page.locator("#row-1 .cell-due")).to_contain_text("2027-12-31")
    page.get_by_role("button", name=say("撤销")).click()
    expect(page.locator("#row-1 .cell-due")).not_to_contain_text("2027-12-31")
    assert Task.objects.get(number=1).due_date == before


def test_the_director_decides_and_the_leader_looks_back(arrive, plan, ongoing, clock, say):
    ongoing(2, begun=300, left=-20)
    dates = {"start_date": date(2026, 11, 1), "due_date": date(2027, 6, 30)}
    set_deadline(task=Task.objects.get(number=1), **dates, basis="office", by=plan.supervisor, now=now())
    director = arrive(plan.director)
    go(director, "/tasks/1/status/issue/")
    director.locator("main form button[type=submit]").click()
    director.wait_for_url("**/tasks/1/")
    assert Task.objects.get(number=1).status == "issued"
    go(director, "/cockpit/")
    director.locator("a.figure[href*='overdue=true']").click()
    director.wait_for_url("**/tasks/?*overdue=true*")
    expect(director.locator("#row-2")).to_be_visible()
    expect(director.locator("main tbody tr[id^=row-]")).to_have_count(1)

    clock(2)
    ongoing(12)
    leader = arrive(plan.leader)
    go(leader, "/cockpit/")
    open_menu(leader, "input[name=on]")
    leader.locator("input[name=on]").fill(f"{NOW:%Y-%m-%d}")
    leader.get_by_role("button", name=say("查看")).click()
    leader.wait_for_url("**/cockpit/?on=*")
    expect(leader.locator(".past-note")).to_contain_text(f"{NOW:%Y-%m-%d}")
    leader.locator(".past-note a[href*='/cockpit/changes/']").click()
    expect(leader.locator("h1")).to_contain_text(say("变化"))
    expect(leader.locator("main a[href='/tasks/12/']").first).to_be_visible()


def test_the_administrator_sets_up_and_answers_and_the_auditor_verifies(arrive, plan, say):
    reporter = arrive(plan.reporter)
    go(reporter, "/feedback/new/")
    reporter.locator("main form [name=text]").fill("列表里的字小了一点。")
    reporter.locator("main form button[type=submit]").click()
    expect(reporter.locator("h1")).to_have_text(say("已收到您的意见"))

    page = arrive(plan.administrator)
    open_menu(page, "a[href='/start/']")
    page.locator(".menu-panel a[href='/start/']").click()
    expect(page.locator(".check-item").nth(4)).to_be_visible()
    open_menu(page, "a[href='/preferences/']")
    page.locator(".menu-panel a[href='/preferences/']").click()
    page.locator("[name=theme][value=dark]").check()
    page.locator("[name=density][value=compact]").check()
    page.get_by_role("button", name=say("保存"), exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    page.goto("/feedback/")
    page.locator("[name=answer]").fill("下一版调大。")
    page.locator("form[action$='/answer/'] button[type=submit]").click()
    expect(page.locator("[name=answer]")).to_have_count(0)
    reporter.goto("/feedback/")
    expect(reporter.locator(".said-answer")).to_contain_text("下一版调大。")
    assert User.objects.get(pk=plan.administrator.pk).theme == "dark"

    auditor = arrive(plan.auditor)
    go(auditor, "/ledger/")
    auditor.locator("select[name=kind]").select_option("agency")
    auditor.locator("form.filters button[type=submit]").click()
    expect(auditor.locator("table.events tbody tr").first).to_be_visible()
    go(auditor, "?")  # the check, beside the heading
    expect(auditor.locator(".note-success")).to_contain_text(
        say("完整，共 %(total)s 条。").split("%")[0].split("，")[0]
    )
