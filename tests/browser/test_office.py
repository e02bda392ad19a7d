"""What the office does to many at once, each seen before it is done: rules, calendar, deadlines, duties that move."""

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from agencies.models import Agency
from agencies.roles import Role
from common.clock import now
from tasks.actions import change_status
from tasks.models import Task
from tests.browser.test_circle import follow, press
from tests.browser.test_pages import faults
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def working_day():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def dated(plan, ongoing):
    """A task that has just begun, one that is late and one that has been stopped."""
    begun, late = ongoing(1, begun=1, left=300), ongoing(2, begun=300, left=-1)
    stopped = change_status(task=ongoing(12), verb="stop", text="会议纪要〔2026〕3号", by=plan.director, now=now())
    return begun, late, stopped


def test_the_director_rehearses_and_changes_a_rule(enter, plan, dated):
    page = enter(plan.director)
    page.goto("/rules/")
    follow(page, "演练")
    press(page, "开始演练")
    expect(page.get_by_role("heading", name="总数")).to_be_visible()
    expect(page.get_by_role("heading", name="逐日")).to_be_visible()
    expect(page.locator("main")).to_contain_text(dated[1].title)
    assert faults(page) == []

    page.goto("/rules/")
    page.locator("#lights").get_by_role("link", name="调整").click()
    page.locator("[name=yellow_points]").fill("15")
    page.get_by_label("调整理由").fill("重点任务提前预警。")
    assert page.get_by_role("button", name="保存并生效").count() == 0  # nothing is saved unseen
    press(page, "看影响")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("10 → 15")
    expect(preview.locator("tr", has_text=dated[0].title)).to_be_visible()
    expect(page.get_by_label("调整理由")).to_have_value("重点任务提前预警。")
    assert faults(page) == []
    press(page, "保存并生效")

    unit = enter(plan.reporter)
    unit.goto("/rules/")
    expect(unit.locator("#lights")).to_contain_text("第 1 版")
    expect(unit.locator("#lights tr", has_text="15").first).to_be_visible()
    assert unit.get_by_role("link", name="调整").count() == 0


def test_the_office_sees_what_a_day_off_moves_before_it_is_one(enter, plan, dated):
    page = enter(plan.supervisor)
    page.goto("/calendar/?year=2027")
    day = dated[0].due_date + timedelta(days=1)
    page.get_by_label("日期").fill(day.isoformat())
    page.get_by_label("放假").check()
    page.get_by_label("名称").fill("临时放假")
    press(page, "预览影响")
    expect(page.locator("main")).to_contain_text("还没有保存。")
    expect(page.locator("tr", has_text=dated[0].title)).to_be_visible()
    press(page, "保存")
    expect(page.locator(f"[title='{day} 临时放假']")).to_be_visible()


def test_many_deadlines_are_moved_with_a_result_for_each_and_taken_back(enter, plan, dated):
    begun, _late, stopped = dated
    page = enter(plan.supervisor)
    page.goto("/bulk/")
    follow(page, "选择任务")
    for task in (begun, stopped):
        page.locator(f"#task-{task.number}").check()
    press(page, "起止时间和依据")
    page.get_by_label("起始时间").fill(begun.start_date.isoformat())
    page.locator("[name=due_date]").fill("2026-12-30")
    page.get_by_label("时限依据").select_option("office")
    page.get_by_label("理由", exact=False).last.fill("与年度计划一致。")
    press(page, "预览")
    rows = page.locator("section[aria-labelledby=preview-title] tbody tr")
    expect(rows.filter(has_text=begun.title)).to_contain_text("2026-12-30")
    expect(rows.filter(has_text=stopped.title)).to_contain_text("不办")
    assert faults(page) == []
    press(page, "确认办理")
    results = page.locator("main tbody tr")
    expect(results.filter(has_text=stopped.title)).to_contain_text("不办")
    assert Task.objects.get(pk=begun.pk).due_date.isoformat() == "2026-12-30"
    press(page, "撤销这次办理")
    expect(results.filter(has_text=begun.title)).to_contain_text("已撤销")
    assert Task.objects.get(pk=begun.pk).due_date == begun.due_date


@pytest.fixture
def heirs(plan):
    """The unit that takes over, and somebody there."""
    heir = Agency.objects.get(code="investment-promotion")
    return UserFactory(username="heir", agency=heir, role=Role.REPORTER)


def test_duties_go_to_the_unit_that_takes_over(enter, plan, dated, heirs):
    keeper = enter(plan.administrator)
    keeper.goto("/agencies/commerce/")
    follow(keeper, "登记合并或分设")
    keeper.get_by_label("合并", exact=True).check()
    keeper.locator("input[name=successors][value=investment-promotion]").check()
    keeper.locator("[name=effective_on]").fill("2026-11-18")
    keeper.locator("[name=basis]").fill("桂编〔2026〕1号")
    press(keeper, "预览")
    expect(keeper.get_by_role("heading", name="四、预览：责任")).to_be_visible()
    expect(keeper.locator("section[aria-labelledby=links-then] tr", has_text=dated[0].title)).to_be_visible()
    assert faults(keeper) == []
    press(keeper, "确认登记")
    expect(keeper.locator("main")).to_contain_text("逐条移交")

    director = enter(plan.director)
    director.goto("/")
    director.locator("#moves").get_by_role("link", name="移交").click()
    director.locator("[name=basis]").fill("办公室会议纪要")
    director.locator("[name=on]").fill("2026-11-18")
    press(director, "预览")
    expect(director.locator("tr", has_text=dated[0].title)).to_be_visible()
    assert faults(director) == []
    press(director, "确认移交")
    expect(director.locator("tbody tr", has_text=dated[0].title)).to_contain_text("已移交")
    unit = enter(heirs)
    unit.goto("/")
    expect(unit.locator("#led, #due_soon").first).to_contain_text(dated[0].title)
