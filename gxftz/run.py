"""`make run`: prepares the data, says where to go, and becomes the supervisor of web, worker and beat."""

import fcntl
import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from gxftz.environment import read_flag

SUPERVISOR_CONFIG = "deploy/supervisord.conf"


def main() -> None:
    """Everything that has to be right before the first request, then the supervisor in place of this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gxftz.settings")
    try:
        django.setup()
    except ValueError as error:
        sys.exit(f"gxftz: {error}")
    refuse_taken_address(settings.HOST, settings.PORT)
    with_demo = read_flag("DEMO", default=True)
    prepare(with_demo=with_demo)
    announce(with_demo=with_demo)
    become_supervisor()


def refuse_taken_address(host: str, port: int) -> None:
    """Stop with a sentence, instead of a web server that is started again and again in vain."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            sys.exit(f"gxftz: {host}:{port} cannot be used ({error.strerror}). Choose another with HOST=… PORT=…")


def prepare(*, with_demo: bool) -> None:
    """Database, static files, the plan and, if wanted, the demonstration data; quick when nothing has changed."""
    if has_open_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static_files()
    forget_messages()
    call_command("load_plan")
    if with_demo:
        call_command("load_demo")
    connection.close()


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
    """Our own static files and those made at set-up."""
    for folder in settings.STATICFILES_DIRS:
        yield from (path for path in Path(folder).rglob("*") if path.is_file())


def forget_messages() -> None:
    """Empties the file broker: a message is only a wake-up, and a file cut off by a crash would keep a worker down."""
    if not settings.REDIS_URL:
        for folder in settings.BROKER_DIR.iterdir():
            shutil.rmtree(folder)
            folder.mkdir()


def announce(*, with_demo: bool) -> None:
    """Prints where to go and who can log in."""
    lines = ["", f"  {settings.SITE_URL}", ""]
    if not with_demo:
        lines += ["  The first administrator:  .venv/bin/python manage.py create_administrator --username NAME", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    if with_demo:
        call_command("load_demo", "--accounts")
    sys.stdout.flush()


def become_supervisor() -> None:
    """Replaces this process, so that Ctrl+C and SIGTERM reach the supervisor directly."""
    arguments = [sys.executable, "-m", "supervisor.supervisord", "--nodaemon", "-c", SUPERVISOR_CONFIG]
    if os.geteuid() == 0:
        arguments += ["--user", "root"]
    os.environ.update(
        GXFTZ_PYTHON=sys.executable,
        HOST=settings.HOST,
        PORT=str(settings.PORT),
        GXFTZ_DATA_DIR=str(settings.DATA_DIR),
    )
    make_output_shareable()
    os.chdir(settings.BASE_DIR)
    os.execv(sys.executable, arguments)  # noqa: S606  no shell, and nothing in it comes from outside


def make_output_shareable() -> None:
    """The supervisor and its programs each open our output again; a file must then append, a socket become a pipe."""
    kind = os.fstat(1).st_mode
    if stat.S_ISREG(kind):
        fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_APPEND)
    elif stat.S_ISSOCK(kind):
        # A socket cannot be opened by its name. The new session keeps Ctrl+C from it until the last line is through.
        bridge = subprocess.Popen(["cat"], stdin=subprocess.PIPE, start_new_session=True)  # noqa: S607
        os.dup2(bridge.stdin.fileno(), 1)


if __name__ == "__main__":
    main()
