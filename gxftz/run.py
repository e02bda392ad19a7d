"""`make run`: prepares the data, says where to go, and becomes the supervisor of web, worker and beat."""

import fcntl
import os
import shutil
import socket
import stat
import subprocess
import sys

import django
from django.conf import settings
from django.core.management import call_command

from gxftz.environment import join_address, read_flag
from gxftz.prepare import prepare

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  looked for, not used
MAKE_ADMINISTRATOR = ".venv/bin/python manage.py create_administrator --username NAME"
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
            probe.bind((host, port))
        except OSError as error:
            taken = f"{join_address(host, port)} cannot be used ({error.strerror})"
            sys.exit(f"gxftz: {taken}. Choose another with HOST=… PORT=…")


def announce(*, with_demo: bool) -> None:
    """Prints where to go and who can log in."""
    lines = ["", f"  {settings.SITE_URL}", ""]
    if settings.HOST in EVERYWHERE:
        lines += [
            f"  Listens everywhere, answers to {', '.join(settings.ALLOWED_HOSTS)} (see ALLOWED_HOSTS).",
            "",
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    if with_demo:
        call_command("load_demo", "--accounts")
        sys.stdout.write(
            "\n  Without demonstration data, in a folder of its own: GXFTZ_DATA_DIR=FOLDER DEMO=0 make run\n"
        )
    sys.stdout.write(f"  The first administrator: {MAKE_ADMINISTRATOR}\n\n")
    sys.stdout.flush()


def become_supervisor() -> None:
    """Replaces this process, so that Ctrl+C and SIGTERM reach the supervisor directly."""
    arguments = [sys.executable, "bin/supervise.py", "--nodaemon", "-c", SUPERVISOR_CONFIG]
    if os.geteuid() == 0:
        arguments += ["--user", "root"]
    os.environ.update(
        GXFTZ_LEASH="setpriv --pdeathsig TERM" if shutil.which("setpriv") else "",
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
        reader, writer = os.pipe()
        subprocess.Popen(["cat"], stdin=reader, start_new_session=True)  # noqa: S607
        os.close(reader)
        os.dup2(writer, 1)
        os.close(writer)


if __name__ == "__main__":
    main()
