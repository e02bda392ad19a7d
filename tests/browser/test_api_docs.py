import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_documentation_is_drawn_under_the_strict_policy_and_tries_a_call(open_page, plan):
    page = open_page("leader")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/api/docs/")
    operation = page.locator("#operations-plan-plan_read")
    expect(operation).to_be_visible()
    expect(page.locator(".opblock")).to_have_count(19)
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")
    assert complaints == []
