from datetime import date, timedelta

import pytest

from agencies.actions import (
    DissolvedError,
    create_agency,
    create_api_token,
    create_user,
    deactivate_user,
    merge_agencies,
    reactivate_user,
    split_agency,
    update_user,
)
from agencies.models import Agency, AgencyName, Succession, User
from agencies.readers import heirs_of, successions_of
from agencies.roles import Role
from common.errors import InvalidError, NotAllowedError
from ledger.models import Audience, Event
from ledger.readers import last_sequence, verify
from tests.factories import NOW, TODAY, AgencyFactory, UserFactory, ZoneFactory

SINCE = date(2026, 11, 1)
TOLD = {"effective_on": SINCE, "basis": "桂编〔2026〕8号"}


def merge(cast, **changes):
    values = {"predecessors": [cast.lead], "successor": cast.other, "by": cast.administrator, "now": NOW, **TOLD}
    return merge_agencies(**{**values, **changes})


def split(cast, **changes):
    values = {
        "predecessor": cast.lead, "successors": [cast.other, cast.co], "by": cast.administrator, "now": NOW, **TOLD
    }  # fmt: skip
    return split_agency(**{**values, **changes})


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# --- merging and dividing ---


def test_merge_agencies_dissolves_and_records_who_takes_over(cast):
    merge(cast, predecessors=[cast.lead, cast.co])
    rows = list(Succession.objects.values_list("predecessor", "successor", "kind", "effective_on", "recorded_by"))
    who = cast.administrator.pk
    assert rows == [(code, "other-unit", "merge", SINCE, who) for code in ("lead-unit", "co-unit")]
    assert {fresh(each).dissolved_on for each in (cast.lead, cast.co)} == {SINCE}
    assert fresh(cast.other).dissolved_on is None
    event = Event.objects.get(kind="agency", key="lead-unit", verb="merged")
    assert (event.reason, event.actor_name, event.audience) == (
        TOLD["basis"], cast.administrator.name, Audience.PUBLIC,
    )  # fmt: skip
    assert event.changed["dissolved_on"] == [None, "2026-11-01"]
    assert event.state["successors"] == ["other-unit"]
    assert verify() == []


def test_merge_agencies_leaves_responsibilities_to_the_director(cast):
    merge(cast)
    assert cast.task.assignments.get(role="lead").agency == cast.lead


@pytest.mark.parametrize(("continues", "ends"), [(False, SINCE), (True, None)])
def test_split_agency_ends_the_old_unit_unless_it_continues(cast, continues, ends):
    split(cast, continues=continues)
    assert fresh(cast.lead).dissolved_on == ends
    assert set(Succession.objects.values_list("successor", "kind")) == {("other-unit", "split"), ("co-unit", "split")}
    assert Event.objects.get(kind="agency", verb="split").state["successors"] == ["other-unit", "co-unit"]


def test_merge_agencies_settles_each_chosen_person_and_leaves_the_others(cast):
    User.objects.filter(pk=cast.lead_approver.pk).update(is_head=True)
    staying = UserFactory(agency=cast.lead)
    merge(cast, people={cast.lead_approver.pk: "other-unit", cast.lead_reporter.pk: None})
    moved, left = fresh(cast.lead_approver), fresh(cast.lead_reporter)
    assert (moved.agency_id, moved.is_head, moved.is_active) == ("other-unit", False, True)
    assert (left.agency_id, left.is_active) == ("lead-unit", False)
    assert (fresh(staying).agency_id, fresh(staying).is_active) == ("lead-unit", True)
    verbs = dict(Event.objects.filter(kind="user").values_list("key", "verb"))
    assert verbs == {"lead_approver": "moved_unit", "lead_reporter": "deactivated"}
    assert verify() == []


def refused_by(cast):
    """Each broken rule: what is asked, and the field that is named."""
    office, open_set = cast.office, AgencyFactory(code="open", kind="open_set", is_open_set=True)
    gone = AgencyFactory(code="gone", dissolved_on=SINCE)
    unknown = Agency(code="nowhere", name="无")
    return [
        ({"basis": "  "}, "basis"),
        ({"effective_on": TODAY + timedelta(days=1)}, "effective_on"),
        ({"successor": cast.lead}, "successors"),
        ({"successor": unknown}, "successors"),
        ({"successor": gone}, "successors"),
        ({"successor": open_set}, "successors"),
        ({"successor": office}, "successors"),
        ({"predecessors": [office]}, "successors"),
        ({"predecessors": []}, "successors"),
        ({"predecessors": [cast.lead, cast.lead]}, "successors"),
        ({"people": {cast.outsider.pk: "other-unit"}}, "people"),
        ({"people": {cast.lead_reporter.pk: "co-unit"}}, "people"),
        ({"people": {999_999: None}}, "people"),
    ]


@pytest.mark.parametrize("case", range(13))
def test_merge_agencies_names_what_is_wrong_and_leaves_nothing(cast, case):
    changes, field = refused_by(cast)[case]
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        merge(cast, **changes)
    assert list(refused.value.errors) == [field]
    assert not Succession.objects.exists()
    assert fresh(cast.lead).dissolved_on is None
    assert last_sequence() == before


def test_merge_agencies_refuses_a_unit_that_is_dissolved(cast):
    merge(cast)
    before = last_sequence()
    with pytest.raises(DissolvedError):
        merge(cast, successor=cast.co)
    assert (Succession.objects.count(), last_sequence()) == (1, before)


