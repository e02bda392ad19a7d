"""Two administrators at the same moment, on real connections, with a control that shows the test can see the race."""

import threading

import pytest

from agencies.actions import create_api_token, deactivate_user, update_user
from agencies.models import ApiToken, User
from agencies.roles import Role
from ledger.readers import verify
from tests.factories import NOW, UserFactory
from tests.races import at_once, codes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(db):
    return [UserFactory(username=name, agency=None, role=Role.ADMINISTRATOR) for name in ("one", "two")]


def race(*calls):
    return codes(at_once(*calls))


def test_deactivate_raced_leaves_one_administrator(pair):
    one, two = pair
    outcomes = race(
        lambda: deactivate_user(user=two, by=one, now=NOW),
        lambda: deactivate_user(user=one, by=two, now=NOW),
    )
    assert outcomes == ["done", "last_administrator"]
    assert User.objects.serving().count() == 1
    assert verify() == []


def test_deactivating_without_the_lock_leaves_none(pair):
    """The control: both look before either writes."""
    meeting = threading.Barrier(2)

    def naive(user):
        others = User.objects.serving().filter(role=Role.ADMINISTRATOR).exclude(pk=user.pk)
        may = others.exists()
        meeting.wait()
        if may:
            User.objects.filter(pk=user.pk).update(is_active=False)

    one, two = pair
    assert race(lambda: naive(one), lambda: naive(two)) == ["done", "done"]
    assert not User.objects.serving().exists()


def test_update_user_raced_lets_exactly_one_version_through(pair):
    one, two = pair

    def save(name):
        update_user(user=two, name=name, email="", phone="", agency=None, role=two.role, version=1, by=one, now=NOW)

    assert race(*[lambda name=name: save(name) for name in "甲乙丙"]) == ["done", "stale_version", "stale_version"]
    assert User.objects.get(pk=two.pk).version == 2


def test_create_api_token_raced_makes_one_of_a_name(pair):
    one, two = pair

    def create():
        create_api_token(name="中台", scopes=["progress:read"], user=two, by=one, now=NOW)

    assert race(create, create, create) == ["done", "invalid", "invalid"]
    assert ApiToken.objects.count() == 1
    assert verify() == []
