"""examples/mirror.sh, end to end; it needs curl and the sqlite3 program."""

import json
import os
import shutil
import subprocess

import pytest

from ledger import actions as ledger
from ledger.readers import last_sequence
from tests.api import record_tasks
from tests.examples.mirrors import EXAMPLES, Expected, Mirror, make_token
from tests.examples.stub import answering, page, refusal
from tests.factories import NOW

MISSING = [program for program in ("curl", "sqlite3") if not shutil.which(program)]
live = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _programs():
    if MISSING and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {MISSING}")
    if MISSING:
        pytest.skip(f"NOT TRIED, not installed: {MISSING}")


class ShellMirror(Mirror):
    def run(self, **environment):
        command = ["sh", str(EXAMPLES / "mirror.sh"), str(self.file)]
        done = subprocess.run(
            command, env={**self.environment, **environment}, capture_output=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stderr


@pytest.fixture
def mirror(cast, live_server, tmp_path):
    record_tasks(by=cast.director)
    cast.token, cast.client = make_token()
    return ShellMirror(tmp_path, url=live_server.url, token=cast.token)


@pytest.fixture
def failing(tmp_path):
    with answering() as server:
        mirror = ShellMirror(tmp_path, url=server.url, token="gxftz_secret")
        mirror.server = server
        yield mirror


def append(key, state, by):
    ledger.append(kind="thing", key=key, verb="made", by=by, at=NOW, state=state)


def parsed(states):
    """The shell stores the state as the server wrote it, without a rule for the order of its members."""
    return {name: (json.loads(text), sequence) for name, (text, sequence) in states.items()}


def assert_true(mirror, client):
    assert mirror.place() == last_sequence()
    assert parsed(mirror.states()) == parsed(Expected(client).at(mirror.place()))


@live
@pytest.mark.parametrize("limit", ["2", "1000"])
def test_shell_mirror_follows_pages_resumes_and_forgets(cast, mirror, limit):
    append("1", {"a": "甲 '\"\\ \u2028 🚧", "b": [1, None, True]}, cast.director)
    append("2", {"a": 1}, cast.director)
    assert mirror.run(GXFTZ_LIMIT=limit) == (0, "")
    assert_true(mirror, cast.client)
    for state in ({"a": 2}, None, {"a": 3}):
        append("1", state, cast.director)
    append("2", None, cast.director)
    assert mirror.run(GXFTZ_LIMIT=limit) == (0, "")
    assert_true(mirror, cast.client)


@live
def test_both_mirrors_go_on_from_each_other(cast, mirror, tmp_path):
    python = Mirror(tmp_path, url=mirror.environment["GXFTZ_URL"], token=cast.token)
    for step in (mirror.run, python.run, mirror.run):
        append("1", {"step": str(step)}, cast.director)
        assert step()[0] == 0
        assert_true(mirror, cast.client)
    assert python.run("verify", "--full")[0] == 0


@live
def test_shell_mirror_notices_another_history(mirror):
    assert mirror.run()[0] == 0
    mirror.execute("UPDATE sync SET mark = '0123456789abcdef'")
    held = mirror.states()
    assert mirror.run()[0] == 3
    assert mirror.states() == held
    mirror.execute("UPDATE sync SET last = 99999")
    assert mirror.run()[0] == 3


@live
def test_shell_mirror_with_a_wrong_token_says_so(mirror):
    code, said = mirror.run(GXFTZ_TOKEN="gxftz_unknown")
    assert code == 2
    assert "令牌无效" in said


@pytest.mark.once
def test_shell_mirror_asks_a_busy_server_again(failing):
    failing.server.answers = [refusal(429, "throttled", Retry_After="1"), page([], last=0)]
    assert failing.run()[0] == 0
    assert len(failing.server.asked) == 2


@pytest.mark.once
def test_shell_mirror_without_a_server_gives_up_for_now(failing):
    assert failing.run(GXFTZ_URL="http://127.0.0.1:9")[0] == 4


@pytest.mark.once
def test_shell_mirror_leaves_everything_when_an_answer_is_cut_off(failing):
    failing.server.answers = [(200, {}, b'{"events": [{"sequence": 1, "ki')]
    assert failing.run()[0] != 0
    assert failing.place() == 0
