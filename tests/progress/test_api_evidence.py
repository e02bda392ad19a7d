"""佐证材料 through the API: the only addresses that take multipart/form-data."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.actions import create_api_token
from ledger.models import Event
from progress.actions import add_evidence
from progress.models import Evidence
from tests import closings
from tests.api import Api, check_documented, pointers, problem
from tests.factories import NOW, TaskFactory

TABLE = "任务,进展\n1,已完成\n".encode()


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def file(name="试点情况.csv", content=TABLE):
    return SimpleUploadedFile(name, content, content_type="text/csv")


def upload(user, to, pk, *, key=None, **parts):
    client = user if isinstance(user, Client) else Api(user).client
    headers = {"Idempotency-Key": key} if key else {}
    response = client.post(reverse(f"api:{to}", args=[pk]), parts, headers=headers)
    check_documented("POST", response)
    return response


def kept(report, by, content=TABLE, name="试点情况.csv"):
    return add_evidence(report=report, file=file(name, content), by=by, now=NOW)


def test_file_is_attached_and_says_where_it_is(cast, draft):
    response = upload(cast.lead_reporter, "report_evidence", draft.pk, file=file())
    body = response.json()
    assert response.status_code == 201
    assert response["Location"] == reverse("api:evidence", args=[body["id"]])
    assert (body["name"], body["kind"], body["size"]) == ("试点情况.csv", "csv", len(TABLE))
    assert Api(cast.lead_reporter).get("report", draft.pk).json()["evidence"] == [body]
    assert Event.objects.filter(kind="evidence", actor_id=cast.lead_reporter.actor_id).count() == 1


def test_clients_file_is_attached_under_its_token(cast, draft):
    _row, token = create_api_token(
        name="报送", scopes=["progress:write"], agency=cast.lead, by=cast.administrator, now=NOW
    )
    client = Client(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)
    assert upload(client, "report_evidence", draft.pk, file=file()).status_code == 201


def test_deliverable_is_attached_to_a_closing_request(cast):
    task = TaskFactory(number=336, lead=cast.lead, percent=100)
    closing = closings.draft(task, reporter=cast.lead_reporter)
    response = upload(cast.lead_reporter, "closing_evidence", closing.pk, file=file("验收意见.csv"))
    assert response.status_code == 201
    names = [each["name"] for each in Api(cast.lead_reporter).get("closing", closing.pk).json()["evidence"]]
    assert names == ["验收报告.csv", "验收意见.csv"]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, ["/file"]),
        ({"file": "text"}, ["/file"]),
        ({"file": SimpleUploadedFile("空.csv", b"")}, ["/file"]),
        ({"file": SimpleUploadedFile("程序.exe", b"MZ")}, ["/file"]),
        ({"file": SimpleUploadedFile("假.pdf", b"a,b\n")}, ["/file"]),
        ({"file": SimpleUploadedFile("表.csv", TABLE), "name": "别名.csv"}, ["/name"]),
        ({"file": [SimpleUploadedFile("一.csv", TABLE), SimpleUploadedFile("二.csv", TABLE)]}, ["/file"]),
    ],
)
def test_what_is_no_acceptable_file_is_pointed_at_and_nothing_is_kept(cast, draft, parts, expected):
    for each in parts.values():
        if isinstance(each, SimpleUploadedFile):
            each.seek(0)
    events = Event.objects.count()
    body = problem(upload(cast.lead_reporter, "report_evidence", draft.pk, **parts), 400, "invalid")
    assert pointers(body) == expected
    assert (Evidence.objects.count(), Event.objects.count()) == (0, events)


def test_file_that_is_too_big_is_refused(cast, draft, settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    big = file(content=b"a,b\n" * 300_000)
    body = problem(upload(cast.lead_reporter, "report_evidence", draft.pk, file=big), 400, "invalid")
    assert "1 MB" in body["errors"][0]["detail"]


def test_same_file_twice_is_refused(cast, draft):
    kept(draft, cast.lead_reporter)
    body = problem(upload(cast.lead_reporter, "report_evidence", draft.pk, file=file()), 400, "invalid")
    assert pointers(body) == ["/file"]


@pytest.mark.parametrize("media_type", ["application/json", "text/csv", "application/x-www-form-urlencoded", ""])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k1"}])
def test_what_is_no_form_is_refused(cast, draft, media_type, headers):
    where = reverse("api:report_evidence", args=[draft.pk])
    client = Api(cast.lead_reporter).client
    response = client.generic("POST", where, b"a=1", content_type=media_type, headers=headers)
    check_documented("POST", response)
    assert "multipart/form-data" in problem(response, 415, "unsupported_media_type")["detail"]


def test_form_that_is_broken_is_malformed(cast, draft):
    where = reverse("api:report_evidence", args=[draft.pk])
    response = Api(cast.lead_reporter).client.generic("POST", where, b"--x", content_type="multipart/form-data")
    problem(response, 400, "malformed")


def test_file_for_a_sent_report_is_refused(cast, sent):
    response = upload(cast.lead_reporter, "report_evidence", sent.pk, file=file())
    problem(response, 409, "report_transition_not_allowed")


def test_file_by_the_office_is_refused(cast, sent):
    problem(upload(cast.supervisor, "report_evidence", sent.pk, file=file()), 403, "not_allowed")


def test_upload_sent_twice_under_one_key_is_kept_once(cast, draft, settings):
    """The mark between the parts is another one each time, and the body is more than is held in memory."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    content = b"a,b\n" * 1000
    first = upload(cast.lead_reporter, "report_evidence", draft.pk, key="k1", file=file(content=content))
    again = upload(cast.lead_reporter, "report_evidence", draft.pk, key="k1", file=file(content=content))
    assert (first.status_code, again.content) == (201, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert Evidence.objects.count() == 1
    other = upload(cast.lead_reporter, "report_evidence", draft.pk, key="k1", file=file(content=content + b"c,d\n"))
    problem(other, 422, "idempotency_key_reused")


def test_file_is_handed_out_as_a_download_and_nothing_else(cast, draft):
    evidence = kept(draft, cast.lead_reporter)
    response = Api(cast.lead_reporter).get("evidence", evidence.pk)
    assert response.body == TABLE
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert "no-store" in response["Cache-Control"]


def test_file_of_a_draft_is_not_found_by_others(cast, draft):
    evidence = kept(draft, cast.lead_reporter)
    for part in ("co_reporter", "supervisor", "outsider"):
        problem(Api(getattr(cast, part)).get("evidence", evidence.pk), 404, "not_found")


def test_file_that_the_store_has_lost_says_so(cast, draft):
    evidence = kept(draft, cast.lead_reporter)
    evidence.file.storage.delete(evidence.file.name)
    problem(Api(cast.lead_reporter).get("evidence", evidence.pk), 410, "evidence_gone")


def remove(user, pk):
    response = Api(user).client.delete(reverse("api:evidence", args=[pk]))
    if response.status_code != 204:
        check_documented("DELETE", response)
    return response


def test_file_is_removed_from_a_draft(cast, draft):
    evidence = kept(draft, cast.lead_reporter)
    response = remove(cast.lead_reporter, evidence.pk)
    assert (response.status_code, response.content) == (204, b"")
    evidence.refresh_from_db()
    assert evidence.removed_by == cast.lead_reporter
    problem(remove(cast.lead_reporter, evidence.pk), 404, "not_found")


def test_file_of_a_sent_report_stays(cast, draft):
    evidence = kept(draft, cast.lead_reporter)
    Api(cast.lead_approver).post("report_submit", draft.pk, version=1)
    problem(remove(cast.lead_reporter, evidence.pk), 409, "report_transition_not_allowed")
    problem(remove(cast.supervisor, evidence.pk), 403, "not_allowed")
