"""Emptying the tables after a test with real transactions: what Django does, in a tenth of the time.

Django truncates every table, which makes PostgreSQL write each one anew on the disk, and then fills in what models
there are. Here only the rows that are there go, and what models there are stays. The triggers of the ledger, which
refuse this to anybody else, are asked to look away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.core.management.commands import flush
from django.db import connection, transaction

from ledger import guards

KEPT = {"django_content_type", "auth_permission"}  # written by migrations; no test changes them


@contextmanager
def emptying_quickly() -> Iterator[None]:
    """Inside, `flush` (and so the end of every test with real transactions) works as described above."""
    operations_class = type(connection.ops)
    truncate = operations_class.execute_sql_flush

    def empty(operations: Any, sql_list: list[str]) -> None:
        here = operations.connection
        if here.vendor == "postgresql" and may_silence_triggers(here):
            _delete_rows(here)
            return
        guards.remove(here)
        truncate(operations, [sql for sql in sql_list if not any(f'"{table}"' in sql for table in KEPT)])
        guards.install(here)

    with (
        mock.patch.object(operations_class, "execute_sql_flush", empty),
        mock.patch.object(flush, "emit_post_migrate_signal"),  # it writes what is kept here
    ):
        yield


def may_silence_triggers(here: Any) -> bool:
    """Only PostgreSQL's superuser may; the triggers of foreign keys among them, so that the order does not matter."""
    with here.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return bool(cursor.fetchone()[0] == "on")


def _delete_rows(here: Any) -> None:
    with transaction.atomic(using=here.alias), here.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled_tables(here):
            cursor.execute(f'DELETE FROM "{table}"')


def filled_tables(here: Any) -> list[str]:
    """The tables of the project in which there are rows, but for what is kept."""
    names = here.introspection.django_table_names(only_existing=True, include_views=False)
    tables = sorted(set(names) - KEPT)
    with here.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{table}")' for table in tables))
        return [table for table, is_filled in zip(tables, cursor.fetchone(), strict=True) if is_filled]
