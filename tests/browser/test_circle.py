"""The circle of supervision, from the task order to the sign-off, by the people who do it and their pages alone."""

import re
from datetime import datetime

import pytest
import time_machine
from playwright.sync_api import expect

from agencies.models import Agency
from common.clock import now
from progress.actions import approve_report, draft_report, submit_report
from progress.models import Period
from supervision.actions import deliver_due, sweep
from tasks.models import Task
from tests import closings
from tests.browser.test_round import decide, fill_report
from tests.factories import SHANGHAI, UserFactory, report_content

pytestmark = pytest.mark.browser

TASK = 23  # led by commerce; customs, the tax bureau and the zone of Chongzuo support it
DELIVERABLE = {"name": "验收报告.csv", "mimeType": "text/csv", "buffer": "项目,结论\n平台,通过\n".encode()}
FIRST_DAY = "2026-09-14 09:00"  # a Monday in the last month of a quarter


def moment(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.fixture
def clock():
    """The time that server and test live in; it goes on from where it is put."""
    with time_machine.travel(moment(FIRST_DAY)) as traveller:
        yield lambda text: traveller.move_to(moment(text))


@pytest.fixture
def people(clock, plan):
    """Two of the three units that support the task have somebody here; the zone is silent."""
    for name, code in (("customs", "nanning-customs"), ("tax", "tax")):
        setattr(plan, name, UserFactory(username=name, agency=Agency.objects.get(code=code)))
    return plan


@pytest.fixture
def go(enter, people):
    """A function that opens a page for somebody as of now: who waits for weeks has logged in again meanwhile."""

    def open_for(username, path="/", **options):
        page = enter(getattr(people, username), **options)
        page.goto(path)
        return page

    return open_for


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.get_by_role("link", name=name, exact=True).first.click()


def from_home(page, section, name):
    """Presses what a section of 我的工作 offers for the task."""
    page.goto("/")
    rows = page.locator(f"#{section} .work-row", has_text=Task.objects.get(number=TASK).title)
    rows.first.get_by_role("link", name=name, exact=True).click()


def offered(page):
    """The changes that the task page offers this person now, by their labels; what cannot be done yet is left out."""
    page.goto(f"/tasks/{TASK}/")
    return page.locator("#actions .changes a").all_inner_texts()


def run_the_office_machine():
    sweep(now=now())
    deliver_due(clock=now)


# -- the steps ------------------------------------------------------------------------------------------------------


def order_the_task(go):
    supervisor = go("supervisor", f"/tasks/{TASK}/deadline/")
    supervisor.get_by_label("起始时间").fill("2026-09-14")
    supervisor.locator("[name=due_date]").fill("2026-10-16")
    supervisor.get_by_label("时限依据").select_option("office")
    press(supervisor, "保存时限")
    assert offered(supervisor) == []
    expect(supervisor.locator(".awaited")).to_contain_text("下达任务单 办公室负责人")

    director = go("director")
    from_home(director, "ready", "下达")
    press(director, "确认下达任务单")
    expect(director.locator("main")).to_contain_text("任务单 2026-23")
    expect(director.locator(".standing-facts .status")).to_have_text("待签收")


def receive_the_order(go):
    assert offered(go("customs")) == []
    assert offered(go("approver")) == ["签收", "申请改派"]
    reporter = go("reporter")
    expect(reporter.locator("#to_receive")).to_contain_text("任务单 2026-23，时限 2026-10-16")
    press(reporter, "签收")  # one click, and one stays
    expect(reporter.locator("#to_receive")).to_have_count(0)
    reporter.goto(f"/tasks/{TASK}/")
    expect(reporter.locator(".standing-facts .status")).to_have_text("办理中")


def report_together(go):
    customs = go("customs")
    customs.locator("#contributions .work-row").get_by_role("link", name="反馈").click()
    customs.get_by_label("配合情况").fill("口岸查验设备已安装。")
    press(customs, "反馈给牵头单位")

    reporter = go("reporter")
    from_home(reporter, "to_report", "填报")
    expect(reporter.locator("#contributions")).to_contain_text("口岸查验设备已安装。")
    expect(reporter.locator("#contributions .part.is-silent")).to_have_count(2)
    reporter.get_by_label("实际进度").fill("60")
    reporter.get_by_label("进展评价").select_option("partial")
    reporter.get_by_label("进展情况").fill("平台一期建成。")
    reporter.locator("#contributions").get_by_role("button", name="取用").first.click()
    expect(reporter.get_by_label("进展情况")).to_have_value(re.compile("平台一期建成。.*口岸查验设备已安装。", re.S))
    expect(reporter.locator("#contributions")).to_contain_text("已写入进展情况")
    sign_and_approve(go, 60)


def sign_and_approve(go, percent):
    approver = go("approver")
    from_home(approver, "to_sign", "核对并报出")
    press(approver, "审签报出")
    expect(approver.get_by_text("待审核").first).to_be_visible()
    supervisor = go("supervisor")
    from_home(supervisor, "to_review", "审核")
    decide(supervisor, "approve")
    supervisor.goto(f"/tasks/{TASK}/")
    expect(supervisor.locator(".standing-progress")).to_contain_text(f"{percent}%")


def move_the_deadline(go):
    reporter = go("reporter", f"/tasks/{TASK}/")
    follow(reporter, "申请延期")
    reporter.get_by_label("申请延至").fill("2026-10-22")
    reporter.get_by_label("延期理由").fill("设备到货推迟，须延后验收。")
    press(reporter, "保存申请")
    expect(reporter.locator("main")).to_contain_text("须由本单位另一位审签人审签报出。")
    approver = go("approver")
    from_home(approver, "extension_drafts", "办理")
    press(approver, "审签报出")

    supervisor = go("supervisor")
    expect(supervisor.locator("#extensions")).to_contain_text("申请延期 6 天，延至 2026-10-22")
    from_home(supervisor, "extensions", "答复")
    supervisor.get_by_label("同意延至").fill("2026-10-21")
    press(supervisor, "同意延期")

    leader = go("leader", f"/tasks/{TASK}/")
    facts = leader.locator(".standing-facts")
    expect(facts.locator("div", has_text="原时限").first).to_contain_text("2026-10-16")
    expect(facts.locator("div", has_text="现时限").first).to_contain_text("2026-10-21")
    leader.locator("main a[href^='/extensions/']").first.click()
    expect(leader.locator("dl.facts").first).to_contain_text(
        re.compile(r"原时限\s*2026-10-16.*申请延至\s*2026-10-22.*同意延至\s*2026-10-21", re.S)
    )


def urge_and_answer(go):
    run_the_office_machine()
    expect(go("reporter", "/notices/").locator("main")).to_contain_text("没有督办通知")  # a draft is the office's alone
    supervisor = go("supervisor")
    from_home(supervisor, "notice_drafts", "签发")
    expect(supervisor.locator("h1")).to_have_text("催办单")
    press(supervisor, "确认发出")
    expect(supervisor.locator("main")).to_contain_text("编号 2026-1")
    run_the_office_machine()

    reporter = go("reporter", "/inbox/")
    expect(reporter.locator("main")).to_contain_text("催办")
    from_home(reporter, "notices", "签收答复")
    press(reporter, "签收")
    assert reporter.get_by_label("办理答复").count() == 0  # the answer is the approver's
    approver = go("approver")
    expect(approver.locator("#notices")).to_contain_text("待答复")
    from_home(approver, "notices", "签收答复")
    approver.get_by_label("办理答复").fill("设备已到货，月底前完成验收。")
    press(approver, "答复")
    director = go("director", "/notices/")
    director.locator("main tbody a").first.click()
    expect(director.locator("main")).to_contain_text("设备已到货，月底前完成验收。")


def report_completion(go):
    reporter = go("reporter", f"/tasks/{TASK}/")
    expect(reporter.locator(".standing-light")).to_contain_text("红灯")
    expect(reporter.locator("#actions")).to_contain_text("由他人办理")
    reporter.locator(f"a[href^='/tasks/{TASK}/report/']").last.click()
    fill_report(reporter, percent=100, progress="平台通过验收，转入运行。")
    sign_and_approve(go, 100)


def ask_for_closing(go):
    approver = go("approver")
    assert "申请办结" in offered(approver)
    reporter = go("reporter", f"/tasks/{TASK}/")
    follow(reporter, "申请办结")
    reporter.get_by_label("办结说明").fill("平台建成并通过验收。")
    press(reporter, "保存草稿")
    reporter.locator("input[type=file]").set_input_files(DELIVERABLE)
    press(reporter, "上传")
    expect(reporter.locator("main")).to_contain_text("验收报告.csv")
    expect(reporter.locator("#actions, main")).to_contain_text("报出前还差")
    for name in ("customs", "tax"):
        unit = go(name)
        from_home(unit, "hearings", "反馈意见")
        unit.get_by_label("同意办结").check()
        press(unit, "反馈意见")


def send_for_a_silent_unit(go):
    reporter = go("reporter")
    from_home(reporter, "closing_drafts", "办理")
    expect(reporter.locator("main")).to_contain_text("过期未答")
    press(reporter, "记为未反馈")
    expect(reporter.locator("main")).to_contain_text("草稿已就绪，等本单位审签人审签报出。")
    approver = go("approver")
    from_home(approver, "closing_drafts", "办理")
    press(approver, "审签报出")


def check_decide_and_sign_off(go):
    supervisor = go("supervisor")
    from_home(supervisor, "closing", "核验")
    assert supervisor.get_by_role("button", name="同意办结").count() == 0
    press(supervisor, "核验通过，请负责人决定")
    director = go("director")
    from_home(director, "closing_decide", "决定")
    press(director, "同意办结")
    expect(director.locator(".page-head")).to_contain_text("超时办结")
    assert offered(director) == ["销号", "回头看重启"]
    follow(director, "销号")
    press(director, "确认销号")
    expect(director.locator(".standing-facts .status")).to_have_text("已销号")
    assert offered(director) == ["回头看重启"]


def read_the_ledger(go):
    """Everything that was done to the case is written, in its order."""
    auditor = go("auditor", "/ledger/?kind=notice")
    assert auditor.locator("td.wide > b").all_inner_texts() == [
        "了结督办通知", "答复督办通知", "签收督办通知", "发出督办通知", "拟督办通知",
    ]  # fmt: skip
    auditor.goto("/ledger/?kind=extension")
    assert auditor.locator("td.wide > b").all_inner_texts() == ["同意延期", "报出延期申请", "填写延期申请"]
    auditor.goto("/ledger/?kind=closing")
    verbs = auditor.locator("td.wide > b").all_inner_texts()
    assert verbs[:4] == ["同意办结", "核验", "审签报出", "记为未反馈"]
    assert verbs.count("反馈意见") == 2
    auditor.goto("/ledger/?kind=task")
    verbs = set(auditor.locator("td.wide > b").all_inner_texts())
    assert {"下达任务单", "签收", "申请办结", "办结", "销号"} <= verbs


def test_a_task_goes_round_from_the_order_to_the_sign_off(go, clock):
    order_the_task(go)
    receive_the_order(go)
    report_together(go)
    clock("2026-09-16 10:00")
    move_the_deadline(go)
    clock("2026-10-22 09:00")
    urge_and_answer(go)
    report_completion(go)
    ask_for_closing(go)
    clock("2026-10-29 09:00")
    send_for_a_silent_unit(go)
    check_decide_and_sign_off(go)
    run_the_office_machine()
    read_the_ledger(go)


@pytest.fixture
def complete(ongoing, people):
    """The task at 100 %, with a closing request that everybody has agreed to, before its deadline."""
    task, period = ongoing(TASK), Period.objects.get(code="2026Q3")
    content = report_content(percent=100)
    report = draft_report(task=task, period=period, content=content, by=people.reporter, now=now())
    approve_report(
        report=submit_report(report=report, by=people.approver, now=now()), by=people.supervisor, now=now()
    )  # fmt: skip
    return closings.hear_all(closings.draft(task, reporter=people.reporter, now=now()), now=now())


def in_english(page):
    press(page, "English")
    page.wait_for_load_state()
    return page


def test_a_task_is_closed_in_time_in_english(go, complete):
    path = f"/closings/{complete.pk}/"
    approver = in_english(go("approver", path))
    expect(approver.locator("h1")).to_have_text("Closing request")
    press(approver, "Sign and send")
    supervisor = in_english(go("supervisor", path))
    press(supervisor, "Pass the check and refer to the director")
    director = in_english(go("director", path))
    press(director, "Agree to closing")
    expect(director.locator(".page-head")).to_contain_text("Completed on time")
    director.goto(f"/tasks/{TASK}/")
    follow(director, "Sign off")
    press(director, "Confirm: Sign off")
    expect(director.locator(".standing-facts .status")).to_have_text("Signed off")
    assert re.findall("[\u4e00-\u9fff]+", director.locator("#actions").inner_text()) == []


def test_without_scripts_units_report_together(go, ongoing):
    ongoing(TASK)
    off = {"java_script_enabled": False}
    customs = go("customs", f"/tasks/{TASK}/", **off)
    customs.locator(f"a[href^='/tasks/{TASK}/contributions/']").first.click()
    customs.get_by_label("配合情况").fill("口岸查验设备已安装。")
    press(customs, "反馈给牵头单位")
    reporter = go("reporter", f"/tasks/{TASK}/", **off)
    reporter.locator(f"a[href^='/tasks/{TASK}/report/']").last.click()
    reporter.get_by_label("实际进度").fill("60")
    reporter.get_by_label("进展情况").fill("平台一期建成。")
    press(reporter, "全部取用")
    expect(reporter.get_by_label("进展情况")).to_have_value(re.compile("一期建成。.*口岸查验设备已安装。", re.S))
    approver = go("approver", **off)
    from_home(approver, "to_sign", "核对并报出")
    press(approver, "审签报出")
    supervisor = go("supervisor", **off)
    from_home(supervisor, "to_review", "审核")
    expect(supervisor.locator("main")).to_contain_text("口岸查验设备已安装。")
    decide(supervisor, "approve")
    expect(supervisor.locator("main")).to_contain_text("已审定")
