import os
from pathlib import Path

import pytest
from django.db.migrations.recorder import MigrationRecorder

from gxftz import prepare
from tests.factories import UserFactory


@pytest.fixture
def static_files(settings, tmp_path):
    """One static file and a place to collect it to."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            "OPTIONS": {"location": tmp_path / "static"},
        },
    }
    return source


def list_collected(settings):
    return sorted(path.name for path in Path(settings.STATIC_ROOT).glob("*.css"))


def test_collect_static_files_sees_a_change_in_a_folder_with_a_name(settings, static_files, tmp_path):
    (tmp_path / "programs").mkdir()
    program = tmp_path / "programs" / "mirror.py"
    program.write_text("one")
    settings.STATICFILES_DIRS = [static_files, ("examples", tmp_path / "programs")]
    before = prepare.digest_static_files()
    program.write_text("another")
    assert prepare.digest_static_files() != before


def test_collect_static_files_gives_hashed_names(settings, static_files):
    prepare.collect_static_files()
    names = list_collected(settings)
    assert "page.css" in names
    assert len(names) == 2


def test_collect_static_files_does_it_once(settings, static_files):
    prepare.collect_static_files()
    for path in Path(settings.STATIC_ROOT).glob("*.css"):
        path.unlink()
    prepare.collect_static_files()
    assert list_collected(settings) == []


def test_collect_static_files_sees_a_change(settings, static_files):
    prepare.collect_static_files()
    (static_files / "page.css").write_text("a { color: green }")
    os.utime(static_files / "page.css", (1, 1))
    prepare.collect_static_files()
    assert len(list_collected(settings)) == 3  # the plain name, the old hash and the new one


def test_forget_messages_empties_the_file_broker(settings, tmp_path):
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path
    for folder in ("messages", "control"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "cut off").touch()
    prepare.forget_messages()
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["control", "messages"]


@pytest.mark.django_db
def test_has_open_migrations_sees_one_that_was_not_applied():
    assert not prepare.has_open_migrations()
    MigrationRecorder.Migration.objects.filter(app="ledger").delete()
    assert prepare.has_open_migrations()


@pytest.mark.django_db
def test_load_demo_unless_people_work_leaves_real_work_alone_and_goes_on(capsys):
    UserFactory()
    prepare.load_demo_unless_people_work()
    assert "没有载入演示数据" in capsys.readouterr().err
