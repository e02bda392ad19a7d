"""The same key at the same moment, on real connections, with controls that show the tests can see the race."""

import threading

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from agencies.actions import (
    create_api_token,
    create_calendar_token,
    deactivate_user,
    revoke_api_token,
    rotate_api_token,
)
from agencies.actions.token_rows import Limits, make_token
from agencies.actions.tokens import CALENDARS
from agencies.authentication import find_token
from agencies.models import ApiToken, User
from agencies.roles import Role
from ledger.readers import verify
from tests.factories import NOW, UserFactory
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator(db):
    return UserFactory(username="one", agency=None, role=Role.ADMINISTRATOR)


@pytest.fixture
def token(administrator):
    person = UserFactory(username="two")
    return create_api_token(name="中台", scopes=["progress:read"], user=person, by=administrator, now=NOW)[0]


def test_rotate_api_token_raced_makes_one_new_key(administrator, token):
    def rotate():
        rotate_api_token(token=token, by=administrator, now=NOW)

    assert codes(at_once(rotate, rotate, rotate)) == ["done", "token_replaced", "token_replaced"]
    assert ApiToken.objects.filter(replaces=token).count() == 1
    assert verify() == []


def test_replacing_without_the_lock_sees_no_other(administrator, token):
    """The control: both find the key unreplaced; only the column's own rule stops the second."""
    meeting, outcomes = threading.Barrier(2), []

    def naive():
        is_free = not ApiToken.objects.filter(replaces=token).exists()
        meeting.wait()
        try:
            with transaction.atomic():
                make_token(
                    user=token.user, name=token.name, scopes=token.scopes, limits=Limits([], None), expires_at=None,
                    replaces=token,
                )  # fmt: skip
        except IntegrityError:
            is_free = (is_free, "refused by the database")
        outcomes.append(is_free)

    at_once(naive, naive)
    assert sorted(outcomes, key=str) == [(True, "refused by the database"), True]


def test_rotate_api_token_against_revoking_leaves_no_key_that_nobody_meant(administrator, token):
    """Either the new key came first and stands, or the revocation did and there is none."""
    outcomes = codes(
        at_once(
            lambda: rotate_api_token(token=token, by=administrator, now=NOW),
            lambda: revoke_api_token(token=token, by=administrator, now=NOW),
        )
    )
    assert outcomes in (["done", "done"], ["done", "token_revoked"])
    token.refresh_from_db()
    assert token.revoked_at == NOW
    assert ApiToken.objects.filter(replaces=token).exists() == (outcomes == ["done", "done"])
    assert verify() == []


def test_rotate_api_token_against_leaving_leaves_nothing_open(administrator, token):
    """Whoever comes second sees what the first has done: no key of somebody who left stays open."""
    at_once(
        lambda: rotate_api_token(token=token, by=administrator, now=NOW),
        lambda: deactivate_user(user=token.user, by=administrator, now=NOW),
    )
    assert not User.objects.get(pk=token.user_id).is_active
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert verify() == []


def test_create_calendar_token_raced_stops_at_enough(administrator):
    for _each in range(CALENDARS - 1):
        create_calendar_token(by=administrator, now=NOW)

    def subscribe():
        create_calendar_token(by=administrator, now=NOW)

    assert codes(at_once(subscribe, subscribe)) == ["done", "too_many_tokens"]
    assert ApiToken.objects.count() == CALENDARS


@pytest.mark.postgres
def test_a_key_answers_while_a_long_change_of_its_own_is_under_way(administrator):
    """The change has noted the key's use in its transaction; what is asked meanwhile does not wait for its end."""
    token, text = create_api_token(name="数据中台", scopes=["progress:read"], by=administrator, now=NOW)
    with transaction.atomic():
        find_token(text, address="192.0.2.1", moment=NOW)
        (found,) = at_once(lambda: _find_soon(text))
    token.refresh_from_db()
    assert (found, token.last_used_at, token.last_used_from) == (token.pk, NOW, "192.0.2.1")


def _find_soon(text):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 1000")
        return find_token(text, address="192.0.2.2", moment=NOW).pk
