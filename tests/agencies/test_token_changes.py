"""接口令牌: replacing, limiting, and the calendar key of one's own."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from rest_framework.exceptions import AuthenticationFailed

from agencies.actions import (
    Limits,
    create_api_token,
    create_calendar_token,
    deactivate_user,
    revoke_api_token,
    rotate_api_token,
    update_api_token,
)
from agencies.actions.token_changes import TokenExpiredError, TokenReplacedError, TokenRevokedError
from agencies.actions.tokens import CALENDARS, TooManyTokensError
from agencies.authentication import find_token
from agencies.models import ApiToken
from common.errors import InvalidError, NotAllowedError, StaleVersionError
from ledger.actors import SYSTEM
from ledger.models import Audience, Event
from ledger.readers import last_sequence, verify
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LIMITS = {"networks": ["10.1.0.0/16", "2001:db8::/32"], "per_minute": 30}


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def make(cast, **changes):
    values = {"name": "数据中台", "scopes": ["progress:read", "changes:read"], "by": cast.administrator, "now": NOW}
    return create_api_token(**{**values, **changes})


def after(**step):
    return NOW + timedelta(**step)


def opens(text, moment=NOW):
    return find_token(text, address="10.1.2.3", moment=moment).pk


# --- only digests are kept ---


def test_no_column_of_the_database_holds_a_key(cast):
    token, text = make(cast, **LIMITS, expires_at=after(days=90))
    _new, newer = rotate_api_token(token=token, by=SYSTEM, now=NOW)
    _calendar, own = create_calendar_token(by=cast.lead_reporter, now=NOW)
    opens(newer)
    kept = str([list(model._default_manager.values_list()) for model in apps.get_models()])
    assert token.name in kept
    assert [secret for key in (text, newer, own) for secret in (key, key[15:]) if secret in kept] == []


def test_events_of_a_key_hold_neither_its_beginning_nor_its_digest(cast):
    token, _text = make(cast, **LIMITS, expires_at=after(days=90))
    new, _newer = rotate_api_token(token=token, by=SYSTEM, now=NOW)
    events = list(Event.objects.filter(kind="token"))
    written = str([(event.key, event.state, event.changed) for event in events])
    assert {event.audience for event in events} == {Audience.RESTRICTED}
    assert [part for each in (token, new) for part in (each.token_key, each.digest) if part in written] == []


# --- limits of a new key ---


def test_create_api_token_keeps_its_limits_in_one_spelling(cast):
    token, _text = make(cast, networks=["10.1.2.3/32", " 2001:DB8::/32", "10.1.2.3"], per_minute=30)
    token.refresh_from_db()
    assert (token.networks, token.per_minute) == (["10.1.2.3", "2001:db8::/32"], 30)
    state = Event.objects.get(kind="token").state
    assert (state["networks"], state["per_minute"], state["replaces"]) == (["10.1.2.3", "2001:db8::/32"], 30, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"networks": ["10.1.2.3/16"]}, "networks"),
        ({"networks": ["example.cn"]}, "networks"),
        ({"networks": [f"10.1.2.{number}" for number in range(51)]}, "networks"),
        ({"per_minute": 0}, "per_minute"),
        ({"per_minute": 1_000_001}, "per_minute"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_create_api_token_refuses_bad_limits_and_leaves_nothing(cast, changes, field):
    before = last_sequence()
    with pytest.raises(InvalidError) as refused:
        make(cast, **changes)
    assert field in refused.value.errors
    assert (ApiToken.objects.count(), last_sequence()) == (0, before)


# --- rotate_api_token ---


def test_rotate_api_token_gives_the_same_rights_to_a_new_key(cast):
    old, text = make(cast, agency=cast.lead, **LIMITS, expires_at=after(days=90))
    new, newer = rotate_api_token(token=old, by=cast.administrator, now=NOW)
    assert newer != text
    assert (new.user, new.name, new.scopes) == (old.user, old.name, old.scopes)
    assert (new.networks, new.per_minute, new.replaces) == (old.networks, old.per_minute, old)
    assert opens(newer) == new.pk


def test_rotate_api_token_leaves_the_old_key_for_a_week(cast):
    old, text = make(cast, expires_at=after(days=90))
    rotate_api_token(token=old, by=cast.administrator, now=NOW)
    old.refresh_from_db()
    assert old.expiry == after(days=7)
    assert opens(text, after(days=6)) == old.pk


def test_rotate_api_token_never_leaves_it_beyond_its_own_end(cast):
    old, _text = make(cast, expires_at=after(days=3))
    rotate_api_token(token=old, by=cast.administrator, now=NOW)
    old.refresh_from_db()
    assert old.expiry == after(days=3)


def test_rotate_api_token_ends_a_key_without_end(cast):
    old, _text = make(cast)
    new, _newer = rotate_api_token(token=old, by=SYSTEM, now=NOW)
    old.refresh_from_db()
    assert (old.expiry, new.expiry) == (after(days=7), None)


def test_rotate_api_token_without_overlap_ends_the_old_key_at_once(cast):
    old, text = make(cast)
    rotate_api_token(token=old, overlap=timedelta(), by=cast.administrator, now=NOW)
    with pytest.raises(AuthenticationFailed, match="过期"):
        opens(text)


def test_rotate_api_token_by_the_administrator_lasts_as_long_again(cast):
    old, _text = make(cast, expires_at=after(days=90))
    with time_machine.travel(after(days=80), tick=False):
        new, _newer = rotate_api_token(token=old, by=cast.administrator, now=after(days=80))
    assert new.expiry == after(days=170)


def test_rotate_api_token_by_its_owner_lasts_no_longer_than_granted(cast):
    old, _text = make(cast, user=cast.lead_approver, expires_at=after(days=90))
    new, _newer = rotate_api_token(token=old, by=cast.lead_approver, now=after(days=80))
    assert new.expiry == after(days=90)


def test_rotate_api_token_of_the_own_calendar_lasts_as_long_again(cast):
    old, _text = create_calendar_token(by=cast.lead_approver, now=NOW)
    new, _newer = rotate_api_token(token=old, by=cast.lead_approver, now=after(days=360))
    assert new.expiry == after(days=360 + 365)


def test_rotate_api_token_records_both_keys_under_names_of_their_own(cast):
    first, _text = make(cast, expires_at=after(days=90))
    second, _text = rotate_api_token(token=first, by=cast.administrator, now=NOW)
    third, _text = rotate_api_token(token=second, by=cast.administrator, now=NOW)
    revoke_api_token(token=first, by=cast.administrator, now=NOW)
    account = first.user_id
    names = [f"{account}/数据中台", f"{account}.2/数据中台", f"{account}.3/数据中台"]
    events = list(Event.objects.filter(kind="token").values_list("verb", "key", "state__replaces"))
    assert events == [
        ("created", names[0], None),
        ("replaced", names[0], None),
        ("created", names[1], names[0]),
        ("replaced", names[1], names[0]),
        ("created", names[2], names[1]),
        ("revoked", names[0], None),
    ]
    assert third.replaces == second
    assert verify() == []


def test_rotate_api_token_refuses_a_key_that_was_replaced(cast):
    old, _text = make(cast)
    rotate_api_token(token=old, by=cast.administrator, now=NOW)
    refused(TokenReplacedError, old, cast)


def test_rotate_api_token_refuses_a_revoked_key(cast):
    old, _text = make(cast)
    revoke_api_token(token=old, by=cast.administrator, now=NOW)
    refused(TokenRevokedError, old, cast)


def test_rotate_api_token_refuses_a_key_of_somebody_who_left(cast):
    old, _text = make(cast, user=cast.lead_reporter)
    deactivate_user(user=cast.lead_reporter, by=cast.administrator, now=NOW)
    refused(TokenRevokedError, old, cast)


def test_rotate_api_token_refuses_an_expired_key(cast):
    old, _text = make(cast, expires_at=after(days=1))
    refused(TokenExpiredError, old, cast, now=after(days=1))


@pytest.mark.parametrize("overlap", [timedelta(days=-1), timedelta(days=31)])
def test_rotate_api_token_refuses_an_overlap_out_of_bounds(cast, overlap):
    old, _text = make(cast)
    refused(InvalidError, old, cast, overlap=overlap)


@pytest.mark.parametrize("part", ["lead_reporter", "director", "auditor"])
def test_rotate_api_token_refuses_others(cast, part):
    old, _text = make(cast, user=cast.lead_approver)
    refused(NotAllowedError, old, cast, by=getattr(cast, part))


def refused(error, token, cast, **changes):
    """Nothing is left behind."""
    before = (list(ApiToken.objects.order_by("pk").values_list()), last_sequence())
    with pytest.raises(error):
        rotate_api_token(**{"token": token, "by": cast.administrator, "now": NOW, **changes})
    assert (list(ApiToken.objects.order_by("pk").values_list()), last_sequence()) == before


def test_the_name_of_a_replaced_key_cannot_be_given_again(cast):
    old, _text = make(cast, user=cast.lead_approver)
    rotate_api_token(token=old, by=cast.administrator, now=NOW)
    with pytest.raises(InvalidError):
        make(cast, user=cast.lead_approver)


# --- update_api_token ---


def test_update_api_token_sets_limits_and_records_them(cast):
    token, _text = make(cast)
    update_api_token(token=token, **LIMITS, by=cast.administrator, now=NOW)
    token.refresh_from_db()
    assert (token.networks, token.per_minute) == (LIMITS["networks"], 30)
    event = Event.objects.get(kind="token", verb="updated")
    assert event.changed == {"networks": [[], LIMITS["networks"]], "per_minute": [None, 30]}
    assert event.actor_id == cast.administrator.actor_id


def test_update_api_token_to_the_same_records_nothing(cast):
    token, _text = make(cast, **LIMITS)
    before = last_sequence()
    update_api_token(token=token, **LIMITS, by=cast.administrator, now=NOW)
    assert last_sequence() == before


def test_update_api_token_refuses_what_somebody_else_changed_first(cast):
    token, _text = make(cast)
    seen = Limits([], None)
    update_api_token(token=token, **LIMITS, seen=seen, by=cast.administrator, now=NOW)
    with pytest.raises(StaleVersionError) as stale:
        update_api_token(token=token, networks=[], per_minute=5, seen=seen, by=cast.administrator, now=NOW)
    assert stale.value.current.per_minute == 30
    token.refresh_from_db()
    assert token.per_minute == 30


def test_update_api_token_is_the_administrators(cast):
    token, _text = make(cast, user=cast.lead_approver)
    with pytest.raises(NotAllowedError):
        update_api_token(token=token, networks=[], per_minute=None, by=cast.lead_approver, now=NOW)


def test_update_api_token_refuses_a_revoked_key(cast):
    token, _text = make(cast)
    revoke_api_token(token=token, by=cast.administrator, now=NOW)
    with pytest.raises(TokenRevokedError):
        update_api_token(token=token, **LIMITS, by=cast.administrator, now=NOW)


# --- create_calendar_token ---


def test_create_calendar_token_is_for_oneself_a_year_and_the_calendar_alone(cast):
    token, text = create_calendar_token(by=cast.lead_reporter, now=NOW)
    assert (token.user, token.scopes, token.expiry) == (cast.lead_reporter, ["calendar:read"], after(days=365))
    assert opens(text) == token.pk


def test_create_calendar_token_numbers_the_next_ones(cast):
    names = [create_calendar_token(by=cast.lead_reporter, now=NOW)[0].name for _each in range(3)]
    assert names == ["日历订阅", "日历订阅 2", "日历订阅 3"]


def test_create_calendar_token_stops_at_enough(cast):
    made = [create_calendar_token(by=cast.lead_reporter, now=NOW)[0] for _each in range(CALENDARS)]
    with pytest.raises(TooManyTokensError):
        create_calendar_token(by=cast.lead_reporter, now=NOW)
    revoke_api_token(token=made[0], by=cast.lead_reporter, now=NOW)
    assert create_calendar_token(by=cast.lead_reporter, now=NOW)


def test_create_calendar_token_is_not_for_who_reads_no_tasks(cast):
    with pytest.raises(NotAllowedError):
        create_calendar_token(by=cast.auditor, now=NOW)


@pytest.mark.parametrize("scopes", [["progress:read"], ["calendar:read", "progress:read"], ["calendar:read"] * 2, []])
def test_create_api_token_for_oneself_is_for_the_calendar_alone(cast, scopes):
    chosen = list(dict.fromkeys(scopes))
    if chosen == ["calendar:read"]:
        assert create_api_token(name="一", scopes=scopes, user=cast.leader, by=cast.leader, now=NOW)
        return
    with pytest.raises(NotAllowedError):
        create_api_token(name="一", scopes=scopes, user=cast.leader, by=cast.leader, now=NOW)


def test_create_api_token_for_another_person_is_the_administrators(cast):
    with pytest.raises(NotAllowedError):
        create_api_token(name="一", scopes=["calendar:read"], user=cast.leader, by=cast.director, now=NOW)
    with pytest.raises(NotAllowedError):
        create_api_token(name="一", scopes=["calendar:read"], by=cast.director, now=NOW)
