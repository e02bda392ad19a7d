"""The table's world as fixtures: built once a module, and every test's doings taken back with the test."""

import pytest

from tests.permission_table.world import standing_world


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, files):
    with django_db_blocker.unblock(), standing_world(files) as made:
        yield made


@pytest.fixture
def world(scene, files, db, settings):
    """The scene of the module; what a test does to it is taken back with the test."""
    settings.MEDIA_ROOT = files
    return scene
