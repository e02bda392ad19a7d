"""What every test gets."""

import pytest
from django.conf import settings
from django.core.cache import caches
from hypothesis import settings as hypothesis_settings

# A slow machine is not a defect, and a failure prints how to repeat it.
hypothesis_settings.register_profile("default", deadline=None, print_blob=True)
hypothesis_settings.load_profile("default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs a service that this run has not been given."""
    needs = {
        "postgres": (settings.IS_SQLITE, "needs PostgreSQL: make test-postgres"),
        "redis": (not settings.REDIS_URL, "needs Redis: make test-postgres"),
    }
    for item in items:
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
def _own_files(settings, tmp_path):
    """Evidence and mails of a test go with it."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
