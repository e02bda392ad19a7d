"""What has to be right before the first request: database, static files, the plan. `python -m gxftz.prepare`."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gxftz.environment import read_flag


def prepare(*, with_demo: bool) -> None:
    """Database, static files, the plan and, if wanted, the demonstration data; quick when nothing has changed."""
    if has_open_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static_files()
    forget_messages()
    if with_demo:
        load_demo_unless_people_work()
    call_command("load_plan")
    call_command("open_periods", verbosity=0)
    connection.close()


def load_demo_unless_people_work() -> None:
    """Before the plan, which it brings along, so that its year in the ledger begins with the plan."""
    try:
        call_command("load_demo")
    except CommandError as refusal:
        sys.stderr.write(f"{refusal}\n")


def has_open_migrations() -> bool:
    """Is there a migration that this database has not seen?"""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def collect_static_files() -> None:
    """Collects and compresses them again only if one of them has changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = digest_static_files()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == digest):
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)


def digest_static_files() -> str:
    """Changes when a static file of ours or the set of installed packages changes."""
    pins = [settings.BASE_DIR / "requirements.txt", settings.BASE_DIR / "constraints.txt"]
    seen = hashlib.sha256()
    for path in sorted([*pins, *walk_static_files()]):
        state = path.stat()
        seen.update(f"{path}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def walk_static_files() -> Iterator[Path]:
    """Our own static files, those made at set-up, and the programs to copy."""
    for name, storage in FileSystemFinder().list([]):
        yield Path(storage.path(name))


def forget_messages() -> None:
    """Empties the file broker: a message is only a wake-up, and a file cut off by a crash would keep a worker down."""
    if not settings.REDIS_URL:
        for folder in settings.BROKER_DIR.iterdir():
            shutil.rmtree(folder)
            folder.mkdir()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")
    django.setup()
    prepare(with_demo=read_flag("DEMO", default=False))
