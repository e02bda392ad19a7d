"""Every page as its users see it: wide and on a phone, light and dark, by keyboard, and without scripts."""

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import NOW
from tests.permission_table.play import address
from tests.permission_table.table import TOPICS
from tests.permission_table.world import build_world

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
# The documentation's own script draws what stands in there.
AXE_PLACE = {"exclude": [[".swagger-ui"]]}
AXE_RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WITHOUT_CONTRAST = {**AXE_RULES, "rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
# Colours are the same at every width, and names at every colour: nothing is examined twice.
LOOKS = (
    (DESKTOP, "light", AXE_RULES),
    (DESKTOP, "dark", CONTRAST),
    (PHONE, "dark", None),
    (PHONE, "light", WITHOUT_CONTRAST),
)
AXE = Axe()

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What lies under a bar that sticks is scrolled out from under it; axe would take it for too small a target.
LOOSEN = """() => document.querySelectorAll("body *").forEach((each) => {
  const look = getComputedStyle(each);
  if (look.position === "sticky" && look.bottom !== "auto") { each.style.position = "static"; }
})"""
OUTLINE = """() => {
  const look = getComputedStyle(document.activeElement);
  return look.outlineStyle !== "none" || look.boxShadow !== "none";
}"""


def look_at(page, path):
    """What is wrong with a page, in every look; empty when all is well."""
    errors = []

    def note(message):
        # A part of a page names no icon, so the browser asks for one at the usual place, in its own time.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            errors.append(message.text)

    page.on("console", note)
    response = page.goto(path, wait_until="networkidle" if path in DRAWN else "load")
    found = [error for error in errors if response.ok or "Failed to load resource" not in error]
    found += faults(page) if "<html" in response.text()[:2000] else []  # what a script fetches is a part of a page
    page.remove_listener("console", note)
    return [f"{path} {each}" for each in found]


def faults(page):
    """What is wrong with the page that stands open, in every look."""
    found = []
    for size, scheme, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colours half way
        found += [f"{size['width']} {scheme}: {each}" for each in (*measure(page), *examine(page, rules))]
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    return found


def measure(page):
    excess = page.evaluate(TOO_WIDE)
    return [f"{excess} px too wide"] if excess > 0 else []


def examine(page, rules):
    if rules is None:
        return []
    page.evaluate(LOOSEN)
    if page.evaluate("() => !window.axe"):
        page.evaluate(AXE.axe_script)  # half a megabyte: read once for all looks
    violations = page.evaluate("([place, rules]) => axe.run(place, rules)", [AXE_PLACE, rules])["violations"]
    grave = (each for each in violations if each["impact"] in GRAVE)
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}" for each in grave]


DRAWN = {"/cockpit/", "/api/docs/"}
OF_VISITOR = ("/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/healthz/nowhere/")
OF_LEADER = ("/", "/cockpit/", "/inbox/", "/plan/", "/agencies/", "/agencies/zone-nanning/", "/calendar/", "/api/docs/")
OF_ADMINISTRATOR = (
    "/", "/people/", "/people/?q=zzz", "/people/new/", "/agencies/commerce/rename/", "/calendar/?year=2030",
    "/tasks/1/deadline/",
)  # fmt: skip
OF_AUDITOR = ("/", "/ledger/", "/ledger/?since=abc")


def test_pages_of_those_who_only_look(enter, open_page, plan, stages):
    complaints = [each for path in OF_VISITOR for each in look_at(open_page(), path)]
    for user, paths in ((plan.leader, OF_LEADER), (plan.administrator, OF_ADMINISTRATOR), (plan.auditor, OF_AUDITOR)):
        page = enter(user)
        complaints += [each for path in paths for each in look_at(page, path)]
    assert not complaints, "\n".join(complaints)


def test_pages_of_a_unit(enter, plan, stages):
    paths = (
        "/", "/tasks/1/", f"/tasks/{stages.overdue.number}/", f"/tasks/{stages.untouched.number}/report/",
        f"/reports/{stages.draft.pk}/edit/", f"/reports/{stages.returned.pk}/edit/", f"/reports/{stages.waiting.pk}/",
        "/overdue/", "/accounts/password/change/",
    )  # fmt: skip
    page, signing = enter(plan.reporter), enter(plan.approver)
    complaints = [each for path in paths for each in look_at(page, path)]
    complaints += look_at(signing, f"/reports/{stages.draft.pk}/")
    assert not complaints, "\n".join(complaints)


