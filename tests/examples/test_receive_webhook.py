"""examples/receive_webhook.py against what the standard's own library signs, and what this system sends."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from supervision.webhooks import STANDARD, Announcement, body_of, headers_of, make_secret
from tests.examples.mirrors import EXAMPLES
from tests.examples.stub import answering, page

pytestmark = pytest.mark.once

SCRIPT = EXAMPLES / "receive_webhook.py"
SECRET = make_secret()
BODY = '{"type":"task.issued","data":{"sequence":7,"key":"甲"}}'.encode()


@pytest.fixture(scope="module")
def receiver():
    spec = importlib.util.spec_from_file_location("receive_webhook", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def signed(body=BODY, *, secret=SECRET, at=None, name="evt_7"):
    at = at or datetime.now(UTC)
    signature = Webhook(secret).sign(msg_id=name, timestamp=at, data=body.decode())
    return {"webhook-id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_genuine_message_is_taken(receiver):
    assert receiver.is_genuine(signed(), BODY, SECRET, time.time())


def test_message_signed_with_two_keys_is_taken_by_either(receiver):
    old, at = make_secret(), datetime.now(UTC)
    told = Announcement(kind="task.issued", at=at, title="", lines=(), url="", data={"sequence": 7})
    body = body_of(STANDARD, told)
    headers = headers_of(message_id="evt_7", at=at, body=body, keys=[SECRET, old])
    assert receiver.is_genuine(headers, body, SECRET, time.time())
    assert receiver.is_genuine(headers, body, old, time.time())
    assert not receiver.is_genuine(headers, body, make_secret(), time.time())


@pytest.mark.parametrize("minutes", [-6, 6])
def test_message_of_another_time_is_refused(receiver, minutes):
    headers = signed(at=datetime.fromtimestamp(time.time() + minutes * 60, UTC))
    assert not receiver.is_genuine(headers, BODY, SECRET, time.time())


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "evt_8"}, {"webhook-id": ""}, {"webhook-timestamp": "soon"}, {"webhook-signature": ""},
        {"webhook-signature": "v1,"}, {"webhook-signature": "v1a,é"}, {"webhook-timestamp": str(int(time.time()) + 2)},
    ],
)  # fmt: skip
def test_message_with_other_headers_is_refused(receiver, change):
    assert not receiver.is_genuine({**signed(), **change}, BODY, SECRET, time.time())


def test_changed_body_is_refused(receiver):
    assert not receiver.is_genuine(signed(), BODY.replace(b"7", b"8"), SECRET, time.time())


class Running:
    """The program itself, with a server that its mirror asks."""

    def __init__(self, folder, server):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {
            **os.environ, "GXFTZ_WEBHOOK_SECRET": SECRET, "GXFTZ_URL": server.url, "GXFTZ_TOKEN": "gxftz_x",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "127.0.0.1", str(self.port)],
            env=environment, cwd=folder, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def post(self, body, headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/", data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code


@pytest.fixture
def server():
    with answering() as server:
        server.answers = [page([], last=0)] * 20
        yield server


@pytest.fixture
def running(tmp_path, server):
    running = Running(tmp_path, server)
    until(lambda: server.asked)  # it has looked what happened while it was not there
    yield running
    running.process.kill()
    running.process.wait()


def until(happened):
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_receiver_fetches_after_a_genuine_message_and_once_for_a_repeated_one(running, server):
    headers = signed(name=f"evt_{uuid.uuid4().int % 1000}")
    assert running.post(BODY, headers) == 204
    until(lambda: len(server.asked) == 2)
    assert running.post(BODY, headers) == 204
    assert running.post(BODY.replace(b"7", b"8"), headers) == 401
    assert running.post(b"{}", {"webhook-id": "evt_1", "webhook-signature": "v1," + b64encode(b"x").decode()}) == 401
    assert running.post(BODY, signed(name="evt_other")) == 204
    until(lambda: len(server.asked) == 3)
    time.sleep(0.3)
    assert len(server.asked) == 3
    assert all(json.dumps(path).startswith('"/api/v1/changes/?after=0') for path, _headers in server.asked)
