"""`kill -9` in the middle of a sweep and in the middle of delivering, on the database of this run.

Every reminder arrives in the inbox exactly once and by mail at least once, twice at most where a worker was killed.
Two controls do the same work wrongly and must be caught. GXFTZ_KILLS and GXFTZ_KILL_SEED torment longer and otherwise.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.conf import settings

from supervision.actions.outcomes import LEASE
from tests.databases import own_database
from tests.factories import NOW

KILLS = int(os.environ.get("GXFTZ_KILLS", "12"))
SEED = int(os.environ.get("GXFTZ_KILL_SEED", "0")) or uuid.uuid4().int % 10**6
NEAR = 800
LATE = 40
ARRIVED = ("inbox_lost", "inbox_doubled", "mails_lost", "pushes_lost", "pending")
PEOPLE = 3  # who get a 催办单: reporter, approver, director; what comes near the reporter alone


@pytest.fixture
def database(tmp_path):
    with own_database(tmp_path) as address:
        yield address


@pytest.fixture
def environment(database, tmp_path):
    """For the processes: that database, and files of their own."""
    named = {
        "DATABASE_URL": database,
        "GXFTZ_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "gxftz.settings",
        "WEBHOOK_ALLOW": "127.0.0.1",
        "GXFTZ_PUSHES": str(tmp_path / "pushes"),
    }
    return {**os.environ, **named}


@pytest.fixture
def crashing(environment):
    """Run a part of tests/supervision/crashing.py."""

    def run(*arguments):
        command = [sys.executable, "-m", "tests.supervision.crashing", *map(str, arguments)]
        done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout) if done.stdout else None

    return run


@pytest.fixture
def port(environment):
    """Where another system receives pushes and notes them."""
    command = [sys.executable, "-m", "tests.supervision.receiver", environment["GXFTZ_PUSHES"]]
    receiver = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)
    with receiver.stdout:
        yield receiver.stdout.readline().strip()
        receiver.kill()
        receiver.wait()


def test_killed_workers_lose_and_double_nothing(crashing, port):
    result = crashing("torment", "real", KILLS, SEED, port)
    assert result["kills"] >= KILLS
    assert result["expected"] >= 12
    arrived = {name: result[name] for name in ARRIVED}
    assert arrived == dict.fromkeys(arrived, 0), f"seed {SEED}: {result}"
    assert result["mails_doubled"] <= result["kills"], f"seed {SEED}: {result}"
    assert result["pushes_doubled"] <= result["kills"], f"seed {SEED}: {result}"


@pytest.mark.once  # it is the counting that is tried here
def test_killed_workers_that_mark_first_lose(crashing):
    """A control: the outbox marked done before sending. With 15 kills it once lost nothing, by luck."""
    result = crashing("torment", "marking_first", 40, SEED)
    assert result["inbox_lost"] + result["mails_lost"] > 0, f"seed {SEED}: {result}"


@pytest.mark.once  # it is the counting that is tried here
def test_killed_workers_without_the_business_key_double(crashing):
    """A control: looked up first, inserted then."""
    result = crashing("torment", "without_key", 5, SEED)
    assert result["inbox_doubled"] > 0, f"seed {SEED}: {result}"


# -- the real worker


class Worker:
    """Celery's own, with the broker of this run; `moment` is the time it believes."""

    def __init__(self, environment, moment):
        command = [sys.executable, "-m", "tests.supervision.worker_at", moment.isoformat()]
        self.process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self):
        """Parent and children at once, as when the machine fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def start(environment):
    """Start a worker that believes in a moment; none outlives the test."""
    workers = []
    yield lambda moment: workers.append(Worker(environment, moment)) or workers[-1]
    for worker in workers:
        if worker.process.poll() is None:
            worker.kill()


class Rows:
    """Looks into the database from outside, often and cheaply."""

    def __init__(self, database):
        if settings.IS_SQLITE:
            self.connection = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
        else:
            self.connection = psycopg2.connect(database)
            self.connection.autocommit = True

    def __call__(self, query):
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(f"SELECT count(*) FROM {query}")
            return cursor.fetchone()[0]

    def close(self):
        self.connection.close()

    def wait(self, query, least, seconds):
        """Until there are so many."""
        end = time.monotonic() + seconds
        while (found := self(query)) < least:
            assert time.monotonic() < end, f"{query}: {found} of {least}"
            time.sleep(0.001)
        return found


STORED = "supervision_delivery WHERE level = 1"
MESSAGES = "supervision_message"
MAILED = "supervision_delivery WHERE channel = 'mail' AND done_at IS NOT NULL"
SINGLES = f"{MAILED} AND level = 2"
STAGES = (
    (["sweep"], STORED, 2 * NEAR),
    (["sweep", "deliver"], MESSAGES, NEAR + PEOPLE * LATE),
    (["deliver"], SINGLES, PEOPLE * LATE),
)


def test_killed_celery_worker_loses_and_doubles_nothing(database, crashing, start):
    """Killed in the middle of a sweep, of filling inboxes and of mailing; beat's ticks come again, messages may not."""
    crashing("prepare", NEAR, LATE)
    every, moment = NEAR + LATE * PEOPLE, NOW
    with closing(Rows(database)) as rows:
        for jobs, query, whole in STAGES:
            crashing("tick", *jobs)
            worker = start(moment)
            found = rows.wait(query, 1, seconds=30)
            worker.kill()
            assert found < whole, f"{query}: it was over before the kill"
            moment += LEASE + timedelta(minutes=1)
        start(moment)
        for _tick in range(20):
            crashing("tick", "sweep", "deliver")
            if rows(MAILED) == every:
                break
            time.sleep(1)
    result = crashing("count")
    arrived = {name: result[name] for name in ARRIVED}
    assert (result["expected"], arrived) == (every, dict.fromkeys(arrived, 0))
    assert result["mails_doubled"] <= len(STAGES)
