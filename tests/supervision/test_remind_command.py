import re
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from ledger.models import Event
from progress.models import Period
from supervision.actions import confirm_notice, deliver_batch, sweep
from supervision.models import Delivery, Message
from tasks.models import Task
from tests.factories import NOW, AgencyFactory, TaskFactory
from tests.supervision.urging import drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def late_task(cast):
    return TaskFactory(number=2, lead=cast.lead, overdue=True, cycle="quarter")


@pytest.fixture
def near_task(cast):
    return TaskFactory(number=2, lead=cast.lead, due_date=date(2026, 11, 19), cycle="quarter")


def remind(*arguments, now=NOW):
    out = StringIO()
    with time_machine.travel(now, tick=False):
        call_command("remind", *arguments, stdout=out)
    return out.getvalue()


def width(text):
    return sum(2 if "\u2e80" <= letter <= "\uffef" else 1 for letter in text)


def test_remind_dry_run_prints_who_gets_what_and_why(cast, near_task):
    printed = remind("--dry-run")
    line = next(line for line in printed.splitlines() if "姓名lead_reporter" in line)
    for words in ("临期提示", "2 任务2", "单位lead-unit", "将送达", "办理时限为 2026-11-19，还有 1 个工作日。"):
        assert words in line
    assert "共 2 人次，将送达 4 条。" in printed


def test_remind_dry_run_names_the_notices_that_wait_or_would_be_drafted(cast, late_task):
    assert "将拟稿：任务2的催办通知（时限 2026-10-30）。" in remind("--dry-run")
    urge_draft = drafted(late_task)
    assert "待签发：任务2的催办通知（时限 2026-10-30）。" in remind("--dry-run")
    confirm_notice(notice=urge_draft, demand="请抓紧。", by=cast.supervisor, now=NOW)
    printed = remind("--dry-run")
    assert "姓名director（抄送）" in printed
    assert "编号 2026-1：办理时限为 2026-10-30，已超期 19 天。" in printed


def test_remind_dry_run_stands_in_columns(cast, near_task):
    heading, *rows = remind("--dry-run").splitlines()[1:4]
    starts = {word: width(heading[: heading.index(word)]) for word in ("任务", "收件人", "单位", "站内消息", "事由")}
    for row in rows:
        assert width(row[: row.index("办理时限")]) == starts["事由"]
        assert width(row[: row.index("姓名")]) == starts["收件人"]


def test_remind_dry_run_changes_nothing(late_task):
    before = (Period.objects.count(), Event.objects.count())
    remind("--dry-run")
    assert (Period.objects.count(), Event.objects.count()) == before
    assert not Delivery.objects.exists()
    assert not mail.outbox


def test_remind_dry_run_says_the_same_as_the_sweep_does(cast, near_task):
    TaskFactory(number=3, lead=cast.lead, due_date=NOW.date(), cycle="quarter")
    printed = remind("--dry-run")
    assert int(re.search(r"将送达 (\d+) 条", printed)[1]) == sweep(now=NOW).created == 8


def test_remind_dry_run_tells_what_has_gone_out_already(cast, near_task):
    cast.lead_approver.email = ""
    cast.lead_approver.save()
    sweep(now=NOW)
    deliver_batch(now=NOW)
    printed = remind("--dry-run")
    assert "共 2 人次，将送达 0 条。" in printed
    assert printed.count("已送达") == 3
    assert printed.count("无邮箱") == 1


def test_remind_dry_run_on_a_day_to_come(cast, late_task):
    printed = remind("--dry-run", "--on", "2026-12-24")
    assert "2026-12-24 的提醒" in printed
    assert "2026年第4季度进展最迟 2026-12-25 报送，还有 1 个工作日。" in printed
    assert "将拟稿：任务2的催办通知" in printed


def test_remind_dry_run_knows_a_period_that_nobody_has_opened(cast):
    printed = remind("--dry-run", "--on", "2027-03-24")
    assert "2027年第1季度进展最迟 2027-03-25 报送，还有 1 个工作日。" in printed


def test_remind_dry_run_on_a_day_off_says_when(near_task):
    Task.objects.filter(pk=near_task.pk).update(due_date=date(2026, 11, 23))
    assert "现在不是工作时间，2026-11-23 08:30 起送达。" in remind("--dry-run", "--on", "2026-11-22")


def test_remind_dry_run_with_nothing_due_says_so(cast):
    assert remind("--dry-run").splitlines()[1:] == ["共 0 人次，将送达 0 条。"]


def test_remind_dry_run_names_tasks_that_nobody_is_told_of(cast):
    TaskFactory(number=2, lead=AgencyFactory(), due_date=NOW.date())
    assert "无人可送：任务2的牵头单位没有在用的填报员或审签人。" in remind("--dry-run")


def test_remind_sends_and_says_what(near_task):
    printed = remind()
    assert "新增 4 条" in printed
    assert "送达站内消息 2 条" in printed
    assert (Message.objects.count(), len(mail.outbox)) == (2, 2)
    again = remind()
    assert "新增 0 条" in again
    assert "送达站内消息 0 条" in again


def test_remind_says_what_it_has_drafted(late_task):
    assert "督办通知拟稿 1 份，撤下 0 份，了结 0 份；通报拟稿 0 份。" in remind()


def test_remind_at_night_says_when_it_will_send(near_task):
    printed = remind(now=NOW.replace(hour=21))
    assert "现在不是工作时间，2026-11-19 08:30 起送达。" in printed
    assert not Message.objects.exists()


@pytest.mark.parametrize("word", ["tomorrow", "2026-13-01", "2026-02-30", "31.12.2026"])
def test_remind_refuses_what_is_no_date(word):
    with pytest.raises(CommandError, match="不是日期"):
        remind("--dry-run", "--on", word)


def test_remind_refuses_to_send_as_if_on_another_day(late_task):
    with pytest.raises(CommandError, match="--dry-run"):
        remind("--on", "2026-12-28")
    assert not Delivery.objects.exists()
