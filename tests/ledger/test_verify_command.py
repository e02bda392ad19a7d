from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ledger import guards
from ledger.actions import append
from ledger.actors import SYSTEM
from ledger.models import Head
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_verify_ledger_counts_what_is_whole():
    append(kind="thing", key="1", verb="made", by=SYSTEM, at=NOW, state={})
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "共 1 条" in out.getvalue()


def test_verify_ledger_fails_and_names_the_place():
    append(kind="thing", key="1", verb="made", by=SYSTEM, at=NOW, state={})
    Head.objects.update(hash="f" * 64)
    errors = StringIO()
    with pytest.raises(CommandError, match="1 处"):
        call_command("verify_ledger", stderr=errors)
    assert "#1" in errors.getvalue()


def test_verify_ledger_fails_when_the_database_no_longer_guards_it():
    guards.remove(connection)
    with pytest.raises(CommandError, match="触发器"):
        call_command("verify_ledger")
