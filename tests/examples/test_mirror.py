"""examples/mirror.py as its user starts it: against the real server, and against one that fails."""

import ast

import pytest

from ledger import actions as ledger
from ledger.readers import last_sequence
from tests.api import record_tasks
from tests.examples.mirrors import EXAMPLES, Expected, Mirror, differences, make_token
from tests.examples.stub import answering, page, refusal
from tests.factories import NOW, TaskFactory

EMPTY = page([], last=0)


@pytest.fixture
def stage(cast, live_server):
    """Three tasks in the ledger, of two pillars, and a token that reads them."""
    TaskFactory(number=2, plan=cast.task.plan, pillar=cast.task.pillar, lead=cast.lead, percent=41)
    TaskFactory(number=3, plan=cast.task.plan, pillar__number=2, pillar__plan=cast.task.plan, lead=cast.co, percent=0)
    record_tasks(by=cast.director)
    cast.token, cast.client = make_token()
    cast.url = live_server.url
    return cast


@pytest.fixture
def mirror(stage, tmp_path):
    return Mirror(tmp_path, url=stage.url, token=stage.token)


@pytest.fixture
def failing(tmp_path):
    """A mirror of a server that answers what it is told."""
    with answering() as server:
        mirror = Mirror(tmp_path, url=server.url, token="gxftz_secret")
        mirror.server = server
        yield mirror


live = pytest.mark.django_db(transaction=True)


def append(key, state, **more):
    ledger.append(kind="thing", key=key, verb="made", at=NOW, state=state, **more)


@live
def test_mirror_holds_every_state_after_the_first_run(stage, mirror):
    assert mirror.run()[0] == 0
    assert mirror.place() == last_sequence()
    assert differences(mirror, Expected(stage.client)) == []


@live
def test_mirror_resumes_where_it_stood(stage, mirror):
    mirror.run()
    append("1", {"a": "甲 \u2028 \\ 🚧"}, by=stage.director)
    code, _out, said = mirror.run("--limit", "2")
    assert (code, "收到 1 条" in said) == (0, True), said
    assert differences(mirror, Expected(stage.client)) == []


@live
def test_mirror_follows_pages_to_the_end(stage, mirror):
    for index in range(7):
        append(str(index % 3), {"index": index}, by=stage.director)
    assert mirror.run("--limit", "2")[0] == 0
    assert mirror.place() == last_sequence()
    assert differences(mirror, Expected(stage.client)) == []


@live
def test_mirror_forgets_what_is_gone(stage, mirror):
    append("1", {"a": 1}, by=stage.director)
    mirror.run()
    assert ("thing", "1") in mirror.states()
    append("1", None, before={"a": 1}, by=stage.director)
    mirror.run()
    assert ("thing", "1") not in mirror.states()


@live
def test_mirror_passes_what_it_may_not_see(stage, mirror):
    append("secret", {"a": 1}, by=stage.director, audience="restricted")
    mirror.run()
    assert mirror.place() == last_sequence()
    assert ("thing", "secret") not in mirror.states()


@live
def test_verify_finds_nothing_in_a_true_mirror(stage, mirror):
    code, out, said = mirror.run("verify", "--full")
    assert (code, out) == (0, ""), out + said


SET = "UPDATE states SET state = json_set(state, {}) WHERE key = 'test-plan/2'"
DELETE = "DELETE FROM states WHERE key = 'test-plan/2'"


@live
@pytest.mark.parametrize(
    ("change", "arguments", "found"),
    [
        (SET.format("'$.percent', 1"), (), "pillar\t1"),
        (SET.format("'$.status', 'closed'"), (), "status\tclosed"),
        (SET.format("'$.lead', 'none'"), (), "lead\tnone"),
        (DELETE, (), "status\tongoing"),
        (SET.format("'$.due_date', ''"), ("--full",), "due_date"),
        (DELETE, ("--full",), "task 2\tdue_date"),
    ],
)
def test_verify_finds_a_planted_difference(mirror, change, arguments, found):
    mirror.run()
    mirror.execute(change)
    code, out, _said = mirror.run("verify", *arguments)
    assert code == 1
    assert found in out


@live
def test_verify_of_fields_alone_sees_what_sums_do_not(mirror):
    mirror.run()
    mirror.execute(SET.format("'$.due_date', ''"))
    assert mirror.run("verify")[0] == 0


@live
def test_mirror_ahead_of_the_server_says_what_to_do(stage, mirror):
    """As after a restore: the server has never heard of so high a number."""
    mirror.run()
    mirror.execute("UPDATE sync SET last = 99999, etag = ''")
    code, _out, said = mirror.run()
    assert code == 3
    assert "--reset" in said
    assert mirror.run("--reset")[0] == 0
    assert differences(mirror, Expected(stage.client)) == []


