from datetime import date

import pytest

from ledger.actors import SYSTEM
from ledger.models import Event
from progress.actions import open_period, open_periods
from progress.models import Period
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_open_periods_makes_this_quarter_and_the_one_before(db):
    open_periods(on=date(2026, 2, 3), by=SYSTEM, now=NOW)
    assert set(Period.objects.values_list("code", flat=True)) == {"2025Q4", "2026Q1"}
    assert Event.objects.filter(kind="period", verb="opened").count() == 2


def test_open_periods_a_second_time_changes_nothing(db):
    open_periods(on=NOW.date(), by=SYSTEM, now=NOW)
    assert open_periods(on=NOW.date(), by=SYSTEM, now=NOW) == []
    assert (Period.objects.count(), Event.objects.count()) == (2, 2)


def test_open_period_leaves_dates_that_stand(db):
    period = open_period(year=2026, quarter=4, by=SYSTEM, now=NOW)
    Period.objects.update(locks_on=date(2027, 2, 1))
    assert open_period(year=2026, quarter=4, by=SYSTEM, now=NOW).locks_on == date(2027, 2, 1)
    assert period.code == "2026Q4"
