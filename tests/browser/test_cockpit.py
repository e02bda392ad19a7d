"""驾驶舱 in the browser: drawn and switched by hand, one page on paper, and the wall."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common.clock import now
from tasks.models import Task

pytestmark = pytest.mark.browser

WALL_SIZES = ({"width": 1366, "height": 768}, {"width": 1920, "height": 1080})
OVERFLOW = """() => [document.scrollingElement, ...document.querySelectorAll(".wall-panel, .wall-bars, .wall-looks")]
  .map((each) => each.scrollHeight - each.clientHeight).filter((excess) => excess > 1)"""


@pytest.fixture
def troubled(stages):
    """More red tasks than a page of the wall or of paper holds."""
    today = now().date()
    Task.objects.all().update(
        status="ongoing", red_from=today, red_rule="overdue", overdue_from=today, start_date=today - timedelta(days=90),
        due_date=today - timedelta(days=2), original_due_date=today - timedelta(days=9), due_basis="office",
        slip_count=1, report_due_on=today - timedelta(days=3), report_period="2026Q3",
    )  # fmt: skip
    return stages


def test_cockpit_is_drawn_narrowed_and_printed_on_one_page(enter, plan, troubled):
    page = enter(plan.leader, locale="zh-CN")
    page.goto("/cockpit/", wait_until="networkidle")
    expect(page.locator("[data-chart=curve] svg").first).to_be_visible()
    expect(page.locator("[data-chart=pace]")).to_be_hidden()
    page.get_by_role("button", name="逐项任务").click()
    expect(page.locator("[data-chart=pace] svg").first).to_be_visible()
    page.get_by_role("link", name=re.compile("时限延后")).click()
    expect(page.locator("#attention [aria-current]")).to_contain_text("时限延后")
    assert page.url.endswith("?attention=slipped")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1


def test_wall_fits_the_screen_renews_itself_and_is_left_by_escape(enter, plan, troubled):
    page = enter(plan.leader, locale="zh-CN")
    for size in WALL_SIZES:
        page.set_viewport_size(size)
        page.goto("/cockpit/wall/", wait_until="networkidle")
        assert page.evaluate(OVERFLOW) == []
    expect(page.locator("[data-wall-page]:visible")).to_have_count(1)
    page.context.set_offline(True)
    page.evaluate("htmx.trigger('#board', 'htmx:sendError')")
    expect(page.locator("[data-wall-stale]")).to_contain_text("连接中断")
    page.context.set_offline(False)
    page.evaluate("htmx.ajax('GET', '/cockpit/wall/', {target: '#board', swap: 'outerHTML'})")
    expect(page.locator("[data-wall-stale]")).to_be_empty()
    expect(page.locator("#board")).to_have_count(1)
    page.keyboard.press("Escape")
    page.wait_for_url("**/cockpit/")
