"""从 Excel 粘贴: every row previewed, all of them done or none."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.readers import last_sequence
from tasks.actions import Entry, PasteRefusedError, paste_many, set_cycle
from tasks.models import BulkChange, Task
from tests.factories import NOW, TaskFactory
from tests.races import at_once, codes

PAGE = "/bulk/paste/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, cast):
    TaskFactory(number=2, lead=cast.lead)
    TaskFactory(number=3, lead=cast.lead, planned=True)
    TaskFactory(number=4, lead=cast.lead, status="stopped")
    client.force_login(cast.supervisor)
    return client


def sheet(*lines):
    return {"text": "\n".join(lines), "basis": "office", "reason": "统一调整"}


def text(response):
    return " ".join(response.content.decode().split())


def due():
    return dict(Task.objects.order_by("number").values_list("number", "due_date"))


def confirm(office, data, preview):
    shown = preview.context
    return office.post(
        PAGE, {**data, "confirm": "1", "previewed": shown["previewed"], "versions": shown["versions"]}, follow=True
    )


def test_paste_previews_each_row_and_does_nothing_yet(office):
    before = last_sequence()
    response = office.post(PAGE, sheet("序号\t时限\t任务名称", "1\t2026-11-17\tx", "2\t2026-12-31\ty"))
    first, second = response.context["rows"]
    assert (first["is_changed"], second["is_changed"]) == (True, False)
    assert [each["colour"] for each in first["lights"]] == ["green", "red"]
    shown = text(response)
    for words in ("要改 1 行，不变 1 行，有误 0 行", "<del>2026-12-31</del>", "<ins>2026-11-17</ins>", "没有采用的列"):
        assert words in shown
    assert (last_sequence(), BulkChange.objects.count(), due()[1]) == (before, 0, date(2026, 12, 31))


def test_paste_is_done_when_confirmed_and_can_be_undone(office):
    data = sheet("序号\t起始时间\t时限\t依据", "1\t\t20270331\t", "2\t\t\t", "3\t20260101\t12月底\t牵头单位方案")
    response = confirm(office, data, office.post(PAGE, data))
    assert "2 项中办成 2 项" in text(response)
    assert due() == {1: date(2027, 3, 31), 2: date(2026, 12, 31), 3: date(2026, 12, 31), 4: due()[4]}
    assert Task.objects.get(number=3).due_basis == "lead"
    office.post(f"/bulk/{BulkChange.objects.get().pk}/undo/")
    assert (due()[1], due()[3]) == (date(2026, 12, 31), None)


def test_paste_with_one_wrong_row_writes_none_and_keeps_the_text(office):
    data = sheet("序号\t时限", "1\t20270331", "4\t20270331", "99\t20270331", "3\t20270331", "2\t下月")
    preview = office.post(PAGE, data)
    shown = text(preview)
    for words in ("任务已结束", "没有第 99 项任务。", "任务还没有这个日期", "不是日期", "99 20270331"):
        assert words in shown
    assert not preview.context["can_confirm"]
    confirm(office, data, preview)
    assert (due()[1], BulkChange.objects.count()) == (date(2026, 12, 31), 0)


def test_paste_after_somebody_elses_change_writes_nothing_and_shows_it(cast, office):
    data = sheet("序号\t时限", "1\t20270331", "2\t20270331")
    preview = office.post(PAGE, data)
    set_cycle(task=Task.objects.with_lead().get(number=2), cycle="month", by=cast.director, now=NOW)
    response = confirm(office, data, preview)
    assert response.status_code == 409
    assert [row["has_moved"] for row in response.context["rows"]] == [False, True]
    assert "全部没有写入" in text(response)
    assert (due()[1], due()[2]) == (date(2026, 12, 31), date(2026, 12, 31))
    assert confirm(office, data, response).status_code == 200
    assert due()[1] == date(2027, 3, 31)


def test_paste_that_differs_from_its_preview_is_previewed_again(office):
    data = sheet("1\t20270331")
    response = confirm(office, {**data, "text": "1\t20270630"}, office.post(PAGE, data))
    assert "预览：还没有办理" in text(response)
    assert due()[1] == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": "", "basis": "office", "reason": "x"}, "请先从 Excel 复制"),
        ({"text": "1\t20270331", "basis": "office", "reason": ""}, "请写明为什么这样设定。"),
        ({"text": "名称\t时限\nx\ty", "basis": "office", "reason": "x"}, "没有“序号”一列"),
    ],
)
def test_paste_says_what_is_wrong_with_the_whole(office, data, words):
    response = office.post(PAGE, data)
    assert response.status_code == 400
    assert words in text(response)


def test_paste_of_milestones_and_cycles(office):
    for data, done in (
        (sheet("序号\t节点", "1\t2026-06-30 印发方案 40%；2026-12-31 建成平台 80%"), "2026-06-30 印发方案 40%"),
        (sheet("序号\t报送周期", "1\t按月"), "按月"),
    ):
        assert done in text(confirm(office, data, office.post(PAGE, data)))
    assert (Task.objects.get(number=1).milestones.count(), Task.objects.get(number=1).cycle) == (2, "month")


def test_paste_reads_the_tasks_once_for_many_rows(cast, office):
    def count(*lines):
        with CaptureQueriesContext(connection) as queries:
            assert office.post(PAGE, sheet("序号\t时限", *lines)).status_code == 200
        return sum(1 for each in queries if each["sql"].startswith("SELECT") and '"tasks_task"."title"' in each["sql"])

    for number in range(5, 35):
        TaskFactory(number=number, lead=cast.lead)
    same = [f"{number}\t2026-12-31" for number in range(5, 35)]
    assert count(*same) <= count(same[0]) + 2 * 29  # the action reads each row again once its lock is held


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_paste_twice_at_once_is_done_once(cast):
    entry = Entry(
        task=cast.task.pk,
        version=cast.task.version,
        values={"start_date": date(2026, 1, 1), "due_date": date(2027, 3, 31), "basis": "office"},
    )

    def paste(version=entry.version):
        again = Entry(task=entry.task, version=version, values=entry.values)
        return paste_many(kind="deadlines", entries=[again], reason="统一调整", by=cast.supervisor, now=NOW)

    assert codes(at_once(paste, paste)) == ["done", PasteRefusedError.code]
    assert Task.objects.get(number=1).slip_count == 1
