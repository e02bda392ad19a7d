"""By keyboard: finding and opening with Ctrl+K, shortcuts, undo, the bell; and searching without a script."""

import pytest
from playwright.sync_api import expect

from common.clock import now
from supervision.models import Delivery, Message
from tasks.models import Task
from tests.browser.conftest import PHONE
from tests.browser.test_pages import faults

pytestmark = pytest.mark.browser


def options(page):
    return page.locator("#palette [role=option]")


def test_somebody_finds_by_pinyin_number_and_action_and_opens_by_enter(enter, plan, ongoing):
    ongoing(12)
    page = enter(plan.reporter)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(options(page).first).to_be_visible()
    assert faults(page) == []
    field = page.locator("#palette").get_by_role("combobox")
    expect(field).to_be_focused()
    field.fill("kjjr")
    expect(options(page).first).to_contain_text("推动跨境金融创新发展")
    assert page.locator("#palette mark").first.inner_text() == "跨境金融"
    field.fill("报送 12")
    expect(options(page).first).to_contain_text("报送任务 12")
    field.fill("１２")
    expect(options(page).first).to_contain_text("12")
    field.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options(page).nth(1).get_attribute("id")
    field.press("ArrowUp")
    field.press("Enter")
    page.wait_for_url("**/tasks/12/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette .palette-kind").first).to_have_text("最近打开")
    expect(options(page).first).to_contain_text("12")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_enter_that_picks_a_candidate_opens_nothing(enter, plan):
    page = enter(plan.leader)
    page.goto("/tasks/")
    page.keyboard.press("Control+k")
    expect(options(page).first).to_be_visible()
    field = page.locator("#palette").get_by_role("combobox")
    field.fill("kjjr")
    field.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(page.locator("#palette")).to_be_visible()
    field.fill("没有的词")
    expect(page.locator(".palette-none")).to_be_visible()
    field.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator("main")).to_contain_text("没有找到“没有的词”")


def test_keys_lead_to_pages_are_listed_and_are_quiet_while_somebody_types(enter, plan):
    page = enter(plan.supervisor)
    page.goto("/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="快捷键")
    expect(sheet).to_contain_text("驾驶舱")
    assert faults(page) == []
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/tasks/")
    page.goto("/search/")
    page.keyboard.press("/")
    expect(page.locator("#search-q")).to_be_focused()
    page.keyboard.type("gw?")
    expect(page.locator("#search-q")).to_have_value("gw?")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_label("停用单键快捷键").check()
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_timeout(300)
    assert page.url.endswith("/search/")


def test_a_deadline_is_taken_back_by_its_message(enter, plan, ongoing):
    before = ongoing(12).due_date
    page = enter(plan.supervisor)
    page.goto("/tasks/12/deadline/")
    page.locator("[name=due_date]").fill("2099-12-31")
    page.locator("#id_reason").fill("会议决定")
    page.locator("main form:has([name=due_date]) button[type=submit]").first.click()
    page.wait_for_url("**/tasks/12/")
    undo = page.locator(".messages").get_by_role("button", name="撤销")
    expect(undo).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".messages")).to_contain_text("已撤销")
    assert Task.objects.get(number=12).due_date == before


def test_the_bell_is_read_and_unread_without_leaving_the_page(enter, plan):
    for number in (1, 2):
        task = Task.objects.get(number=number)
        facts = {"task": task, "reason": "near_due", "level": 1, "payload": {"limit": "2026-12-31", "left": 3}}
        sent = Delivery.objects.create(
            dedupe_key=str(number), clock=f"c{number}", recipient=plan.reporter, channel="inbox", due_at=now(),
            created_at=now(), done_at=now(), **facts,
        )  # fmt: skip
        Message.objects.create(delivery=sent, user=plan.reporter, created_at=now(), **facts)
    page = enter(plan.reporter, viewport=PHONE)
    page.goto("/tasks/")
    bell, panel = page.locator("#unread .count"), page.locator("#bell-panel")
    expect(bell).to_have_text("2")
    page.locator("details.bell summary").click()
    expect(panel).to_contain_text("办理时限为 2026-12-31")
    assert faults(page) == []
    panel.locator("[aria-label^=标为已读]").first.click()
    expect(bell).to_have_text("1")
    panel.get_by_role("button", name="撤销").click()
    expect(bell).to_have_text("2")
    panel.get_by_role("button", name="全部标为已读").click()
    expect(bell).to_have_count(0)
    panel.get_by_role("button", name="撤销").click()
    expect(bell).to_have_text("2")
    page.goto("/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(bell).to_have_text("1")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url("**/tasks/*/")


def test_without_a_script_one_searches_by_the_form_of_the_header(enter, plan):
    page = enter(plan.leader, java_script_enabled=False)
    page.goto("/tasks/")
    page.locator("form.find input").fill("kjjr")
    page.locator("form.find button").click()
    page.wait_for_url("**/search/?q=kjjr")
    expect(page.locator("main")).to_contain_text("推动跨境金融创新发展")
