"""What every test gets."""

from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from ledger import guards
from tests.cast import cast  # noqa: F401  every test may ask for it
from tests.permission_table.scene import files, scene, world  # noqa: F401  for the table and the walk

# A slow machine is not a defect, and a failure prints how to repeat it.
hypothesis_settings.register_profile("default", deadline=None, print_blob=True)
hypothesis_settings.load_profile("default")


DATABASE = {"db", "transactional_db", "django_db_setup", "database"}  # fixtures that lead to one


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs a service that this run has not been given; what asks no database need not be run on two."""
    needs = {
        "postgres": (settings.IS_SQLITE, "needs PostgreSQL: make test-postgres"),
        "redis": (not settings.REDIS_URL, "needs Redis: make test-postgres"),
    }
    for item in items:
        if not DATABASE & set(item.fixturenames) and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.once)
        for marker, (is_missing, reason) in needs.items():
            if is_missing and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _empty_local_cache():
    """What one test has kept must not answer another."""
    caches["local"].clear()
    yield
    caches["local"].clear()


@pytest.fixture(autouse=True)
def _own_language():
    """Chinese, whatever language the last request of another test was answered in."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Evidence and mails of a test go with it."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_the_ledger():
    """A test with real transactions is cleaned up by emptying the tables, which the ledger's own triggers refuse."""
    operations_class = type(connection.ops)
    flush = operations_class.execute_sql_flush

    def flush_without_triggers(operations, sql_list):
        guards.remove(operations.connection)
        flush(operations, sql_list)
        guards.install(operations.connection)

    with mock.patch.object(operations_class, "execute_sql_flush", flush_without_triggers):
        yield
