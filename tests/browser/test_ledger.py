"""台账 by hand: keys, ticks, a date changed in its row while somebody else changes it too, and rows from a sheet."""

from datetime import date

import pytest
import time_machine
from playwright.sync_api import expect

from common.clock import now
from tasks.actions import set_deadline
from tasks.models import Task
from tests.browser.test_pages import faults
from tests.factories import NOW

pytestmark = pytest.mark.browser
FORM = ".date-form"


@pytest.fixture(autouse=True)
def working_day():
    with time_machine.travel(NOW):
        yield


def due(number):
    return Task.objects.get(number=number).due_date


def move(plan, number, day):
    task = Task.objects.get(number=number)
    set_deadline(
        task=task,
        start_date=task.start_date,
        due_date=day,
        basis="office",
        reason="另有安排",
        by=plan.director,
        now=now(),
    )


def press_keys(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_office_works_through_the_list_by_keys(enter, plan, ongoing):
    for number in (1, 2):
        ongoing(number)
    page = enter(plan.supervisor)
    page.goto("/tasks/?ordering=number")
    press_keys(page, "j", "j", "e")
    expect(page.locator(f"{FORM} [name=due_date]")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#row-2")).to_be_focused()
    press_keys(page, "k", "x", "j", "j", "Shift+X", "k")
    expect(page.locator("[data-picked-count]")).to_have_text("已选 3 项")

    page.keyboard.press("e")
    page.locator(f"{FORM} [name=due_date]").fill("20270331")
    page.locator(f"{FORM} [name=reason]").fill("核定后调整")
    move(plan, 2, date(2027, 6, 30))  # somebody else, meanwhile
    page.locator(f"{FORM} [type=submit]").click()
    expect(page.locator(".date-conflict")).to_contain_text("2027-06-30")
    expect(page.locator("#row-2 .cell-due")).to_contain_text("2027-06-30")
    page.get_by_role("button", name="用我的").click()
    expect(page.locator("#row-2 .cell-due")).to_contain_text("2027-03-31")
    expect(page.locator("[data-picked-count]")).to_have_text("已选 3 项")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#row-2 .cell-due")).to_contain_text("2027-06-30")
    press_keys(page, "Escape", "Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_a_unit_keeps_a_view_and_finds_it_again(enter, plan, ongoing):
    ongoing(1)
    page = enter(plan.reporter)
    page.goto("/tasks/")
    page.keyboard.press("/")
    page.keyboard.type("准入")
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_contain_text("共 7 项")
    expect(page.locator("#list-said")).to_contain_text("共 7 项")
    expect(page.locator("#id_q")).to_be_focused()
    page.get_by_text("保存为视图").click()
    page.get_by_label("视图名称").fill("市场准入")
    page.get_by_role("button", name="保存视图").click()
    page.goto("/tasks/?layout=board")
    page.get_by_role("link", name="市场准入").click()
    expect(page.locator("[data-announce]")).to_contain_text("共 7 项")
    expect(page.get_by_role("link", name="市场准入")).to_have_attribute("aria-current", "true")


def test_the_office_pastes_dates_from_a_sheet(enter, plan, ongoing):
    ongoing(1)
    page = enter(plan.supervisor)
    page.goto("/tasks/")
    page.get_by_role("link", name="从 Excel 粘贴").click()
    page.get_by_label("粘贴的内容").fill("序号\t时限\n1\t２０２７.３.31\n99\t下月")
    page.get_by_label("理由").fill("统一调整")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("main")).to_contain_text("没有第 99 项任务。")
    assert faults(page) == []
    page.get_by_label("粘贴的内容").fill("序号\t时限\n1\t２０２７.３.31")
    page.get_by_role("button", name="重新预览").click()
    page.get_by_role("button", name="确认办理 1 项").click()
    expect(page.locator("main")).to_contain_text("1 项中办成 1 项")
    assert due(1) == date(2027, 3, 31)
