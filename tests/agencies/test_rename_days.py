"""A name entered ahead of its day, and names as they were on other days."""

from datetime import date, timedelta

import pytest
import time_machine

from agencies import jobs
from agencies.actions import rename_agency, take_up_names
from agencies.models import Agency, AgencyName
from agencies.readers import NameBook, name_history, name_on, names_on
from ledger.actors import SYSTEM
from ledger.models import Event
from ledger.readers import last_sequence, verify
from tests.factories import NOW, TODAY, AgencyFactory

NEW = {"name": "自治区商务委", "short_name": "商务委", "name_en": "Commerce Commission", "basis": "桂编〔2026〕1号"}
DAY = TODAY + timedelta(days=10)


@pytest.fixture
def lead(cast):
    """The lead unit, with the name of the plan's day."""
    texts = {name: getattr(cast.lead, name) for name in ("name", "short_name", "name_en")}
    AgencyName.objects.create(agency=cast.lead, valid_from=date(2020, 1, 22), basis="方案", **texts)
    return cast.lead


@pytest.fixture
def ahead(cast, lead):
    return rename_agency(agency=lead, valid_from=DAY, by=cast.director, now=NOW, **NEW)


def fresh(agency):
    return Agency.objects.get(pk=agency.pk)


def test_rename_agency_ahead_changes_nothing_today(ahead):
    assert fresh(ahead).full_label == "单位lead-unit"
    event = Event.objects.get(verb="renamed")
    assert "name" not in event.changed
    assert event.state["named"]["valid_from"] == DAY.isoformat()


@pytest.mark.parametrize(("days", "name"), [(-1, "单位lead-unit"), (0, "自治区商务委"), (3, "自治区商务委")])
def test_take_up_names_waits_for_the_day(ahead, days, name):
    taken = take_up_names(by=SYSTEM, now=NOW + timedelta(days=10 + days))
    assert fresh(ahead).name == name
    assert [each.pk for each in taken] == ([] if days < 0 else [ahead.pk])


def test_take_up_names_records_what_changed_once(ahead):
    later = NOW + timedelta(days=10)
    take_up_names(by=SYSTEM, now=later)
    assert take_up_names(by=SYSTEM, now=later) == []
    event = Event.objects.get(verb="name_taken_up")
    assert event.changed["name"] == ["单位lead-unit", "自治区商务委"]
    assert (event.actor_id, event.key) == ("system", "lead-unit")
    assert verify() == []


def test_take_up_names_takes_only_the_newest_after_an_outage(cast, ahead):
    rename_agency(
        agency=ahead, valid_from=DAY + timedelta(days=5), by=cast.director, now=NOW, **{**NEW, "name": "更新的名称"}
    )
    take_up_names(by=SYSTEM, now=NOW + timedelta(days=40))
    assert fresh(ahead).name == "更新的名称"
    assert Event.objects.filter(verb="name_taken_up").count() == 1


def test_take_up_names_leaves_units_without_dated_names(cast):
    before = last_sequence()
    assert take_up_names(by=SYSTEM, now=NOW) == []
    assert last_sequence() == before


def test_the_job_takes_names_up(ahead):
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        jobs.take_up_names()
    assert fresh(ahead).name == "自治区商务委"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 1, 22), "单位lead-unit"),
        (DAY - timedelta(days=1), "单位lead-unit"),
        (DAY, "自治区商务委"),
        (date(2019, 1, 1), "单位lead-unit"),  # before the first dated name: the one kept on the unit
    ],
)
def test_name_on_is_the_name_of_the_day(ahead, day, name):
    assert name_on(ahead, day).name == name


def test_name_on_still_tells_the_old_name_after_the_change(ahead):
    take_up_names(by=SYSTEM, now=NOW + timedelta(days=10))
    assert name_on(ahead, TODAY).full_label == "单位lead-unit"


@pytest.mark.parametrize("number", [1, 30])
def test_names_on_costs_two_queries_whatever_the_number(db, number, django_assert_num_queries):
    codes = [each.code for each in AgencyFactory.create_batch(number)]
    with django_assert_num_queries(2):
        assert names_on(codes, TODAY).keys() == set(codes)


def test_name_book_names_an_unknown_code_by_itself(db):
    assert NameBook().on("gone", TODAY).label == "gone"


def test_name_history_says_which_name_stands(ahead):
    assert [row["standing"] for row in name_history(ahead.code, on=TODAY)] == ["coming", "current"]
    assert [row["standing"] for row in name_history(ahead.code, on=DAY)] == ["current", "former"]