def test_merge_agencies_refuses_a_circle(cast):
    split(cast, successors=[cast.co], continues=True)
    split(cast, predecessor=cast.co, successors=[cast.other], continues=True)
    with pytest.raises(InvalidError, match="提示") as refused:
        merge(cast, predecessors=[cast.other], successor=cast.lead)
    assert "循环" in refused.value.errors["successors"][0]
    assert fresh(cast.other).dissolved_on is None


def test_split_agency_refuses_the_same_twice_on_a_day(cast):
    split(cast, continues=True)
    with pytest.raises(InvalidError) as refused:
        split(cast, continues=True)
    assert "已经登记" in refused.value.errors["successors"][0]
    split(cast, effective_on=TODAY)  # what was left passes on later
    assert Succession.objects.count() == 4


@pytest.mark.parametrize("act", [merge, split])
@pytest.mark.parametrize("part", ["director", "supervisor", "lead_approver", "leader", "auditor"])
def test_succession_is_the_administrators(cast, act, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        act(cast, by=getattr(cast, part))
    assert (Succession.objects.count(), last_sequence()) == (0, before)


def test_successions_of_tells_both_sides(cast):
    merge(cast)
    seen = Succession.objects.visible_to(cast.leader)
    assert [each.successor_id for each in successions_of(seen, "lead-unit")["successors"]] == ["other-unit"]
    assert [each.predecessor_id for each in successions_of(seen, "other-unit")["predecessors"]] == ["lead-unit"]


def test_heirs_of_reaches_through_others_from_the_later_day(cast):
    merge(cast)
    merge(cast, predecessors=[cast.other], successor=cast.co, effective_on=TODAY)
    assert heirs_of("lead-unit") == {"other-unit": SINCE, "co-unit": TODAY}


# --- what a dissolved unit gets: nothing more ---


def test_nobody_joins_a_dissolved_unit(cast):
    left = deactivate_user(user=UserFactory(agency=cast.lead), by=cast.administrator, now=NOW)
    merge(cast)
    gone, by = fresh(cast.lead), {"by": cast.administrator, "now": NOW}
    before = last_sequence()
    person = {"name": "甲", "email": "", "phone": "", "role": Role.REPORTER, "agency": gone}
    refusals = [
        lambda: create_user(username="new", **person, **by),
        lambda: update_user(user=cast.outsider, **person, **by),
        lambda: reactivate_user(user=left, **by),
        lambda: create_api_token(name="中台", scopes=["progress:read"], agency=gone, **by),
    ]
    for refused in refusals:
        with pytest.raises(InvalidError) as error:
            refused()
        assert list(error.value.errors) == ["agency"]
    assert last_sequence() == before


def test_who_is_still_at_a_dissolved_unit_can_be_corrected_and_moved(cast):
    merge(cast)
    person = {"name": "甲", "email": "", "role": Role.REPORTER, "by": cast.administrator, "now": NOW}
    update_user(user=cast.lead_reporter, phone="110", agency=fresh(cast.lead), **person)
    update_user(user=cast.lead_reporter, phone="110", agency=cast.other, **person)
    assert fresh(cast.lead_reporter).agency == cast.other


# --- new units ---

UNIT = {
    "code": "data-bureau", "kind": "department", "name": "自治区数据局", "short_name": "数据局",
    "name_en": "Data Bureau", "valid_from": SINCE, "basis": "桂编〔2026〕9号",
}  # fmt: skip


def found(cast, **changes):
    return create_agency(**{**UNIT, "by": cast.administrator, "now": NOW, **changes})


def test_create_agency_stands_last_with_its_first_name(cast):
    agency = fresh(found(cast))
    assert agency.order == max(Agency.objects.values_list("order", flat=True))
    assert (agency.plan_name, agency.full_label) == (None, "自治区数据局")
    assert AgencyName.objects.get(agency=agency).basis == UNIT["basis"]
    event = Event.objects.get(kind="agency", verb="created")
    assert (event.key, event.reason, event.actor_name) == ("data-bureau", UNIT["basis"], cast.administrator.name)


def test_create_agency_of_a_zone_names_it(cast):
    zone = ZoneFactory(code="nanning")
    assert found(cast, kind="zone_body", zone=zone).zone == zone


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "lead-unit"}, "code"),
        ({"code": "new"}, "code"),
        ({"code": "数据局"}, "code"),
        ({"kind": "office"}, "kind"),
        ({"kind": "open_set"}, "kind"),
        ({"kind": "zone_body"}, "__all__"),
        ({"name": " "}, "name"),
        ({"basis": ""}, "basis"),
        ({"valid_from": TODAY + timedelta(days=1)}, "valid_from"),
    ],
)
def test_create_agency_names_what_is_wrong_and_leaves_nothing(cast, changes, field):
    before, units = last_sequence(), Agency.objects.count()
    with pytest.raises(InvalidError) as refused:
        found(cast, **changes)
    assert list(refused.value.errors) == [field]
    assert (Agency.objects.count(), last_sequence()) == (units, before)


@pytest.mark.parametrize("part", ["director", "supervisor", "lead_approver", "leader", "auditor"])
def test_create_agency_is_the_administrators(cast, part):
    with pytest.raises(NotAllowedError):
        found(cast, by=getattr(cast, part))
    assert not Agency.objects.filter(code="data-bureau").exists()