@live
def test_mirror_of_another_history_is_noticed(stage, mirror):
    """Restored, and new events since then: the number is known again and means something else."""
    mirror.run()
    mirror.execute("UPDATE sync SET mark = '0123456789abcdef', etag = ''")
    held = mirror.states()
    assert mirror.run()[0] == 3
    assert mirror.states() == held


@live
def test_mirror_with_a_revoked_or_too_small_token_says_so(stage, mirror):
    mirror.environment["GXFTZ_TOKEN"], _client = make_token(scopes=("progress:read",), name="small")
    code, _out, said = mirror.run()
    assert (code, "changes:read" in said) == (2, True)
    mirror.environment["GXFTZ_TOKEN"] = "gxftz_unknown"
    code, _out, said = mirror.run()
    assert (code, "令牌无效" in said, "gxftz_unknown" in said) == (2, True, False)


@live
def test_mirror_takes_the_token_from_a_file(stage, mirror, tmp_path):
    (tmp_path / "token").write_text(f"{mirror.environment.pop('GXFTZ_TOKEN')}\n")
    assert mirror.run()[0] == 2
    assert mirror.run("--token-file", str(tmp_path / "token"))[0] == 0


@live
def test_unchanged_server_answers_without_data(stage, mirror):
    mirror.run()
    mirror.run()  # the page after the last event has now been seen once, with its ETag
    etag = mirror.query("SELECT etag FROM sync")
    assert etag != [("",)]
    assert mirror.run()[0] == 0
    assert mirror.query("SELECT etag FROM sync") == etag


@pytest.mark.once
def test_busy_server_is_asked_again(failing):
    failing.server.answers = [refusal(429, "throttled", Retry_After="0"), (503, {"Retry-After": "0"}, b"<html>"), EMPTY]
    process = failing.start("--attempts", "3")
    _out, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert len(failing.server.asked) == 3


@pytest.mark.once
@pytest.mark.parametrize("answer", [(200, {}, b"<html>log in</html>"), (502, {}, b""), refusal(429, "throttled")])
def test_server_that_stays_busy_ends_the_run(failing, answer):
    failing.server.answers = [answer]
    assert failing.run()[0] == 4


@pytest.mark.once
def test_server_that_is_not_there_ends_the_run(failing):
    failing.environment["GXFTZ_URL"] = "http://127.0.0.1:9"
    assert failing.run()[0] == 4


@pytest.mark.once
def test_token_is_not_carried_elsewhere(failing):
    with answering() as elsewhere:
        failing.server.answers = [(302, {"Location": elsewhere.url}, b"")]
        assert failing.run()[0] == 2
        assert elsewhere.asked == []


@pytest.mark.once
def test_last_etag_is_sent(failing):
    failing.server.answers = [(200, {"ETag": '"abc"'}, EMPTY[2]), (304, {}, b"")]
    failing.run()
    failing.run()
    assert [headers.get("If-None-Match") for _path, headers in failing.server.asked] == [None, '"abc"']


@pytest.mark.once
def test_page_that_another_process_has_applied_is_not_applied_again(failing):
    """Between asking and storing somebody else has gone on; the page is dropped and the next one asked for."""
    event = {"sequence": 1, "at": "then", "kind": "thing", "key": "1", "verb": "made", "state": {"old": True}}

    def overtake():
        failing.execute("UPDATE sync SET last = 2, mark = '0000000000000002'")
        failing.execute("""INSERT INTO states VALUES ('thing', '1', '{"new":true}', 2)""")

    failing.server.before_answer = [overtake]
    failing.server.answers = [page([event], last=1), page([], last=2)]
    assert failing.run()[0] == 0
    assert failing.states() == {("thing", "1"): ['{"new":true}', 2]}
    assert [path for path, _headers in failing.server.asked][1].startswith(
        "/api/v1/changes/?after=2&mark=0000000000000002&"
    )


@pytest.mark.once
@pytest.mark.parametrize("name", ["mirror.py", "push_report.py", "receive_webhook.py"])
def test_example_is_written_for_old_pythons_and_stands_alone(name):
    tree = ast.parse((EXAMPLES / name).read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    known = {
        "argparse", "base64", "binascii", "contextlib", "hashlib", "hmac", "http.client", "http.server", "json", "os",
        "pathlib", "random", "sqlite3", "ssl", "subprocess", "sys", "threading", "time", "urllib.parse",
    }  # fmt: skip
    assert imported <= known
