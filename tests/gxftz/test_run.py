"""`make run` as a person meets it: processes, signals and a port."""

import configparser
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from gxftz.run import SUPERVISOR_CONFIG, refuse_taken_address

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes through /proc")

PATIENCE = 120


def find_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """One running installation with its own data."""

    def __init__(self, data, port):
        self.data, self.port = data, port
        given = {"GXFTZ_DATA_DIR": str(data), "PORT": str(port), "DEMO": "0", "DATABASE_URL": "", "REDIS_URL": ""}
        self.log = data.with_suffix(".log")
        with self.log.open("wb") as log:
            self.main = subprocess.Popen(
                [sys.executable, "-m", "gxftz.run"],
                cwd=settings.BASE_DIR,
                env={**os.environ, **given, "DJANGO_SETTINGS_MODULE": "gxftz.settings"},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def processes(self, words=""):
        """Ids of everything that works on this installation's data, with `words` in its command; the oldest first."""
        mark = f"GXFTZ_DATA_DIR={self.data}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes() and words in (folder / "cmdline").read_text():
                    found.append(int(folder.name))
            except OSError:
                continue  # it has just ended
        return sorted(found)

    def wait(self, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "data", find_free_port())
    yield site
    for pid in site.processes():
        os.kill(pid, signal.SIGKILL)
    site.main.wait()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP])
def test_run_restarts_what_dies_and_stops_without_a_trace(site, ending):
    site.wait(site.is_ready)
    for words in ("gunicorn", "worker", "beat"):
        site.wait(lambda words=words: site.processes(words))
        victim = site.processes(words)[0]
        os.kill(victim, signal.SIGKILL)
        site.wait(lambda words=words, victim=victim: site.processes(words) and victim not in site.processes(words))
    site.wait(site.is_ready)
    os.kill(site.main.pid, ending)
    site.wait(lambda: site.main.poll() is not None)
    site.wait(lambda: site.processes() == [])
    assert "create_administrator --username" in site.log.read_text()


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv of util-linux")
def test_run_ends_its_programs_even_when_it_is_killed(site):
    site.wait(site.is_ready)
    os.kill(site.main.pid, signal.SIGKILL)
    site.wait(lambda: site.processes() == [])


def test_run_refuses_an_address_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SystemExit, match="cannot be used"):
            refuse_taken_address(*other.getsockname())


def test_run_restarts_every_program_without_an_end():
    config = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    config.read(settings.BASE_DIR / SUPERVISOR_CONFIG)
    programs = [config[name] for name in config.sections() if name.startswith("program:")]
    assert len(programs) == 3
    for program in programs:
        assert program["autorestart"] == "true"
        assert program["killasgroup"] == "true"
        assert int(program["startretries"]) >= 1_000_000
