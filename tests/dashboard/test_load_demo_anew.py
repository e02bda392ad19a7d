"""Loading the demonstration: on awkward days, where somebody works, and when it breaks off."""

from collections import Counter
from datetime import date, datetime
from io import StringIO

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from agencies.models import User
from agencies.roles import Role
from dashboard.demo import load_demo
from dashboard.demo.cases import read_cases
from ledger.actors import SYSTEM
from ledger.models import Event
from ledger.readers import verify
from progress.models import Report
from tasks.actions.loading import load_plan, read_fixtures
from tasks.models import Task
from tests.dashboard.bands import out_of_band
from tests.factories import NOW, SHANGHAI, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# The day of loading, and the day on which somebody had loaded the plan before, if so.
AWKWARD = [
    (date(2026, 10, 4), None),  # a Sunday in the long holiday at the beginning of a quarter
    (date(2028, 2, 29), date(2026, 11, 18)),  # a leap day, in a year without a published calendar
    (date(2026, 12, 31), None),  # the last day of a year, after the limit of its quarter
]


def morning_of(day):
    return datetime(day.year, day.month, day.day, 7, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("today", "planned_on"), AWKWARD, ids=[str(today) for today, _planned_on in AWKWARD])
def test_load_demo_works_on_any_day(today, planned_on):
    if planned_on:
        load_plan(fixtures=read_fixtures(project.BASE_DIR / "fixtures"), by=SYSTEM, now=morning_of(planned_on))
    assert load_demo(now=morning_of(today)).tasks == 43
    assert out_of_band(today) == {}
    assert 4 <= Task.objects.overdue(on=today).count() <= 5
    live = Report.objects.filter(period__cycle="quarter").order_by("-period__starts_on").first().period_id
    statuses = Counter(Report.objects.filter(period=live).values_list("status", flat=True))
    assert (statuses["draft"] >= 4, statuses["submitted"] >= 4, statuses["returned"]) == (True, True, 1)
    moments = list(Event.objects.order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1].astimezone(SHANGHAI).date() < today
    assert Event.objects.filter(kind="plan").count() == 1
    assert verify() == []


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.CLIENT])
def test_load_demo_refuses_where_somebody_works(role):
    UserFactory(role=role)
    with pytest.raises(CommandError, match="真实的账号"):
        call_command("load_demo", stdout=StringIO())
    assert not User.objects.filter(is_demo=True).exists()
    assert not Event.objects.exists()


def test_load_demo_leaves_nothing_when_it_breaks_off(settings, tmp_path, monkeypatch):
    """A step of the last days fails; by then almost everything has been written. Files of others stay."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "of-another-database").write_text("kept")
    monkeypatch.setattr("dashboard.demo.load.read_cases", lambda: read_cases()[:3])
    monkeypatch.setattr("dashboard.demo.inbox.ADDRESSED", ("nobody",))
    with pytest.raises(KeyError):
        load_demo(now=NOW)
    assert not User.objects.exists()
    assert not Task.objects.exists()
    assert not Event.objects.exists()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["of-another-database"]