def test_pages_of_the_office(enter, plan, stages):
    paths = (
        "/", "/tasks/", "/tasks/?q=zzzz", "/tasks/?status=wrong", "/tasks/21/", "/agencies/commerce/",
        f"/tasks/{stages.approved.task.number}/", f"/tasks/{stages.suspended.number}/", "/tasks/1/deadline/",
        "/tasks/1/milestones/", "/tasks/1/status/suspend/", "/tasks/1/status/issue/", "/reviews/",
        f"/reports/{stages.waiting.pk}/review/", "/ledger/?verify=1",
    )  # fmt: skip
    page = enter(plan.director)
    complaints = [each for path in paths for each in look_at(page, path)]
    assert not complaints, "\n".join(complaints)


# Who sees most on a page comes first.
VIEWERS = ("director", "lead_approver", "co_reporter", "outsider", "administrator", "leader")
FILES = {"progress:evidence"}


@pytest.fixture
def staged(transactional_db):
    """The scene of the permission table, with something in every state for every page, and its moment."""
    with time_machine.travel(NOW):
        yield build_world()


def pages_by_viewer(staged):
    """The address of every page that a topic of the table brings, by who looks at it."""
    found = {}
    for row in (row for topic in TOPICS for row in topic.ROWS if row.method == "GET" and row.success == 200):
        viewer = next((part for part in VIEWERS if part in row.may), None)
        if viewer and row.view not in FILES and not row.view.startswith("api:"):
            found.setdefault(viewer, set()).add("?".join(filter(None, (address(row, staged), row.query))))
    return found


HALVES = pytest.mark.parametrize("half", [0, 1])  # for two processes


@HALVES
def test_pages_of_every_topic_of_the_permission_table(enter, staged, half):
    complaints, pages = [], {viewer: sorted(paths)[half::2] for viewer, paths in pages_by_viewer(staged).items()}
    for viewer, paths in pages.items():
        page = enter(getattr(staged, viewer))
        complaints += [each for path in paths for each in look_at(page, path)]
    assert sum(map(len, pages.values())) > len(TOPICS)  # the control: the table is not empty
    assert not complaints, "\n".join(complaints)


def press_until(page, key, locator, *, most=60):
    """Presses a key until the element has the focus; every stop on the way can be seen."""
    for _press in range(most):
        page.keyboard.press(key)
        assert page.evaluate(OUTLINE), page.evaluate("() => document.activeElement.outerHTML")
        if locator.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{key} does not reach {locator}")


def test_a_report_is_written_by_keyboard_alone(enter, plan, stages):
    page = enter(plan.reporter)
    page.goto(f"/tasks/{stages.untouched.number}/report/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    press_until(page, "Tab", page.get_by_label("实际进度"))
    page.keyboard.press("Control+a")
    page.keyboard.type("６５％")
    press_until(page, "Tab", page.get_by_label("进展评价"))
    page.keyboard.press("ArrowDown")
    press_until(page, "Tab", page.get_by_label("进展情况"))
    page.keyboard.type("完成平台一期建设。")
    press_until(page, "Tab", page.get_by_role("button", name="保存草稿").last)
    page.keyboard.press("Enter")
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
    expect(page.get_by_label("实际进度")).to_have_value("65")


def test_the_menu_closes_with_escape_and_gives_the_focus_back(enter, plan):
    page = enter(plan.leader)
    page.goto("/tasks/")
    menu = page.locator("details.menu:has(form[action='/accounts/logout/'])")
    summary = menu.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu.locator(".menu-panel")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu.locator(".menu-panel")).to_be_hidden()
    expect(summary).to_be_focused()


def test_without_scripts_one_logs_in_filters_opens_a_task_and_reports(open_page, plan, stages):
    page = open_page("reporter", java_script_enabled=False)
    page.goto("/tasks/")
    page.locator("#id_q").fill(stages.untouched.title)
    page.get_by_role("button", name="筛选", exact=True).click()
    page.get_by_role("link", name=stages.untouched.title, exact=True).click()
    expect(page.locator("h1")).to_contain_text(stages.untouched.title)
    page.locator(f"a[href^='/tasks/{stages.untouched.number}/report/']").first.click()
    page.get_by_label("实际进度").fill("55")
    page.get_by_label("进展情况").fill("完成平台一期建设。")
    page.get_by_role("button", name="保存草稿").last.click()
    expect(page.get_by_text("草稿已保存。")).to_be_visible()
