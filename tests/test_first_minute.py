"""The first minute of an installation: people and their units, and nothing else yet. Every page stands."""

import pytest
import time_machine
from django.db import transaction

from progress.models import Period
from tasks.models import Plan, Task
from tests.cast import PARTS, make_cast
from tests.factories import NOW
from tests.permission_table.markup import LANGUAGES, faults_of
from tests.permission_table.play import ask, sign_in
from tests.permission_table.rows import CLIENTS
from tests.permission_table.table import TABLE
from tests.permission_table.world import give_passwords, log_everybody_in

pytestmark = pytest.mark.once

WITHOUT_PLAN = {"tasks:plan": 404, "api:plan": 404}


@pytest.fixture(scope="module")
def first_minute(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        cast = make_cast()
        give_passwords(cast)
        for model in (Task, Period, Plan):
            model.objects.all().delete()
        log_everybody_in(cast)
        yield cast
        transaction.set_rollback(True)


@pytest.fixture
def empty(first_minute, db):
    """The minute of the module; what a test does to it is taken back with the test."""
    return first_minute


@pytest.mark.parametrize("row", [row for row in TABLE if row.is_safe and not row.on], ids=str)
def test_address_stands_without_a_plan(empty, row):
    wrong = []
    for part in [part for part in row.parts if part not in CLIENTS]:
        response = ask(sign_in(part, empty), row, empty)
        expected = WITHOUT_PLAN.get(row.view, row.success) if part in row.may else row.expected(part)
        wrong += [(part, fault) for fault in faults_of(response, LANGUAGES["zh-hans"])]
        wrong += [] if response.status_code == expected else [(part, response.status_code)]
    assert wrong == []


def test_parts_of_the_cast_are_all_there(empty):
    assert all(getattr(empty, part).is_active for part in PARTS)
