from datetime import date

import pytest

from common.errors import InvalidError, NotAllowedError
from ledger.models import Event
from ledger.readers import last_sequence, verify
from tasks.actions import publish_calendar_year, set_calendar_day
from tasks.actions.calendar_years import YearPublishedError
from tasks.models import CalendarDay, CalendarYear
from tests.factories import NOW, HolidayFactory, TaskFactory

HOLIDAY = date(2026, 12, 31)


def set_day(by, **changes):
    return set_calendar_day(**{"day": HOLIDAY, "kind": "holiday", "name": " 元旦 ", "by": by, "now": NOW, **changes})


@pytest.mark.parametrize("part", ["supervisor", "director", "administrator"])
def test_set_calendar_day_keeps_the_day_and_records_who(cast, part):
    set_day(getattr(cast, part))
    day = CalendarDay.objects.get()
    assert (day.date, day.kind, day.name) == (HOLIDAY, "holiday", "元旦")
    event = Event.objects.get(kind="calendar")
    assert (event.key, event.verb, event.actor_id) == ("2026-12-31", "calendar_set", getattr(cast, part).actor_id)
    assert event.changed["kind"] == ["", "holiday"]
    assert verify() == []


def test_set_calendar_day_takes_a_day_back(cast):
    HolidayFactory(date=HOLIDAY)
    set_day(cast.supervisor, kind="")
    assert not CalendarDay.objects.exists()
    assert Event.objects.get(kind="calendar").changed["kind"] == ["holiday", ""]


def test_set_calendar_day_moves_lights_before_it_writes_its_own_event(cast):
    due = date(2026, 12, 30)
    task = TaskFactory(due_date=due, lead=cast.lead, overdue_from=HOLIDAY, red_from=HOLIDAY, red_rule="overdue")
    assert set_day(cast.supervisor) >= 1
    task.refresh_from_db()
    assert task.overdue_from == date(2027, 1, 1)
    assert Event.objects.filter(kind="task", verb="light_moved", reason__contains="2026-12-31").exists()
    assert Event.objects.order_by("-sequence")[0].kind == "calendar"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "party"}, "kind"), ({"kind": "workday"}, "kind")],
)
def test_set_calendar_day_refuses_what_says_nothing(cast, changes, field):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        set_day(cast.supervisor, **changes)
    assert field in refused.value.errors
    assert not CalendarDay.objects.exists()
    assert last_sequence() == before


@pytest.mark.parametrize("part", ["lead_reporter", "lead_approver", "leader", "auditor", "zone_officer"])
def test_set_calendar_day_refuses_everybody_else(cast, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        set_day(getattr(cast, part))
    assert not CalendarDay.objects.exists()
    assert last_sequence() == before


# --- publish_calendar_year ---


def publish(by, source=" 国务院办公厅通知 "):
    return publish_calendar_year(year=2027, source=source, by=by, now=NOW)


@pytest.mark.parametrize("part", ["supervisor", "director", "administrator"])
def test_publish_calendar_year_names_the_notice_and_records_who(cast, part):
    publish(getattr(cast, part))
    assert CalendarDay.objects.as_calendar().is_published(2027)
    event = Event.objects.get(kind="calendar_year", key="2027")
    assert (event.verb, event.actor_id) == ("published", getattr(cast, part).actor_id)
    assert event.state == {"year": 2027, "source": "国务院办公厅通知"}
    assert verify() == []


def test_publish_calendar_year_refuses_twice_and_without_a_source(cast):
    with pytest.raises(InvalidError):
        publish(cast.supervisor, source="  ")
    assert not CalendarYear.objects.exists()
    publish(cast.supervisor)
    before = last_sequence()
    with pytest.raises(YearPublishedError):
        publish(cast.supervisor)
    assert last_sequence() == before


@pytest.mark.parametrize("part", ["lead_approver", "leader", "auditor"])
def test_publish_calendar_year_refuses_everybody_else(cast, part):
    with pytest.raises(NotAllowedError):
        publish(getattr(cast, part))
    assert not CalendarYear.objects.exists()
    assert not Event.objects.exists()
