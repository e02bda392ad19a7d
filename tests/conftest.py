"""What every test gets."""

import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests.cast import cast  # noqa: F401  every test may ask for it
from tests.emptying import emptying_quickly
from tests.permission_table.scene import files, scene, world  # noqa: F401  for the table and the walk

# A slow machine is not a defect, and a failure prints how to repeat it.
hypothesis_settings.register_profile("default", deadline=None, print_blob=True)
hypothesis_settings.load_profile("default")


DATABASE = {"db", "transactional_db", "django_db_setup", "database"}  # fixtures that lead to one

# A page says the same on every database. What its buttons do are actions, whose own tests are run on both; and that it
# opens on SQLite too is seen in Chromium, whose walk over the permission table looks at every page there.
PAGES = re.compile(r"test_pages_\w+|test_(\w+_)?pages?")


def asks_database(item: pytest.Item) -> bool:
    return bool(DATABASE & set(item.fixturenames) or item.get_closest_marker("django_db"))


def is_about_a_page(item: pytest.Item) -> bool:
    is_race = any(mark.kwargs.get("transaction") for mark in item.iter_markers("django_db"))
    return bool(PAGES.fullmatch(item.path.stem)) and not is_race and "transactional_db" not in item.fixturenames


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs a service that this run has not been given; what asks no database need not be run on two."""
    needs = {
        "postgres": (settings.IS_SQLITE, "needs PostgreSQL: make test-postgres"),
        "redis": (not settings.REDIS_URL, "needs Redis: make test-postgres"),
    }
    for item in items:
        if not asks_database(item) or is_about_a_page(item):
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
def _tables_are_emptied_quickly():
    """How a test with real transactions is cleaned up; see tests/emptying.py."""
    with emptying_quickly():
        yield
