"""examples/push_report.py against the real server, and against a line that breaks."""

import json
import os
import subprocess
import sys

import pytest

from progress.actions import save_report
from progress.models import Period, Report
from tests.examples.mirrors import EXAMPLES, make_token
from tests.examples.stub import answering, refusal
from tests.factories import NOW, report_content

CONTENT = {"period": "2026Q4", "percent": 95, "result": "advancing", "progress": "完成一期。", "next_steps": "二期。"}


@pytest.fixture
def push(tmp_path):
    def run(url, token, content=CONTENT, *arguments):
        file = tmp_path / "report.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(EXAMPLES / "push_report.py"), "1", str(file), *arguments],
            env={**os.environ, "GXFTZ_URL": url, "GXFTZ_TOKEN": token, "PYTHONIOENCODING": "utf-8"},
            capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def real(cast, live_server, push):
    """Against the real server with a token of the lead unit; the quarter is one that is never locked."""
    Period.objects.update(starts_on="2026-01-01", locks_on="2099-01-11", reports_due_on="2098-12-25")
    token, _client = make_token(scopes=("progress:write",), agency=cast.lead)
    return lambda *arguments: push(live_server.url, token, *arguments)


live = pytest.mark.django_db(transaction=True)


@live
def test_pushed_twice_makes_one_draft(real):
    first, second = real(), real()
    assert first == second
    assert first[0] == 0, first
    report = Report.objects.get()
    assert (report.progress, report.status, report.version) == ("完成一期。", "draft", 1)


@live
def test_other_content_replaces_only_the_version_that_was_seen(real, cast):
    real()
    report = Report.objects.get()
    save_report(report=report, content=report_content(progress="别人改的。"), version=1, by=cast.lead_reporter, now=NOW)
    changed = {**CONTENT, "progress": "完成二期。"}
    for arguments in ((), ("1",)):
        code, said = real(changed, *arguments)
        assert code == 1, said
        assert Report.objects.get().progress == "别人改的。"
    for _time in range(2):  # the second run finds what the first has done
        code, said = real(changed, "2")
        assert code == 0, said
        assert (Report.objects.get().progress, Report.objects.get().version) == ("完成二期。", 3)


@live
def test_content_that_was_replaced_since_is_not_told_to_be_saved(real):
    """The key of a content that was sent before gets the first answer again; what stands is another matter."""
    changed = {**CONTENT, "progress": " 完成二期。 "}
    assert [real()[0], real(changed, "1")[0], real(changed, "1")[0]] == [0, 0, 0]
    code, said = real()
    assert (code, Report.objects.get().progress) == (1, "完成二期。"), said
    assert real(CONTENT, "2")[0] == 0
    assert Report.objects.get().progress == "完成一期。"


@pytest.mark.once
@pytest.mark.parametrize("text", ["[1]", '{"period"'])
def test_file_that_is_no_report_is_told(push, text):
    code, said = push("http://127.0.0.1:1", "gxftz_x", text)
    assert code == 1
    assert "report.json: " in said
    assert "Traceback" not in said


@live
def test_file_of_a_windows_editor_is_read(real):
    assert real("\ufeff" + json.dumps(CONTENT))[0] == 0
    assert Report.objects.get().progress == "完成一期。"


@live
def test_refused_content_is_told_field_by_field(real):
    code, said = real({**CONTENT, "percent": 101, "result": "splendid"})
    assert code == 1
    assert "  /percent: " in said
    assert "  /result: " in said
    assert not Report.objects.exists()


@pytest.mark.once
def test_busy_server_gets_the_same_key_again(push):
    with answering() as server:
        done = {"id": 5, "version": 1, "status_label": "草稿"}
        server.answers = [
            refusal(429, "throttled", Retry_After="0"), refusal(409, "request_in_progress", Retry_After="0"),
            (201, {}, json.dumps(done).encode()), (200, {}, json.dumps(done).encode()),
        ]  # fmt: skip
        assert push(server.url, "gxftz_x")[0] == 0
    keys = [headers["Idempotency-Key"] for _path, headers in server.asked if "Idempotency-Key" in headers]
    assert (len(keys), len(set(keys))) == (3, 1)
