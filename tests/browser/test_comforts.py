"""Help beside the page, colours and distances that come along, and what needs no script."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import AXE_RULES, examine, faults

pytestmark = pytest.mark.browser

THEME = "() => document.documentElement.dataset.bsTheme"
DENSITY = "() => document.documentElement.dataset.density"


def test_help_opens_beside_the_page_and_gives_the_focus_back(enter, plan):
    page = enter(plan.reporter)
    page.goto("/tasks/")
    link = page.locator("a[data-help]")
    link.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="帮助")
    expect(panel.get_by_role("heading", name="台账")).to_be_focused()
    assert page.url.endswith("/tasks/")
    assert examine(page, AXE_RULES) == []
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()


def test_help_is_a_page_without_scripts(open_page, plan):
    page = open_page("reporter", java_script_enabled=False)
    page.goto("/tasks/")
    page.get_by_role("link", name="帮助").click()
    expect(page.locator("h1")).to_have_text("台账")


def test_colours_and_distances_come_along_to_another_device(enter, plan):
    page = enter(plan.leader)
    page.goto("/help/")
    with page.expect_response("**/preferences/") as answer:
        page.locator("[data-theme-switch]").click()
    assert answer.value.status == 204
    assert page.evaluate(THEME) == "dark"
    elsewhere = enter(plan.leader)
    elsewhere.goto("/tasks/")
    assert elsewhere.evaluate(THEME) == "dark"
    with elsewhere.expect_response("**/preferences/"):
        elsewhere.locator("[data-density-form]").get_by_role("button", name="紧凑").first.click()
    assert elsewhere.evaluate(DENSITY) == "compact"
    elsewhere.reload()
    assert elsewhere.evaluate(DENSITY) == "compact"


def test_every_component_is_well_in_both_densities(enter, plan):
    page = enter(plan.administrator)
    for density in ("", "compact"):
        page.goto("/styleguide/")
        page.evaluate("density => document.documentElement.setAttribute('data-density', density)", density)
        assert faults(page) == []
