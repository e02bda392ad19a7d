"""No test finds what another has left: the shortcuts that the tests take in cleaning up are themselves tested."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from ledger import guards
from ledger.actions import append
from ledger.actors import SYSTEM
from ledger.models import Event
from tests.cast import make_cast
from tests.emptying import filled_tables
from tests.factories import NOW
from zones.models import Zone

TWICE = pytest.mark.parametrize("time", [1, 2])  # whichever comes second would find what the first has left


def leave_rows():
    assert filled_tables(connection) == []
    make_cast()
    assert len(filled_tables(connection)) >= 10


def append_event():
    with transaction.atomic():
        append(kind="zone", key="nanning", verb="update", by=SYSTEM, at=NOW, state={"name": "片区"})


@TWICE
@pytest.mark.django_db
def test_rows_of_a_test_that_is_rolled_back_are_gone(time):
    leave_rows()


@TWICE
@pytest.mark.django_db(transaction=True)
def test_rows_of_a_test_with_real_transactions_are_gone(time):
    leave_rows()
    Zone.objects.update(name="改")


@pytest.mark.django_db(transaction=True)
def test_emptying_leaves_the_models_and_the_guards_of_the_ledger():
    append_event()
    models = set(ContentType.objects.values_list("app_label", "model"))
    call_command("flush", interactive=False, verbosity=0)
    assert filled_tables(connection) == []
    assert set(ContentType.objects.values_list("app_label", "model")) == models != set()
    assert guards.are_standing(connection)
    append_event()
    with pytest.raises(DatabaseError, match=guards.REFUSAL), transaction.atomic():
        Event.objects.all().delete()
    assert Event.objects.count() == 1
