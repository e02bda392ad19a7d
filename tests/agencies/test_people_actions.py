from datetime import timedelta

import pytest

from agencies.actions import (
    LastAdministratorError,
    create_api_token,
    create_user,
    deactivate_user,
    make_initial_password,
    reactivate_user,
    set_password,
    update_user,
)
from agencies.actions.people import ActivityError
from agencies.models import User
from agencies.roles import Role
from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.actors import SYSTEM
from ledger.models import Audience, Event
from ledger.readers import last_sequence, verify
from tests.factories import NOW, PASSWORD, AgencyFactory, UserFactory

NOT_ADMINISTRATORS = ("lead_reporter", "lead_approver", "supervisor", "director", "leader", "auditor")


@pytest.fixture
def second_administrator(cast):
    return UserFactory(username="second", agency=None, role=Role.ADMINISTRATOR)


def new_person(cast, **changes):
    values = {"username": "zhang", "name": "张三", "role": Role.REPORTER, "agency": cast.lead, "by": cast.administrator}
    return create_user(**{"now": NOW, "password": PASSWORD, **values, **changes})


def particulars(user, **changes):
    names = ("name", "email", "phone", "agency", "role")
    return {"user": user, "now": NOW, **{name: getattr(user, name) for name in names}, **changes}


def nothing_happened(before):
    return last_sequence() == before and verify() == []


# --- create_user ---


def test_create_user_makes_an_account_that_can_log_in(cast):
    user = new_person(cast, email=" zhang@example.test ", phone="0771-1")
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert (user.name, user.agency_id, user.role, user.email) == ("张三", "lead-unit", "reporter", "zhang@example.test")
    assert (user.is_active, user.is_demo, user.version) == (True, False, 1)


def test_create_user_without_a_password_makes_one_that_cannot(cast):
    assert not new_person(cast, password=None).has_usable_password()


def test_create_user_records_who_and_no_password(cast):
    user = new_person(cast)
    event = Event.objects.get(kind="user", key="zhang")
    assert (event.verb, event.actor_name, event.audience) == ("created", str(cast.administrator), Audience.RESTRICTED)
    assert event.state["role"] == "reporter"
    assert PASSWORD not in str(event.state)
    assert user.password not in str(event.state) + str(event.changed)
    assert verify() == []


def test_create_user_lets_the_system_act(cast):
    new_person(cast, by=SYSTEM)
    assert Event.objects.get(kind="user", key="zhang").actor_id == "system"


@pytest.mark.parametrize("part", NOT_ADMINISTRATORS)
def test_create_user_refuses_everybody_else(cast, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        new_person(cast, by=getattr(cast, part))
    assert not User.objects.filter(username="zhang").exists()
    assert nothing_happened(before)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "lead_reporter"}, "username"),
        ({"username": "张 三"}, "username"),
        ({"username": ""}, "username"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"email": "no-address"}, "email"),
        ({"role": "king"}, "role"),
        ({"agency": None}, "agency"),
        ({"role": Role.SUPERVISOR}, "agency"),
        ({"role": Role.DIRECTOR, "agency": None}, "agency"),
        ({"password": "short"}, "password"),
        ({"password": "zhangzhangzhang", "username": "zhangzhangzhang"}, "password"),
    ],
)
def test_create_user_refuses_bad_input_and_leaves_nothing(cast, changes, field):
    before, users = last_sequence(), User.objects.count()
    with pytest.raises(InvalidError) as refused:
        new_person(cast, **changes)
    assert field in refused.value.errors
    assert User.objects.count() == users
    assert nothing_happened(before)


def test_create_user_gives_an_open_set_no_staff(cast):
    with pytest.raises(InvalidError) as refused:
        new_person(cast, agency=AgencyFactory(kind="open_set", is_open_set=True))
    assert "agency" in refused.value.errors


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DIRECTOR])
def test_create_user_takes_officers_into_the_office(cast, role):
    assert new_person(cast, role=role, agency=cast.office).is_office


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_create_user_needs_no_unit_for_the_others(cast, role):
    assert new_person(cast, role=role, agency=None).agency is None


