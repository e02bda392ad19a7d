"""Files of a report: added, handed out, removed."""

from contextlib import closing
from urllib.parse import quote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from progress.actions import add_evidence, approve_report, draft_report, remove_evidence, submit_report
from progress.models import Evidence
from tests.cast import PARTS
from tests.factories import NOW, report_content

CONTENT = b"a,b\n1,2\n"
NAME = "试点 情况；（盖章）.csv"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def csv(name=NAME, content=CONTENT):
    return SimpleUploadedFile(name, content, content_type="text/csv")


@pytest.fixture
def draft(cast):
    return draft_report(task=cast.task, period=cast.period, content=report_content(), by=cast.lead_reporter, now=NOW)


@pytest.fixture
def evidence(cast, draft):
    return add_evidence(report=draft, file=csv(), by=cast.lead_reporter, now=NOW)


def fetch(client, user, evidence):
    """The answer to a download, and its bytes if it has any."""
    client.force_login(user)
    with closing(client.get(f"/evidence/{evidence.pk}/")) as response:
        return response, b"".join(response) if response.streaming else b""


def test_evidence_is_handed_out_under_its_own_name_and_never_shown(client, cast, evidence):
    response, content = fetch(client, cast.lead_reporter, evidence)
    assert content == CONTENT
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(NAME, safe='')}"
    assert response.headers["Content-Security-Policy"] == "sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17) + b"\x00\x00\x00\x00IEND" + bytes(4)


@pytest.mark.parametrize(("name", "content", "is_shown"), [("图.png", PNG, True), (NAME, CONTENT, False)])
def test_evidence_is_shown_in_a_tab_only_as_what_cannot_act(client, cast, draft, name, content, is_shown):
    file = add_evidence(report=draft, file=SimpleUploadedFile(name, content), by=cast.lead_reporter, now=NOW)
    client.force_login(cast.lead_reporter)
    with closing(client.get(f"/evidence/{file.pk}/?inline=1")) as response:
        assert response.headers["Content-Disposition"].startswith("inline" if is_shown else "attachment")
        assert response.headers["Content-Security-Policy"] == "sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response.headers["Cache-Control"]


def test_evidence_in_pdf_is_shown_without_being_able_to_load_or_run_anything(client, cast, draft):
    Evidence.objects.filter(
        pk=(file := add_evidence(report=draft, file=csv(), by=cast.lead_reporter, now=NOW)).pk
    ).update(kind="pdf")
    client.force_login(cast.lead_reporter)
    with closing(client.get(f"/evidence/{file.pk}/?inline=1")) as response:
        policy = response.headers["Content-Security-Policy"]
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy


def test_evidence_preview_shows_the_first_rows_as_text(client, cast, draft):
    content = "事项,结果\n<script>alert(1)</script>,已办\n".encode("gb18030")
    file = add_evidence(report=draft, file=csv(content=content), by=cast.lead_reporter, now=NOW)
    client.force_login(cast.lead_reporter)
    part, page = (client.get(f"/evidence/{file.pk}/preview/", headers=each).content.decode() for each in (HTMX, {}))
    for shown in (part, page):
        assert "已办" in shown
        assert "&lt;script&gt;alert(1)" in shown
    assert "<html" not in part
    assert f'href="/tasks/{draft.task.number}/#evidence"' in page


def test_evidence_preview_is_of_tables_alone_and_of_what_one_may_see(client, cast, draft, evidence):
    picture = add_evidence(report=draft, file=SimpleUploadedFile("图.png", PNG), by=cast.lead_reporter, now=NOW)
    client.force_login(cast.lead_reporter)
    assert client.get(f"/evidence/{picture.pk}/preview/").status_code == 404
    evidence.file.storage.delete(evidence.file.name)
    assert client.get(f"/evidence/{evidence.pk}/preview/").status_code == 410


def test_evidence_whose_file_is_lost_says_what_to_do(client, cast, evidence):
    evidence.file.storage.delete(evidence.file.name)
    response, _content = fetch(client, cast.lead_reporter, evidence)
    assert response.status_code == 410
    assert "请联系管理员从备份恢复" in response.content.decode()


