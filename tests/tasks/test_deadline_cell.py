"""时限 changed in the list: the form under a row, what is wrong with it, two people at once, and the way back."""

from datetime import date

import pytest
import time_machine

from tasks.actions import set_deadline
from tasks.models import Task
from tests.factories import NOW, TaskFactory

CELL = "/tasks/1/deadline/cell/"
DATES = {"start_date": "2026-01-01", "due_date": "2027.3.31", "basis": "office", "note": "", "reason": "核定后调整"}
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/tasks/?columns=due,slips"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, cast):
    client.force_login(cast.supervisor)
    return client


def text(response):
    return " ".join(response.content.decode().split())


def stands():
    return Task.objects.get(number=1)


def test_deadline_cell_opens_with_what_stands(office):
    shown = text(office.get(CELL, **HTMX))
    for words in ('colspan="5"', 'value="2026-12-31"', 'name="reason"', f'name="version" value="{stands().version}"'):
        assert words in shown


@pytest.mark.parametrize("address", ["http://[x", "%00", "http://testserver/tasks/#x?columns=due"])
def test_deadline_cell_asked_from_nowhere_shows_the_usual_columns(office, address):
    response = office.get(CELL, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=address)
    assert 'colspan="10"' in text(response)


def test_deadline_cell_without_script_is_the_deadlines_own_page(office):
    assert office.get(CELL).headers["Location"] == "/tasks/1/deadline/"


def test_deadline_cell_stores_and_gives_the_row_as_it_is_now_in_the_columns_in_sight(office):
    response = office.post(CELL, {**DATES, "version": stands().version}, **HTMX)
    assert stands().due_date == date(2027, 3, 31)
    shown = text(response)
    for words in (
        "时限已保存。",
        'id="row-1"',
        'hx-swap-oob="true"',
        "2027-03-31",
        "原 2026-12-31 · 后移 1 次",
        "撤销",
    ):
        assert words in shown
    assert [each["code"] for each in response.context["columns"]] == ["number", "title", "due", "slips"]


def test_deadline_cell_says_what_is_wrong_and_keeps_what_was_typed(office):
    for wrong in ({"due_date": "月底吧"}, {"reason": ""}, {"start_date": "2028-01-01"}):
        response = office.post(CELL, {**DATES, **wrong, "version": stands().version}, **HTMX)
        assert response.status_code == 400
        name = next(iter(wrong))
        assert name in response.context["form"].errors
        assert "field-errors" in text(response)
    assert stands().due_date == date(2026, 12, 31)


def test_deadline_cell_shows_both_versions_and_lets_one_win(cast, office):
    read = stands().version
    set_deadline(
        task=cast.task, start_date=date(2026, 1, 1), due_date=date(2027, 6, 30), basis="office", reason="另有安排",
        by=cast.director, now=NOW,
    )  # fmt: skip
    response = office.post(CELL, {**DATES, "version": read}, **HTMX)
    assert response.status_code == 412
    shown = text(response)
    for words in ("2027-03-31", "2027-06-30", "用我的", "保留现在的", 'id="row-1"'):
        assert words in shown
    assert stands().due_date == date(2027, 6, 30)
    again = office.post(CELL, {**DATES, "version": response.context["form"]["version"].value()}, **HTMX)
    assert again.status_code == 200
    assert stands().due_date == date(2027, 3, 31)


def test_deadline_cell_takes_back_what_it_stored_unless_the_task_moved_on(cast, office):
    office.post(CELL, {**DATES, "version": stands().version}, **HTMX)
    stored = stands().version
    assert "已撤销" in text(office.post(CELL, {"undo": stored}, **HTMX))
    assert (stands().due_date, stands().slip_count) == (date(2026, 12, 31), 0)
    again = office.post(CELL, {"undo": stored}, **HTMX)
    assert again.status_code == 409
    assert "不能撤销" in text(again)


def test_deadline_cell_is_for_the_office_and_for_tasks_that_are_open(cast, client, office):
    TaskFactory(number=2, lead=cast.lead, status="stopped")
    assert office.get("/tasks/2/deadline/cell/", **HTMX).status_code == 409
    client.force_login(cast.lead_approver)
    assert client.post(CELL, {**DATES, "version": stands().version}, **HTMX).status_code == 403