# --- update_user ---


def test_update_user_changes_particulars_and_records_what(cast):
    user = update_user(
        **particulars(cast.lead_reporter, name="李四", phone="0771-2", agency=cast.co, role=Role.APPROVER),
        by=cast.administrator,
        version=1,
    )
    user.refresh_from_db()
    assert (user.name, user.agency_id, user.role, user.version) == ("李四", "co-unit", "approver", 2)
    event = Event.objects.get(kind="user", verb="updated")
    assert event.changed["role"] == ["reporter", "approver"]
    assert event.actor_id == cast.administrator.actor_id


def test_update_user_without_a_change_writes_nothing(cast):
    before = last_sequence()
    user = update_user(**particulars(cast.lead_reporter), by=cast.administrator)
    assert user.version == 1
    assert nothing_happened(before)


def test_update_user_refuses_a_stale_version(cast):
    update_user(**particulars(cast.lead_reporter, name="先保存"), by=cast.administrator, version=1)
    before = last_sequence()
    with pytest.raises(StaleVersionError) as refused:
        update_user(**particulars(cast.lead_reporter, name="后保存"), by=cast.administrator, version=1)
    assert refused.value.current.name == "先保存"
    assert nothing_happened(before)


@pytest.mark.parametrize("part", NOT_ADMINISTRATORS)
def test_update_user_refuses_everybody_else(cast, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        update_user(**particulars(cast.co_reporter, name="改"), by=getattr(cast, part))
    assert nothing_happened(before)


def test_update_user_refuses_a_unit_that_does_not_fit(cast):
    before = last_sequence()
    with pytest.raises(InvalidError):
        update_user(**particulars(cast.supervisor, agency=cast.lead), by=cast.administrator)
    cast.supervisor.refresh_from_db()
    assert cast.supervisor.agency == cast.office
    assert nothing_happened(before)


def test_update_user_refuses_ones_own_role(cast, second_administrator):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        update_user(**particulars(cast.administrator, role=Role.LEADER), by=cast.administrator)
    assert nothing_happened(before)


def test_update_user_lets_one_change_the_own_telephone(cast):
    assert update_user(**particulars(cast.administrator, phone="1"), by=cast.administrator).phone == "1"


def test_update_user_keeps_the_last_administrator(cast):
    before = last_sequence()
    with pytest.raises(LastAdministratorError):
        update_user(**particulars(cast.administrator, role=Role.LEADER), by=SYSTEM)
    cast.administrator.refresh_from_db()
    assert cast.administrator.role == Role.ADMINISTRATOR
    assert nothing_happened(before)


def test_update_user_takes_the_role_of_one_of_two_administrators(cast, second_administrator):
    user = update_user(**particulars(second_administrator, role=Role.LEADER), by=cast.administrator)
    assert user.role == Role.LEADER


# --- deactivate_user, reactivate_user ---


def test_deactivate_user_closes_everything(cast):
    tokens = [
        create_api_token(name=name, scopes=["progress:read"], user=cast.lead_reporter, by=SYSTEM, now=NOW)[0]
        for name in ("一", "二")
    ]
    user = deactivate_user(user=cast.lead_reporter, by=cast.administrator, now=NOW, reason="离岗", version=1)
    assert not user.is_active
    for token in tokens:
        token.refresh_from_db()
        assert (token.revoked_at, token.revoked_by) == (NOW, cast.administrator)
    events = list(Event.objects.order_by("sequence").values_list("kind", "verb", "reason"))[-3:]
    assert events == [("user", "deactivated", "离岗"), ("token", "revoked", ""), ("token", "revoked", "")]
    assert verify() == []


def test_deactivate_user_ends_open_sessions(cast, client):
    client.force_login(cast.lead_reporter)
    deactivate_user(user=cast.lead_reporter, by=cast.administrator, now=NOW)
    assert client.get("/people/").status_code == 302


def test_deactivate_user_leaves_tokens_revoked_before_as_they_were(cast):
    token, _text = create_api_token(name="旧", scopes=["progress:read"], user=cast.co_reporter, by=SYSTEM, now=NOW)
    type(token).objects.update(revoked_at=NOW - timedelta(days=1), revoked_by=cast.director)
    deactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    token.refresh_from_db()
    assert token.revoked_by == cast.director


@pytest.mark.parametrize("part", NOT_ADMINISTRATORS)
def test_deactivate_user_refuses_everybody_else(cast, part):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        deactivate_user(user=cast.co_reporter, by=getattr(cast, part), now=NOW)
    cast.co_reporter.refresh_from_db()
    assert cast.co_reporter.is_active
    assert nothing_happened(before)


def test_deactivate_user_refuses_oneself(cast, second_administrator):
    with pytest.raises(NotAllowedError):
        deactivate_user(user=cast.administrator, by=cast.administrator, now=NOW)


def test_deactivate_user_refuses_twice(cast):
    deactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    before = last_sequence()
    with pytest.raises(ActivityError):
        deactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    assert nothing_happened(before)


def test_deactivate_user_keeps_the_last_serving_administrator(cast, second_administrator):
    deactivate_user(user=cast.administrator, by=second_administrator, now=NOW)
    before = last_sequence()
    with pytest.raises(LastAdministratorError):
        deactivate_user(user=second_administrator, by=SYSTEM, now=NOW)
    assert nothing_happened(before)


def test_reactivate_user_opens_the_account_again(cast):
    deactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    user = reactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW, version=2)
    assert (user.is_active, user.version) == (True, 3)
    assert Event.objects.filter(kind="user", verb="reactivated").count() == 1