def test_evidence_that_was_removed_is_gone(client, cast, evidence):
    remove_evidence(evidence=evidence, by=cast.lead_reporter, now=NOW)
    response, _content = fetch(client, cast.lead_reporter, evidence)
    assert response.status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_evidence_of_a_draft_is_seen_by_the_lead_unit_alone(client, cast, evidence, part):
    response, _content = fetch(client, getattr(cast, part), evidence)
    assert response.status_code == (200 if part in {"lead_reporter", "lead_approver"} else 404)


@pytest.mark.parametrize("part", PARTS)
def test_evidence_of_an_approved_report_is_seen_by_whoever_sees_tasks(client, cast, draft, evidence, part):
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    approve_report(report=draft, by=cast.supervisor, now=NOW)
    response, _content = fetch(client, getattr(cast, part), evidence)
    assert response.status_code == (404 if part == "auditor" else 200)


def test_evidence_add_answers_with_the_list(client, cast, draft):
    client.force_login(cast.lead_reporter)
    response = client.post(f"/reports/{draft.pk}/evidence/", {"files": [csv(), csv("二.csv", b"x\n")]}, headers=HTMX)
    assert response.status_code == 200
    assert response.content.decode().count("<li>") == 2
    assert "<html" not in response.content.decode()


def test_evidence_add_names_the_refused_file_and_keeps_the_others(client, cast, draft):
    client.force_login(cast.lead_reporter)
    response = client.post(f"/reports/{draft.pk}/evidence/", {"files": [csv(), csv("x.exe")]}, headers=HTMX)
    assert response.status_code == 400
    assert "x.exe：" in response.content.decode()
    assert Evidence.objects.count() == 1


def test_evidence_add_of_nothing_says_so(client, cast, draft):
    client.force_login(cast.lead_reporter)
    response = client.post(f"/reports/{draft.pk}/evidence/", headers=HTMX)
    assert response.status_code == 400
    assert "请选择文件。" in response.content.decode()


def test_evidence_add_without_script_goes_back_to_the_form(client, cast, draft):
    client.force_login(cast.lead_reporter)
    response = client.post(f"/reports/{draft.pk}/evidence/", {"files": [csv()]})
    assert response.url == f"/reports/{draft.pk}/edit/"


def test_evidence_add_after_sending_is_refused(client, cast, draft):
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    client.force_login(cast.lead_reporter)
    response = client.post(f"/reports/{draft.pk}/evidence/", {"files": [csv()]}, headers=HTMX)
    assert response.status_code == 409
    assert not Evidence.objects.exists()


def test_evidence_remove_takes_it_from_the_list(client, cast, evidence):
    client.force_login(cast.lead_reporter)
    response = client.post(f"/evidence/{evidence.pk}/remove/", headers=HTMX)
    evidence.refresh_from_db()
    assert NAME not in response.content.decode()
    assert evidence.removed_by == cast.lead_reporter


def test_evidence_remove_after_sending_is_refused(client, cast, draft, evidence):
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    client.force_login(cast.lead_reporter)
    assert client.post(f"/evidence/{evidence.pk}/remove/", headers=HTMX).status_code == 409
    evidence.refresh_from_db()
    assert evidence.removed_at is None


@pytest.mark.parametrize("part", sorted(set(PARTS) - {"lead_reporter", "lead_approver"}))
def test_evidence_of_a_draft_is_changed_by_the_lead_unit_alone(client, cast, draft, evidence, part):
    client.force_login(getattr(cast, part))
    assert client.post(f"/evidence/{evidence.pk}/remove/").status_code == 404
    assert client.post(f"/reports/{draft.pk}/evidence/", {"files": [csv("二.csv", b"x\n")]}).status_code == 404
    assert Evidence.objects.filter(removed_at=None).count() == 1


def test_evidence_of_an_approved_report_is_not_changed_by_others(client, cast, draft, evidence):
    submit_report(report=draft, by=cast.lead_approver, now=NOW)
    approve_report(report=draft, by=cast.supervisor, now=NOW)
    client.force_login(cast.outsider)
    assert client.post(f"/evidence/{evidence.pk}/remove/", headers=HTMX).status_code == 403
