import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_pages import TOO_WIDE

pytestmark = pytest.mark.browser

OPERATIONS = """async place => {
  const { paths } = await (await fetch(place)).json();
  return Object.values(paths).reduce((sum, each) => sum + Object.keys(each).length, 0);
}"""


def test_documentation_is_drawn_under_the_strict_policy_and_tries_a_call(open_page, plan):
    page = open_page("leader")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/api/docs/")
    operation = page.locator("#operations-plan-plan_read")
    expect(operation).to_be_visible()
    expect(page.locator(".opblock")).to_have_count(page.evaluate(OPERATIONS, "/api/v1/openapi.json"))
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text("200")
    assert complaints == []


def test_guide_leads_from_the_token_to_the_first_call(open_page, plan):
    page = open_page("leader")
    page.goto("/api/docs/")
    expect(page.locator(".api-steps > li")).to_have_count(7)
    expect(page.locator(".api-steps pre").nth(1)).to_contain_text("/api/v1/tasks/")
    page.locator(".api-codes > summary").click()
    expect(page.locator(".api-codes tbody")).to_contain_text("stale_version")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_documentation_fits_a_phone_and_can_be_read_in_the_dark(open_page, plan, scheme):
    page = open_page("leader", viewport=PHONE, scheme=scheme)
    page.goto("/api/docs/#/reports/task_reports_create")
    expect(page.locator("#operations-reports-task_reports_create .opblock-body")).to_be_visible()
    assert page.evaluate(TOO_WIDE) <= 0
    for what in (
        ".api-steps pre",
        ".opblock-description p",
        ".opblock-summary-description",
        ".info h3",
        ".headers .header-col",
    ):
        assert page.evaluate(CONTRAST, what) >= 4.5, what


CONTRAST = """what => {
  const level = text => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(each => each / 255)
      .map(each => each <= 0.03928 ? each / 12.92 : Math.pow((each + 0.055) / 1.055, 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = document.querySelector(what);
  let behind = found;
  const ground = each => getComputedStyle(each).backgroundColor;
  while (behind.parentElement && /rgba\\(.*, 0\\)|transparent/.test(ground(behind))) behind = behind.parentElement;
  const [above, below] = [level(getComputedStyle(found).color), level(ground(behind))].sort((a, b) => b - a);
  return (above + 0.05) / (below + 0.05);
}"""
