"""A thousand requests, each sent three times under its key, to web processes that are killed between commit and answer.

Each has one effect, and all three senders get the same answer. The control sends them without a key.
GXFTZ_KEYS and GXFTZ_KILL_SEED torment longer and otherwise.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from tests.databases import own_database

KEYS = int(os.environ.get("GXFTZ_KEYS", "40" if settings.IS_SQLITE else "150"))
SEED = int(os.environ.get("GXFTZ_KILL_SEED", "0")) or uuid.uuid4().int % 10**6
TIMES = 3
SENDERS = 6
SHARE = "0.05"  # of the changes whose process dies before it answers, and with it what its other threads were at
PATIENCE = 60


@pytest.fixture
def environment(tmp_path):
    with own_database(tmp_path) as address:
        named = {
            "DATABASE_URL": address,
            "GXFTZ_DATA_DIR": str(tmp_path / "data"),
            "DJANGO_SETTINGS_MODULE": "gxftz.settings",
            "GXFTZ_DYING": SHARE,
            "LOG_LEVEL": "ERROR",
            "API_REQUESTS_PER_MINUTE": "1000000",
        }
        yield {**os.environ, **named}


@pytest.fixture
def run(environment):
    def run_part(*arguments):
        command = [sys.executable, "-m", "tests.agencies.dying", *map(str, arguments)]
        done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return run_part


@pytest.fixture
def start(environment, tmp_path):
    """Start the server and give its port; gunicorn replaces every process that dies."""
    started = []

    def start_server():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            sys.executable, "-m", "gunicorn", "tests.agencies.dying:application", "--bind", f"127.0.0.1:{port}",
            "--workers", "3", "--threads", "3", "--worker-class", "gthread", "--preload", "--log-level", "critical",
            "--no-control-socket",
        ]  # fmt: skip
        log = (tmp_path / "server.log").open("wb")
        with log:
            started.append(
                subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log,
                                 start_new_session=True)
            )  # fmt: skip
        return port

    yield start_server
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Sender:
    """Sends each request until it is answered, as a careful client does."""

    def __init__(self, port, token, *, with_key):
        self.port, self.token, self.with_key = port, token, with_key
        self.unanswered = 0

    def send(self, number):
        """(status, body) of the first answer that is one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status, body = self._try(number)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.02)
                continue
            if status != 409 or b"request_in_progress" not in body:
                return status, body
            time.sleep(0.01)
        raise TimeoutError(number)

    def _try(self, number):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if self.with_key:
            headers["Idempotency-Key"] = f"{SEED}-{number}"
        report = {"period": "2026Q4", "percent": 90, "result": "advancing", "progress": f"完成第{number}项。"}
        try:
            connection.request("POST", f"/api/v1/tasks/{number}/reports/", json.dumps(report).encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def torment(sender, count):
    """Every request three times, in any order; number → the answers."""
    numbers = [number for number in range(1, count + 1) for _time in range(TIMES)]
    random.Random(SEED).shuffle(numbers)
    answers = defaultdict(list)
    with ThreadPoolExecutor(SENDERS) as pool:
        for number, answer in zip(numbers, pool.map(sender.send, numbers), strict=True):
            answers[number].append(answer)
    return answers


def test_each_key_has_one_effect_and_one_answer(run, start):
    sender = Sender(0, run("prepare", KEYS), with_key=True)
    sender.port = start()
    answers = torment(sender, KEYS)
    assert sender.unanswered > KEYS * 0.05, f"seed {SEED}: hardly anybody died"
    odd = {number: found for number, found in answers.items() if len(set(found)) != 1 or found[0][0] != 201}
    assert odd == {}, f"seed {SEED}"
    whole = {"reports": KEYS, "events": KEYS, "most_events_of_one": 1, "answers": KEYS, "gaps": 0}
    assert run("count") == whole, f"seed {SEED}"


@pytest.mark.once  # it is the test that is tried here
def test_without_a_key_a_repeated_request_is_refused_or_made_twice(run, start):
    """The control: the same torment, and a sender no longer learns what became of what it sent."""
    count = 30
    sender = Sender(0, run("prepare", count), with_key=False)
    sender.port = start()
    answers = torment(sender, count)
    assert all(len(set(found)) > 1 for found in answers.values())
