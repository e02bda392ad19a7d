"""Whoever shows a key: who that is, how far the key reaches, from where it may be used, and when it was."""

from datetime import timedelta

import pytest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIRequestFactory

from agencies.actions import create_api_token, revoke_api_token
from agencies.authentication import AddressNotAllowedError, TokenAuthentication, find_token
from agencies.models import ApiToken, User
from agencies.roles import Can, Scope
from common import clock
from ledger.readers import last_sequence
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_now(monkeypatch):
    """The edge's clock stands at NOW; a function moves it."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def move(**step):
        moment[0] += timedelta(**step)

    return move


def make(cast, **changes):
    values = {"name": "数据中台", "scopes": ["progress:read"], "by": cast.administrator, "now": NOW}
    return create_api_token(**{**values, **changes})


def authenticate(text, scheme="Bearer", **more):
    request = APIRequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {text}".strip(), **more)
    return TokenAuthentication().authenticate(request)


def test_authenticate_gives_the_account_within_the_scopes(cast, at_now, django_assert_num_queries):
    token, text = make(cast, user=cast.lead_approver, scopes=[Scope.READ])
    ApiToken.objects.update(last_used_at=NOW)
    with django_assert_num_queries(1):
        user, auth = authenticate(text)
    assert (user, auth) == (cast.lead_approver, token)
    assert user.has(Can.READ_TASKS)
    assert not user.has(Can.SUBMIT)


def test_authenticate_takes_a_token_without_end(cast, at_now):
    _token, text = make(cast)
    at_now(days=4000)
    assert authenticate(text)


@pytest.mark.parametrize("text", ["gxftz_" + "0" * 64, "x", "gxftz_", "令牌", "gxftz_\xff"])
def test_authenticate_refuses_what_is_no_key(cast, at_now, text):
    make(cast)
    with pytest.raises(AuthenticationFailed):
        authenticate(text.encode().decode("latin-1"))


@pytest.mark.parametrize("text", ["", "a b"])
def test_authenticate_refuses_a_header_that_holds_no_single_key(cast, text):
    with pytest.raises(AuthenticationFailed):
        authenticate(text)


def test_authenticate_leaves_other_schemes_alone(cast):
    assert authenticate("abc", scheme="Basic") is None


def test_authenticate_refuses_an_expired_key_and_keeps_its_row(cast, at_now):
    _token, text = make(cast, expires_at=NOW + timedelta(days=1))
    assert authenticate(text)
    at_now(days=1)
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate(text)
    assert refused.value.get_codes() == "token_expired"
    assert ApiToken.objects.count() == 1


def test_authenticate_refuses_a_revoked_key(cast, at_now):
    token, text = make(cast)
    revoke_api_token(token=token, by=cast.administrator, now=NOW)
    with pytest.raises(AuthenticationFailed):
        authenticate(text)


def test_authenticate_refuses_who_has_left(cast, at_now):
    _token, text = make(cast, user=cast.lead_approver)
    User.objects.filter(pk=cast.lead_approver.pk).update(is_active=False)
    with pytest.raises(AuthenticationFailed) as refused:
        authenticate(text)
    assert refused.value.get_codes() == "user_inactive"


def test_authenticate_notes_the_use_once_a_minute(cast, at_now):
    token, text = make(cast)
    authenticate(text)
    at_now(seconds=59)
    authenticate(text)
    token.refresh_from_db()
    assert token.last_used_at == NOW
    at_now(seconds=1)
    authenticate(text)
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(minutes=1)


def test_authenticate_writes_no_event(cast, at_now):
    _token, text = make(cast)
    before = last_sequence()
    authenticate(text)
    assert last_sequence() == before


def test_authenticate_notes_from_where(cast, at_now):
    token, text = make(cast)
    authenticate(text, REMOTE_ADDR="::ffff:10.1.2.3")
    token.refresh_from_db()
    assert token.last_used_from == "10.1.2.3"


def test_authenticate_from_no_known_address_notes_none(cast, at_now):
    token, text = make(cast)
    authenticate(text, REMOTE_ADDR="")
    token.refresh_from_db()
    assert (token.last_used_at, token.last_used_from) == (NOW, None)


def test_authenticate_from_another_address_within_the_minute_writes_nothing(cast, at_now, django_assert_num_queries):
    _token, text = make(cast)
    authenticate(text, REMOTE_ADDR="10.1.2.3")
    with django_assert_num_queries(1):
        authenticate(text, REMOTE_ADDR="10.1.2.4")


def test_a_refused_key_notes_no_use(cast, at_now):
    token, text = make(cast, networks=["10.1.0.0/16"])
    with pytest.raises(AddressNotAllowedError):
        authenticate(text, REMOTE_ADDR="192.0.2.1")
    token.refresh_from_db()
    assert token.last_used_at is None


# --- addresses ---

ALLOWED = ["10.1.0.0/16", "2001:db8::/32", "192.0.2.7"]


@pytest.mark.parametrize("address", ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1", "192.0.2.7"])
def test_a_key_is_good_from_its_addresses(cast, at_now, address):
    _token, text = make(cast, networks=ALLOWED)
    assert authenticate(text, REMOTE_ADDR=address)


@pytest.mark.parametrize("address", ["10.2.2.3", "::ffff:10.2.2.3", "2001:db9::1", "192.0.2.8", "", "unix"])
def test_a_key_is_not_good_from_elsewhere(cast, at_now, address):
    _token, text = make(cast, networks=ALLOWED)
    with pytest.raises(AddressNotAllowedError) as refused:
        authenticate(text, REMOTE_ADDR=address)
    assert (refused.value.status, refused.value.code) == (403, "address_not_allowed")


def test_a_forwarded_address_is_not_believed_without_a_proxy_of_ours(cast, at_now):
    _token, text = make(cast, networks=ALLOWED)
    with pytest.raises(AddressNotAllowedError):
        authenticate(text, REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="10.1.2.3")


@pytest.mark.parametrize(
    ("forwarded", "is_good"),
    [
        ("10.1.2.3", True),
        ("8.8.8.8, 10.1.2.3", True),  # what our proxy wrote itself stands last
        ("10.1.2.3, 8.8.8.8", False),  # what came before it anybody may have written
        ("10.1.2.3:4711", True),
        ("nonsense", False),
    ],
)
def test_a_forwarded_address_counts_as_our_proxy_wrote_it(cast, at_now, settings, forwarded, is_good):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    _token, text = make(cast, networks=ALLOWED)
    if is_good:
        assert authenticate(text, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
        return
    with pytest.raises(AddressNotAllowedError):
        authenticate(text, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)


def test_fewer_forwarded_addresses_than_proxies_are_no_address(cast, at_now, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    _token, text = make(cast, networks=ALLOWED)
    with pytest.raises(AddressNotAllowedError):
        authenticate(text, REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR="10.1.2.3")


def test_a_key_for_any_address_is_good_from_an_unknown_one(cast, at_now, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    _token, text = make(cast)
    assert authenticate(text, REMOTE_ADDR="10.1.2.3", HTTP_X_FORWARDED_FOR="10.1.2.3")


def test_an_expired_key_is_refused_as_such_from_everywhere(cast, at_now):
    _token, text = make(cast, networks=ALLOWED, expires_at=NOW + timedelta(days=1))
    at_now(days=1)
    with pytest.raises(AuthenticationFailed):
        authenticate(text, REMOTE_ADDR="192.0.2.1")


# --- find_token ---


def test_find_token_gives_the_key_with_its_limited_account_in_one_query(cast, django_assert_num_queries):
    token, text = make(cast, user=cast.lead_approver, scopes=[Scope.CALENDAR])
    find_token(text, address="10.1.2.3", moment=NOW)
    with django_assert_num_queries(1):
        found = find_token(text, address="10.1.2.3", moment=NOW)
    assert (found, found.user, found.newest) == (token, cast.lead_approver, last_sequence())
    assert found.user.has(Can.READ_TASKS)
    assert not found.user.has(Can.SUBMIT)


@pytest.mark.parametrize("text", ["", "gxftz_", "令牌", "\x00", "\ud800"])
def test_find_token_refuses_what_is_no_key(cast, text):
    with pytest.raises(AuthenticationFailed):
        find_token(text, address="10.1.2.3", moment=NOW)
