from datetime import date, timedelta

import pytest

from agencies.actions import rename_agency
from agencies.models import AgencyName
from common.errors import InvalidError, NotAllowedError
from ledger.models import Audience, Event
from ledger.readers import last_sequence, verify
from tests.factories import NOW, TODAY

NEW = {"name": "自治区商务委", "short_name": "商务委", "name_en": "Commerce Commission", "basis": "桂编〔2024〕1号"}


def give(cast, **changes):
    values = {"agency": cast.lead, "valid_from": date(2024, 1, 1), "by": cast.supervisor, "now": NOW, **NEW}
    return rename_agency(**{**values, **changes})


@pytest.mark.parametrize("part", ["supervisor", "director", "administrator"])
def test_rename_agency_gives_the_name_and_keeps_the_old(cast, part):
    AgencyName.objects.create(
        agency=cast.lead, name=cast.lead.name, short_name="旧", name_en="Old", valid_from="2020-01-22", basis="方案"
    )
    agency = give(cast, by=getattr(cast, part))
    agency.refresh_from_db()
    assert agency.full_label == "自治区商务委（单位lead-unit）"
    assert agency.names.count() == 2
    event = Event.objects.get(kind="agency", verb="renamed")
    assert (event.reason, event.actor_name, event.audience) == (NEW["basis"], getattr(cast, part).name, Audience.PUBLIC)
    assert event.changed["name"] == ["单位lead-unit", "自治区商务委"]
    assert verify() == []


def test_rename_agency_enters_an_older_name_without_changing_the_current(cast):
    give(cast)
    agency = give(cast, name="更早的名称", valid_from=date(2022, 1, 1))
    assert agency.name == "自治区商务委"
    assert agency.names.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_from": TODAY + timedelta(days=367)}, "valid_from"),
        ({"name": " "}, "name"),
        ({"basis": ""}, "basis"),
        ({"short_name": "长" * 21}, "short_name"),
    ],
)
def test_rename_agency_refuses_bad_input_and_leaves_nothing(cast, changes, field):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        give(cast, **changes)
    cast.lead.refresh_from_db()
    assert field in refused.value.errors
    assert cast.lead.name == "单位lead-unit"
    assert (AgencyName.objects.count(), last_sequence()) == (0, before)


def test_rename_agency_refuses_a_second_name_on_a_day(cast):
    give(cast)
    with pytest.raises(InvalidError) as refused:
        give(cast, name="又一个")
    assert "valid_from" in refused.value.errors


@pytest.mark.parametrize("part", ["lead_approver", "leader", "auditor", "outsider"])
def test_rename_agency_refuses_everybody_else(cast, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        give(cast, by=getattr(cast, part))
    assert last_sequence() == before
