from datetime import date

import pytest
import time_machine

from ledger.readers import last_sequence
from tasks.actions import set_calendar_day
from tasks.models import CalendarDay, Task
from tasks.readers.calendar import calendar_with
from tests.cast import PARTS
from tests.factories import NOW, HolidayFactory, TaskFactory

pytestmark = pytest.mark.django_db
PAGE = "/calendar/preview/"
CHANGE = {"day": "2026-12-14", "kind": "holiday", "name": "放假"}
EDITORS = {"supervisor", "director", "administrator"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def judged(cast):
    """A task whose overdue day is 14 December, judged by the calendar that stands."""
    TaskFactory(number=7, lead=cast.lead, due_date=date(2026, 12, 11), percent=100)
    set_calendar_day(day=date(2027, 1, 1), kind="holiday", name="元旦", by=cast.supervisor, now=NOW)
    return Task.objects.get(number=7)


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_calendar_preview_is_for_those_who_keep_the_calendar(cast, client, part):
    client.force_login(getattr(cast, part))
    assert client.get(PAGE, CHANGE).status_code == (200 if part in EDITORS else 403)


def test_calendar_preview_shows_which_lights_move_and_stores_nothing(cast, client, judged):
    client.force_login(cast.supervisor)
    before = last_sequence()
    text = text_of(client.get(PAGE, CHANGE))
    assert judged.title in text
    assert cast.task.title not in text
    assert "2026-12-14" in text
    assert "2026-12-15" in text
    assert "还没有保存。保存后 1 项任务的亮灯日期随之变化" in text
    assert 'type="hidden" name="day" value="2026-12-14"' in text
    assert (CalendarDay.objects.count(), last_sequence()) == (1, before)


def test_calendar_preview_is_what_saving_does(cast, client, judged):
    client.force_login(cast.supervisor)
    text = text_of(client.post("/calendar/", CHANGE, follow=True))
    assert "已保存；1 项任务的亮灯日期随之变化。" in text
    judged.refresh_from_db()
    assert judged.overdue_from == date(2026, 12, 15)


def test_calendar_preview_of_a_change_that_moves_nothing_says_so(cast, client, judged):
    client.force_login(cast.supervisor)
    text = text_of(client.get(PAGE, {**CHANGE, "day": "2026-02-02"}))
    assert "没有任务的亮灯日期会变化。" in text
    assert 'type="submit"' in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": ""}, "调整某一天"),
        ({"day": "胡说"}, "调整某一天"),
        ({"kind": "party"}, "调整某一天"),
        ({"kind": "workday"}, "周一至周五本来就是工作日。"),
    ],
)
def test_calendar_preview_shows_the_form_again_where_something_is_wrong(cast, client, changes, words):
    client.force_login(cast.supervisor)
    response = client.get(PAGE, {**CHANGE, **changes})
    assert response.status_code == 400
    assert words in text_of(response)


def test_calendar_with_changes_one_day_alone(db):
    HolidayFactory(date=date(2026, 10, 1))
    days, monday, saturday = CalendarDay.objects.all(), date(2026, 11, 30), date(2026, 12, 5)
    assert calendar_with(days, day=monday, kind="holiday").holidays == {date(2026, 10, 1), monday}
    assert calendar_with(days, day=saturday, kind="workday").workdays == {saturday}
    assert calendar_with(days, day=date(2026, 10, 1), kind="").holidays == set()
    assert calendar_with(days, day=date(2026, 10, 1), kind="workday").holidays == set()
