"""One round of progress, by the people who do it, and one overdue task, as everyone sees it."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from common.clock import now
from supervision.actions import deliver_batch, sweep
from supervision.models import Message
from tasks.models import CalendarDay

pytestmark = pytest.mark.browser


def fill_report(page, *, percent, progress):
    page.get_by_label("实际进度").fill(str(percent))
    page.get_by_label("进展评价").select_option("partial")
    page.locator("textarea[name=progress]").fill(progress)
    page.get_by_role("button", name="保存草稿").last.click()


def decide(page, decision, **texts):
    for name, text in texts.items():
        page.locator(f"textarea[name={name}], input[name={name}]").fill(text)
    page.locator(f"button[name=decision][value={decision}]").click()


def percent_in_api(page, number):
    return page.request.get(f"/api/v1/tasks/{number}/").json()["percent"]


def test_a_report_goes_round_and_its_percent_shows_everywhere(open_page, ongoing):
    task = ongoing(1)
    reporter, approver, supervisor = open_page("reporter"), open_page("approver"), open_page("supervisor")

    reporter.goto("/")
    reporter.locator(f"a[href^='/tasks/{task.number}/report/']").first.click()
    fill_report(reporter, percent=60, progress="完成平台一期建设，转入试运行。")
    expect(reporter.get_by_text("草稿").first).to_be_visible()

    approver.goto("/")
    approver.get_by_role("link", name="核对并报出").click()
    approver.get_by_role("button", name="审签报出").click()
    expect(approver.get_by_text("待审核").first).to_be_visible()

    supervisor.goto("/reviews/")
    supervisor.get_by_role("link", name="审核", exact=True).last.click()
    decide(supervisor, "return", reason="请补充试运行的时间。")

    reporter.goto("/")
    expect(reporter.get_by_text("请补充试运行的时间。")).to_be_visible()
    reporter.get_by_role("link", name="修改").click()
    fill_report(reporter, percent=62, progress="完成平台一期建设，11月起试运行。")

    approver.goto("/")
    approver.get_by_role("link", name="核对并报出").click()
    approver.get_by_role("button", name="审签报出").click()
    supervisor.goto("/reviews/")
    supervisor.get_by_role("link", name="审核", exact=True).last.click()
    decide(supervisor, "approve")

    leader = open_page("leader")
    assert percent_in_api(leader, task.number) == 62
    leader.goto(f"/tasks/{task.number}/")
    expect(leader.get_by_text("62%").first).to_be_visible()
    leader.goto("/tasks/?pillar=1")
    expect(leader.locator("tr", has_text=task.title)).to_contain_text("62%")
    leader.goto("/cockpit/")
    average = leader.locator("main").inner_text()
    assert f"{62 / 45:.1f}" in average or "62" in average
    expect(leader.locator("svg, canvas").first).to_be_visible()


def working_moment():
    return CalendarDay.objects.as_calendar().next_working_moment(now())


def sweep_thrice():
    for _sweep in range(3):
        sweep(now=working_moment())
        deliver_batch(now=working_moment())


def test_an_overdue_task_shows_to_all_and_reminds_each_once(open_page, ongoing, plan):
    task = ongoing(2, begun=300, left=-20)
    sweep_thrice()
    assert not Message.objects.filter(task=task, reason="overdue").exists()  # nobody is urged by the system alone
    supervisor = open_page("supervisor")
    supervisor.goto("/notices/")
    supervisor.locator("main tbody tr", has_text=task.title).locator("a").first.click()
    supervisor.get_by_role("button", name="确认发出").click()
    sweep_thrice()
    overdue = Message.objects.filter(task=task, reason="overdue")
    assert sorted(overdue.values_list("user__username", flat=True)) == [
        "approver",
        "director",
        "reporter",
    ]  # the director gets a copy
    about = [
        each for each in mail.outbox if task.title in each.subject + each.body and "超期" in each.subject + each.body
    ]
    assert sorted(address for each in about for address in each.to) == sorted(
        each.email for each in (plan.approver, plan.director, plan.reporter)
    )

    reporter = open_page("reporter")
    reporter.goto("/")
    expect(reporter.locator("section", has_text="超期").get_by_role("link", name=task.title).first).to_be_visible()
    reporter.goto("/inbox/")
    expect(reporter.get_by_text(task.title).first).to_be_visible()
    supervisor.goto("/overdue/")
    expect(supervisor.get_by_text(task.title).first).to_be_visible()
    late = supervisor.request.get("/api/v1/overdue/").json()
    assert [(each["number"], each["overdue_days"]) for each in late] == [(task.number, 20)]
    (row,) = supervisor.request.get("/api/v1/tasks/?overdue=true").json()["results"]
    assert (row["number"], row["light"]["colour"]) == (task.number, "red")


def test_the_second_editor_sees_the_first_ones_text_and_loses_none(open_page, ongoing):
    task = ongoing(1)
    first, second = open_page("reporter"), open_page("approver")
    first.goto(f"/tasks/{task.number}/report/")
    fill_report(first, percent=60, progress="甲的初稿。")
    first.goto(f"/tasks/{task.number}/report/")
    second.goto(f"/tasks/{task.number}/report/")
    fill_report(first, percent=61, progress="甲的第二稿。")
    fill_report(second, percent=62, progress="乙的稿子。")
    expect(second.get_by_text("甲的第二稿。").first).to_be_visible()
    expect(second.get_by_label("进展情况")).to_have_value("乙的稿子。")
