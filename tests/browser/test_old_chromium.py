"""Five pages in a browser as old as our users have: drawn as in a new one, without an error, and in working order."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import DESKTOP, PHONE, QUIET
from tests.browser.old_chromium import LOOKS, MISSING, differences, find_old_chromium
from tests.browser.test_pages import TOO_WIDE

pytestmark = pytest.mark.browser

PRESS_LAST = """text => Array.from(document.querySelectorAll("main button"))
  .filter((each) => each.innerText.includes(text)).pop().click()"""


@pytest.fixture(scope="module")
def old_chromium(playwright):
    program = find_old_chromium()
    if program is None:
        pytest.skip(MISSING)
    browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, "--no-zygote"])
    assert 90 <= int(browser.version.split(".")[0]) <= 106
    yield browser
    browser.close()


@pytest.fixture
def enter_twice(enter, old_chromium, live_server):
    """A function that gives a person's pages in the old browser and in the new one, and the errors of the old one."""
    contexts = []

    def enter_as(user):
        new, errors = enter(user), []
        options = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": DESKTOP}
        contexts.append(old_chromium.new_context(base_url=live_server.url, **options))
        contexts[-1].add_cookies(new.context.cookies())
        old = contexts[-1].new_page()
        old.set_default_timeout(10_000)
        old.on("pageerror", lambda error: errors.append(str(error)))
        old.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        for page in (old, new):
            page.emulate_media(color_scheme="light", reduced_motion="reduce")  # nothing half way
        return old, new, errors

    yield enter_as
    for context in contexts:
        context.close()


def compare(old, new, path):
    """What is wrong with a page in the old browser."""
    found = []
    for page in (old, new):
        page.goto(path, wait_until="networkidle")
    for size in (DESKTOP, PHONE):
        for page in (old, new):
            page.set_viewport_size(size)
        excess = old.evaluate(TOO_WIDE)
        found += [f"{size['width']}: {excess} px too wide"] if excess > 0 else []
        found += [f"{size['width']}: {each}" for each in differences(old.evaluate(LOOKS), new.evaluate(LOOKS))]
        keep_picture(old, f"{path.strip('/').replace('/', '-') or 'home'}-{size['width']}")
    return [f"{path} {each}" for each in found]


def keep_picture(page, name):
    """For whoever wants to look: GXFTZ_PICTURES names the folder."""
    if folder := os.environ.get("GXFTZ_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_pages_are_drawn_in_an_old_browser_as_in_a_new_one(enter_twice, plan, stages):
    number = stages.overdue.number
    old, new, errors = enter_twice(plan.reporter)
    complaints = [
        each
        for path in ("/", "/tasks/", f"/tasks/{number}/", f"/tasks/{stages.untouched.number}/report/")
        for each in compare(old, new, path)
    ]
    old, new, more = enter_twice(plan.leader)
    complaints += compare(old, new, "/cockpit/")
    assert not complaints, "\n".join(complaints)
    assert errors + more == []


def test_documentation_of_the_api_is_drawn_in_an_old_browser(enter_twice, plan):
    """The library that draws it has a floor of its own; nobody compares its every pixel."""
    old, _new, errors = enter_twice(plan.leader)
    old.goto("/api/docs/", wait_until="networkidle")
    old.wait_for_function("document.querySelectorAll('#api-docs .opblock').length > 40")
    assert "openapi.json" in old.evaluate("document.querySelector('main').innerText")
    keep_picture(old, "api-docs-old")
    assert errors == []


def write(page, name, text):
    """Typed as a person does; Playwright's own ways ask the page for what this browser does not have."""
    page.evaluate("name => { const [field] = document.getElementsByName(name); field.focus(); field.select(); }", name)
    page.keyboard.type(text)


def test_dialogs_and_a_report_work_in_an_old_browser(enter_twice, plan, stages):
    old, _new, errors = enter_twice(plan.reporter)
    old.goto("/")
    old.keyboard.press("?")
    old.wait_for_function("document.querySelector('dialog#shortcuts[open]')")
    old.keyboard.press("Escape")
    old.wait_for_function("!document.querySelector('dialog[open]')")
    old.goto(f"/tasks/{stages.untouched.number}/report/")
    write(old, "percent", "55")
    write(old, "progress", "完成平台一期建设。")
    with old.expect_navigation():
        old.evaluate(PRESS_LAST, "保存草稿")
    assert "草稿已保存。" in old.evaluate("document.querySelector('main').innerText")
    assert old.evaluate("document.getElementsByName('percent')[0].value") == "55"
    assert errors == []


def test_a_page_that_is_drawn_otherwise_is_seen(old_chromium, chromium):
    """The negative control, with what only new browsers understand."""
    pages = [browser.new_page() for browser in (old_chromium, chromium)]
    for page in pages:
        page.set_content("<p>一</p><style>body { & p { color: red } }</style>")
    old, new = (page.evaluate(LOOKS) for page in pages)
    for page in pages:
        page.close()
    assert [each for each in differences(old, new) if "color" in each]
