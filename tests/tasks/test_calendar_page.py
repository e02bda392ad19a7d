from datetime import date

import pytest
import time_machine

from ledger.readers import last_sequence
from tasks.models import CalendarDay, CalendarYear
from tasks.readers.calendar import calendar_year
from tests.cast import PARTS
from tests.factories import NOW, TODAY, HolidayFactory

PAGE = "/calendar/"
EDITORS = {"supervisor", "director", "administrator"}


@pytest.fixture
def notice(db):
    """The arrangement of 2026, as far as these tests need it."""
    CalendarYear.objects.create(year=2026, source="国务院办公厅通知")
    HolidayFactory(date=date(2026, 10, 1), name="国庆节", name_en="National Day")
    CalendarDay.objects.create(date=date(2026, 10, 10), kind="workday", name="国庆节调休上班")


@pytest.fixture
def office(cast, client):
    client.force_login(cast.supervisor)
    return client


def cells_of(year):
    days = (cell for month in year["months"] for week in month["weeks"] for cell in week if cell)
    return {cell["date"]: cell for cell in days}


# --- the reader ---


@pytest.mark.parametrize(("number", "days"), [(2026, 365), (2028, 366)])
def test_calendar_year_holds_every_day_once(notice, number, days):
    year = calendar_year(CalendarDay.objects.all(), year=number, on=TODAY)
    assert len(cells_of(year)) == days
    assert len(year["months"]) == 12
    assert all(len(week) == 7 for month in year["months"] for week in month["weeks"])


def test_calendar_year_marks_days_off_and_worked(notice):
    year = calendar_year(CalendarDay.objects.all(), year=2026, on=TODAY)
    cells = cells_of(year)
    assert (cells[date(2026, 10, 1)]["mark"], cells[date(2026, 10, 1)]["name"]) == ("休", "国庆节")
    assert (cells[date(2026, 10, 10)]["mark"], cells[date(2026, 10, 10)]["kind"]) == ("班", "workday")
    assert cells[date(2026, 10, 11)]["is_weekend"]
    assert cells[TODAY]["is_today"]
    assert (year["holidays"], year["workdays"], year["worked"]) == (1, 1, 261)
    assert (year["is_published"], year["source"]) == (True, "国务院办公厅通知")


def test_calendar_year_costs_four_queries(notice, django_assert_num_queries):
    with django_assert_num_queries(4):
        calendar_year(CalendarDay.objects.all(), year=2026, on=TODAY)


# --- the page ---


@pytest.mark.parametrize("part", PARTS)
def test_calendar_is_read_by_all_who_read_tasks_and_edited_by_few(cast, client, notice, part):
    client.force_login(getattr(cast, part))
    response = client.get(PAGE, {"year": "2026"})
    data = {"day": "2026-12-31", "kind": "holiday", "name": "元旦"}
    if part == "auditor":
        assert response.status_code == client.post(PAGE, data).status_code == 403
        return
    text = response.content.decode()
    assert "2026年工作日历" in text
    assert "依据：国务院办公厅通知" in text
    assert ("调整某一天" in text) == (part in EDITORS)
    assert client.post(PAGE, data).status_code == (302 if part in EDITORS else 403)
    assert CalendarDay.objects.filter(date=date(2026, 12, 31)).exists() == (part in EDITORS)


@time_machine.travel(NOW, tick=False)
def test_calendar_opens_at_this_year_with_its_neighbours(office, notice):
    response = office.get(PAGE)
    text = response.content.decode()
    assert response.context["year"] == 2026
    assert 'rel="prev" href="?year=2025"' in text
    assert 'rel="next" href="?year=2027"' in text
    assert 'aria-current="date"' in text


def test_calendar_says_loudly_that_a_year_is_not_published(office, notice):
    assert "2027年节假日安排尚未公布，暂按周一至周五计算" in office.get(PAGE, {"year": "2027"}).content.decode()
    assert "尚未公布" not in office.get(PAGE, {"year": "2026"}).content.decode()


@pytest.mark.parametrize("year", ["0", "1999", "99999999999", "next", "2026.5"])
def test_calendar_of_no_such_year_is_not_found(office, year):
    assert office.get(PAGE, {"year": year}).status_code == 404


@pytest.mark.parametrize(("year", "rel"), [("2019", "prev"), ("2099", "next")])
def test_calendar_ends_where_the_years_end(office, year, rel):
    assert f'rel="{rel}"' not in office.get(PAGE, {"year": year}).content.decode()


@pytest.mark.parametrize("day", ["2027-10-01", "20271001", "2027.10.1", "２０２７年１０月１日"])
def test_calendar_sets_a_day_however_it_is_written(office, day):
    response = office.post(PAGE, {"day": day, "kind": "holiday", "name": "国庆节"})
    assert response.url == "/calendar/?year=2027"
    assert CalendarDay.objects.get().date == date(2027, 10, 1)


def test_calendar_takes_a_day_back(office, notice):
    office.post(PAGE, {"day": "2026-10-01", "kind": ""})
    assert not CalendarDay.objects.filter(date=date(2026, 10, 1)).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "国庆"}, "day"),
        ({"day": ""}, "day"),
        ({"kind": "party"}, "kind"),
        ({"kind": "workday"}, "kind"),  # a Wednesday
        ({"name": "长" * 41}, "name"),
    ],
)
def test_calendar_says_what_is_wrong_and_changes_nothing(office, changes, field):
    before = last_sequence()
    response = office.post(PAGE, {"day": "2026-11-18", "kind": "holiday", "name": "名", **changes})
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not CalendarDay.objects.exists()
    assert last_sequence() == before


# --- a year's notice ---


def test_calendar_registers_a_published_year(office):
    assert "登记已公布的安排" in office.get(PAGE, {"year": "2027"}).content.decode()
    text = office.post("/calendar/2027/publish/", {"source": "国办发明电"}, follow=True).content.decode()
    assert "依据：国办发明电" in text
    assert "尚未公布" not in text
    assert office.post("/calendar/2027/publish/", {"source": "又一次"}).status_code == 409
    assert office.post("/calendar/2028/publish/", {"source": ""}).status_code == 400
    assert office.post("/calendar/1999/publish/", {"source": "早"}).status_code == 404
    assert office.get("/calendar/2027/publish/").status_code == 405


@pytest.mark.parametrize("part", [part for part in PARTS if part not in EDITORS])
def test_calendar_registers_a_year_for_nobody_else(cast, client, part):
    client.force_login(getattr(cast, part))
    assert client.post("/calendar/2027/publish/", {"source": "国办发明电"}).status_code == 403
    assert not CalendarYear.objects.exists()
