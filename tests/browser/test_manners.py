"""What every page owes its users: it is found by keyboard, works without scripts, and is there soon."""

import gzip

import pytest
from playwright.sync_api import expect

from progress.models import Report

pytestmark = pytest.mark.browser

MOST = 200_000  # bytes of a first load as they travel, charts left out; 92,000 to 106,000 when this was written
CHARTS = "echarts"


def test_a_task_is_found_by_its_initials_and_opened_by_keyboard_alone(enter, plan, ongoing):
    ongoing(1)
    page = enter(plan.reporter)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("ssgwkf")
    expect(page.locator("#palette [role=option]").first).to_contain_text("实施更为开放")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/1/")


def test_a_report_is_read_written_and_sent_without_scripts(enter, plan, ongoing):
    ongoing(1)
    reporter = enter(plan.reporter, java_script_enabled=False)
    reporter.goto("/tasks/1/")
    expect(reporter.locator("h1")).to_contain_text("实施更为开放的行业准入措施")
    reporter.locator("a[href^='/tasks/1/report/']").first.click()
    reporter.locator("[name=percent]").fill("55")
    reporter.locator("[name=progress]").fill("完成平台一期建设。")
    reporter.locator(".save-buttons button[type=submit]").click()
    report = Report.objects.get()
    approver = enter(plan.approver, java_script_enabled=False)
    approver.goto("/")
    approver.locator(f"a[href^='/reports/{report.pk}/']").first.click()
    approver.get_by_role("button", name="审签报出").click()
    report.refresh_from_db()
    assert report.status == "submitted"


@pytest.mark.parametrize("path", ["/", "/tasks/", "/cockpit/"])
def test_a_first_load_is_light(enter, plan, stages, path):
    page, sizes = enter(plan.supervisor), {}

    def weigh(response):
        if response.ok and CHARTS not in response.url and response.request.resource_type != "fetch":
            sizes[response.url.split("/", 3)[3]] = len(gzip.compress(response.body()))

    page.on("requestfinished", lambda request: weigh(request.response()))
    page.goto(path, wait_until="networkidle")
    assert any(name.endswith(".css") for name in sizes), sizes  # the control: the parts were seen
    assert any(name.endswith(".js") for name in sizes), sizes
    assert sum(sizes.values()) < MOST, sorted(sizes.items(), key=lambda item: -item[1])
