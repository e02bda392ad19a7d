"""The pages of 批量办理: choose, say what, preview, do, look, undo."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.readers import last_sequence
from tasks.actions import change_many
from tasks.models import BulkChange, Task
from tests.cast import PARTS
from tests.factories import NOW, TaskFactory

DEADLINES = "/bulk/new/deadlines/"
DATES = {"start_date": "2026-01-01", "due_date": "2027.03.31", "basis": "office", "reason": "统一调整", "note": ""}
QUERIES = {"/bulk/new/": 16, "/bulk/": 9}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, cast):
    client.force_login(cast.supervisor)
    return client


@pytest.fixture
def two(cast):
    TaskFactory(number=2, lead=cast.lead, status="stopped")
    return [1, 2]


def text(response):
    return " ".join(response.content.decode().split())


def due(number=1):
    return Task.objects.get(number=number).due_date


def confirm(office, address, data):
    """Preview, then confirm exactly that."""
    preview = office.post(address, data)
    assert preview.status_code == 200
    return office.post(address, {**data, "confirm": "1", "previewed": preview.context["previewed"]}, follow=True)


@pytest.mark.parametrize("part", PARTS)
def test_bulk_is_for_those_who_set_tasks_up(cast, client, part):
    client.force_login(getattr(cast, part))
    expected = 200 if part in {"supervisor", "director"} else 403
    for address in ("/bulk/", "/bulk/new/", f"{DEADLINES}?task=1"):
        assert client.get(address).status_code == expected


def test_choose_narrows_and_ticks(cast, office, two):
    assert "任务2" in text(office.get("/bulk/new/"))
    narrowed = text(office.get("/bulk/new/?status=ongoing&pillar=&lead=&all=1"))
    assert "任务2" not in narrowed
    assert 'value="1" id="task-1" checked' in narrowed


def test_choose_of_nothing_says_what_to_do(office):
    assert "没有符合条件的任务" in text(office.get("/bulk/new/?status=suspended"))


def test_change_of_no_task_goes_back_to_choosing(office):
    response = office.get(DEADLINES, follow=True)
    assert response.redirect_chain == [("/bulk/new/", 302)]
    assert "请先勾选任务。" in text(response)


def test_change_takes_all_that_the_list_shows_under_its_filters(cast, office, two):
    TaskFactory(number=3, lead=cast.co)
    response = office.get(f"{DEADLINES}?filters=status%3Dongoing%26layout%3Dboard")
    assert [task.number for task in response.context["tasks"]] == [1, 3]
    assert office.get(f"{DEADLINES}?filters=colour%3Dred").status_code == 302


def test_change_of_a_kind_that_is_none_is_not_found(office):
    assert office.get("/bulk/new/nonsense/?task=1").status_code == 404


def test_change_previews_each_row_and_does_nothing_yet(office, two):
    before = last_sequence()
    shown = text(office.post(DEADLINES, {**DATES, "task": two}))
    for words in ("预览：还没有办理", "2027-03-31 办公室确定", "任务已结束", "确认办理"):
        assert words in shown
    assert due() == date(2026, 12, 31)
    assert (last_sequence(), BulkChange.objects.count()) == (before, 0)


def test_change_that_no_task_takes_cannot_be_confirmed(office, two):
    shown = text(office.post(DEADLINES, {**DATES, "task": [2]}))
    assert "没有一项可以这样办理" in shown
    assert "确认办理" not in shown


def test_change_is_done_when_confirmed_with_a_result_for_each(office, two):
    shown = text(confirm(office, DEADLINES, {**DATES, "task": two}))
    assert due() == date(2027, 3, 31)
    for words in ("2 项中办成 1 项", "任务已结束", "撤销这次办理"):
        assert words in shown


def test_change_that_differs_from_its_preview_is_previewed_again(office):
    data = {**DATES, "task": [1]}
    preview = office.post(DEADLINES, data)
    other = {**data, "due_date": "2027-06-30", "confirm": "1", "previewed": preview.context["previewed"]}
    assert "预览：还没有办理" in text(office.post(DEADLINES, other))
    assert due() == date(2026, 12, 31)


def test_change_shows_what_is_wrong_at_its_field(office):
    response = office.post(DEADLINES, {**DATES, "task": [1], "due_date": "月底吧"})
    assert response.status_code == 400
    assert "due_date" in response.context["form"].errors


def test_change_previews_no_reason_that_is_too_long_to_be_kept(office):
    entered = {**DATES, "task": [1], "reason": "长" * 201}
    response = office.post(DEADLINES, entered)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["reason"]


def test_change_offers_no_date_of_the_plans(office):
    assert "方案规定</option>" not in text(office.get(f"{DEADLINES}?task=1"))


def test_milestones_are_set_for_many(cast, office):
    TaskFactory(number=2, lead=cast.lead)
    data = {
        "task": [1, 2], "reason": "", "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-name": "初稿",
        "form-0-due_on": "2026-06-30", "form-0-planned_percent": "50",
    }  # fmt: skip
    shown = text(confirm(office, "/bulk/new/milestones/", data))
    assert "2026-06-30 初稿 50%" in shown
    assert [each.milestones.count() for each in Task.objects.filter(number__in=[1, 2])] == [1, 1]


def test_cycle_is_set_for_many_and_taken_back(office):
    response = confirm(office, "/bulk/new/cycle/", {"task": [1], "cycle": "month", "reason": ""})
    assert Task.objects.get(number=1).cycle == "month"
    change = BulkChange.objects.get()
    assert response.redirect_chain == [(f"/bulk/{change.pk}/", 302)]
    shown = text(office.post(f"/bulk/{change.pk}/undo/", follow=True))
    assert Task.objects.get(number=1).cycle == ""
    assert "已撤销 1 项" in shown
    assert office.post(f"/bulk/{change.pk}/undo/").status_code == 409


def test_bulk_lists_what_was_done(cast, office):
    assert "还没有批量办理过" in text(office.get("/bulk/"))
    change_many(
        kind="cycle", tasks=Task.objects.all(), values={"cycle": "half"}, reason="专题会议", by=cast.director, now=NOW
    )
    for words in ("设定报送周期", "1 项中办成 1 项", "专题会议", cast.director.name):
        assert words in text(office.get("/bulk/"))


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("address", QUERIES)
def test_bulk_costs_the_same_whatever_the_number(cast, office, address, count):
    for _each in range(count):
        TaskFactory(lead=cast.lead)
        change_many(
            kind="cycle", tasks=Task.objects.filter(number=1), values={"cycle": "half"}, by=cast.director, now=NOW
        )
    with CaptureQueriesContext(connection) as queries:
        office.get(address)
    assert len(queries) <= QUERIES[address]
