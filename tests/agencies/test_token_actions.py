from datetime import timedelta

import pytest

from agencies.actions import create_api_token, deactivate_user, revoke_api_token
from agencies.actions.token_changes import TokenRevokedError
from agencies.models import ApiToken, User
from agencies.roles import Role
from common.errors import InvalidError, NotAllowedError
from ledger.actors import SYSTEM
from ledger.models import Audience, Event
from ledger.readers import last_sequence, verify
from tests.factories import NOW, AgencyFactory

pytestmark = pytest.mark.django_db


def make(cast, **changes):
    values = {"name": "数据中台", "scopes": ["progress:read"], "by": cast.administrator, "now": NOW}
    return create_api_token(**{**values, **changes})


# --- create_api_token ---


def test_create_api_token_makes_a_service_account_for_a_unit(cast):
    token, text = make(cast, agency=cast.lead, expires_at=NOW + timedelta(days=90))
    assert text.startswith("gxftz_")
    assert len(text) == 6 + 64
    assert (token.user.role, token.user.agency_id, token.user.name) == (Role.CLIENT, "lead-unit", "数据中台")
    assert token.user.username.startswith("client-")
    assert not token.user.has_usable_password()
    assert token.expiry == NOW + timedelta(days=90)


def test_create_api_token_for_a_person_makes_no_account(cast):
    users = User.objects.count()
    token, _text = make(cast, user=cast.lead_approver, scopes=["progress:write", "progress:read", "progress:write"])
    assert token.user == cast.lead_approver
    assert token.scopes == ["progress:write", "progress:read"]
    assert User.objects.count() == users


def test_create_api_token_stores_and_records_neither_key_nor_digest(cast):
    token, text = make(cast, by=SYSTEM)
    assert text not in {str(value) for value in ApiToken.objects.values().get().values()}
    written = str(list(Event.objects.values("key", "state", "changed")))
    assert text[:15] not in written
    assert token.digest not in written
    assert set(Event.objects.values_list("kind", "audience")) == {
        ("user", Audience.RESTRICTED),
        ("token", Audience.RESTRICTED),
    }
    assert verify() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["progress:read", "root"]}, "scopes"),
        ({"expires_at": NOW}, "expires_at"),
    ],
)
def test_create_api_token_refuses_bad_input_and_leaves_nothing(cast, changes, field):
    users, before = User.objects.count(), last_sequence()
    with pytest.raises(InvalidError) as refused:
        make(cast, **changes)
    assert field in refused.value.errors
    assert (User.objects.count(), ApiToken.objects.count(), last_sequence()) == (users, 0, before)


def test_create_api_token_refuses_owners_that_do_not_fit(cast):
    deactivate_user(user=cast.co_reporter, by=cast.administrator, now=NOW)
    make(cast, user=cast.lead_reporter)
    for changes, field in (
        ({"user": cast.lead_reporter}, "name"),
        ({"user": cast.lead_approver, "agency": cast.co}, "agency"),
        ({"user": cast.co_reporter}, "user"),
        ({"agency": AgencyFactory(kind="open_set", is_open_set=True)}, "agency"),
    ):
        with pytest.raises(InvalidError) as refused:
            make(cast, **changes)
        assert field in refused.value.errors
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("part", ["lead_approver", "supervisor", "director", "auditor"])
def test_create_api_token_refuses_everybody_else(cast, part):
    with pytest.raises(NotAllowedError):
        make(cast, by=getattr(cast, part))
    assert not ApiToken.objects.exists()


# --- revoke_api_token ---


def test_revoke_api_token_records_who(cast):
    token, _text = make(cast)
    revoked = revoke_api_token(token=token, by=cast.administrator, now=NOW)
    assert (revoked.revoked_at, revoked.revoked_by) == (NOW, cast.administrator)
    event = Event.objects.get(kind="token", verb="revoked")
    assert event.changed["revoked_at"][0] is None
    assert event.actor_id == cast.administrator.actor_id


def test_revoke_api_token_lets_a_person_revoke_the_own(cast):
    token, _text = make(cast, user=cast.lead_approver)
    assert revoke_api_token(token=token, by=cast.lead_approver, now=NOW).revoked_by == cast.lead_approver


def test_revoke_api_token_refuses_others_and_a_second_time(cast):
    token, _text = make(cast, user=cast.lead_approver)
    with pytest.raises(NotAllowedError):
        revoke_api_token(token=token, by=cast.lead_reporter, now=NOW)
    revoke_api_token(token=token, by=cast.administrator, now=NOW)
    before = last_sequence()
    with pytest.raises(TokenRevokedError):
        revoke_api_token(token=token, by=cast.administrator, now=NOW)
    assert last_sequence() == before
