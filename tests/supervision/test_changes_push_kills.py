"""`kill -9` in the middle of pushing changes: none is lost, the order holds, and a second copy has the same id.

GXFTZ_KILLS and GXFTZ_KILL_SEED torment longer and otherwise.
"""

import json
import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings

from tests.databases import own_database

KILLS = int(os.environ.get("GXFTZ_KILLS", "12"))
SEED = int(os.environ.get("GXFTZ_KILL_SEED", "0")) or uuid.uuid4().int % 10**6


@pytest.fixture
def environment(tmp_path):
    """For the processes: a database and files of their own."""
    with own_database(tmp_path) as address:
        named = {
            "DATABASE_URL": address,
            "GXFTZ_DATA_DIR": str(tmp_path / "data"),
            "DJANGO_SETTINGS_MODULE": "gxftz.settings",
            "WEBHOOK_ALLOW": "127.0.0.1",
            "GXFTZ_PUSHES": str(tmp_path / "pushes"),
        }
        yield {**os.environ, **named}


@pytest.fixture
def port(environment):
    """Where another system receives pushes and notes them."""
    command = [sys.executable, "-m", "tests.supervision.receiver", environment["GXFTZ_PUSHES"]]
    receiver = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    with receiver.stdout:
        yield receiver.stdout.readline().strip()
        receiver.kill()
        receiver.wait()


def test_killed_workers_lose_no_change_and_keep_the_order(environment, port):
    command = [sys.executable, "-m", "tests.supervision.crashing_changes", "torment", str(KILLS), str(SEED), port]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    result = json.loads(done.stdout)
    assert result["kills"] >= KILLS
    assert result["expected"] >= 12
    arrived = {name: result[name] for name in ("lost", "foreign", "unmarked", "behind", "is_in_order")}
    assert arrived == {**dict.fromkeys(arrived, 0), "is_in_order": True}, f"seed {SEED}: {result}"
    assert result["doubled"] <= result["kills"], f"seed {SEED}: {result}"