def test_reactivate_user_refuses_an_account_in_use(cast):
    before = last_sequence()
    with pytest.raises(ActivityError):
        reactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    assert nothing_happened(before)


def test_reactivate_user_refuses_everybody_else(cast):
    deactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    with pytest.raises(NotAllowedError):
        reactivate_user(user=cast.co_reporter, by=cast.director, now=NOW)


# --- set_password ---


def test_set_password_replaces_it_and_tells_the_ledger_nothing_of_it(cast, client):
    client.force_login(cast.co_reporter)
    password = make_initial_password()
    user = set_password(user=cast.co_reporter, password=password, by=cast.administrator, now=NOW)
    assert user.check_password(password)
    event = Event.objects.get(kind="user", verb="password_set")
    assert event.changed == {}
    assert password not in str(event.state)
    assert user.password not in str(event.state)
    assert client.get("/people/").status_code == 302, "an open session has ended"


@pytest.mark.parametrize("password", ["short", "password1234", ""])
def test_set_password_refuses_a_weak_one(cast, password):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        set_password(user=cast.co_reporter, password=password, by=cast.administrator, now=NOW)
    assert "password" in refused.value.errors
    assert nothing_happened(before)


def test_set_password_refuses_everybody_else(cast):
    before = last_sequence()
    with pytest.raises(NotAllowedError):
        set_password(user=cast.co_reporter, password=PASSWORD, by=cast.co_reporter, now=NOW)
    assert nothing_happened(before)


def test_make_initial_password_is_legible_and_never_the_same():
    passwords = {make_initial_password() for _n in range(50)}
    assert len(passwords) == 50
    assert all(len(each) == 19 and not set(each) & set("01iloIO") for each in passwords)


def test_update_user_names_the_head_of_a_unit(cast):
    by = cast.administrator
    person = update_user(**particulars(cast.lead_approver), is_head=True, by=by)
    assert person.is_head
    assert not update_user(**particulars(person), is_head=False, by=by).is_head


def test_update_user_keeps_the_head_when_nothing_is_said(cast):
    person = update_user(**particulars(cast.lead_approver), is_head=True, by=cast.administrator)
    assert update_user(**particulars(person, name="新名字"), by=cast.administrator).is_head


def test_update_user_makes_nobody_head_who_cannot_answer_for_the_unit(cast):
    before = last_sequence()
    with pytest.raises(InvalidError) as refusal:
        update_user(**particulars(cast.lead_reporter), is_head=True, by=cast.administrator)
    assert set(refusal.value.errors) == {"is_head"}
    assert nothing_happened(before)
