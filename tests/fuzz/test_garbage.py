"""Whatever is sent: never a defect, and under /api/ always an answer for programs."""

import json
import time

import pytest

from tests.fuzz.amount import some
from tests.fuzz.garbage import garbage
from tests.fuzz.raw import known_request, send
from tests.fuzz.requests import NOTHING_KNOWN
from tests.fuzz.server import watched
from tests.fuzz.site import labels, operation_of
from tests.permission_table.play import undone

PATIENCE = 10  # seconds


@pytest.mark.parametrize("label", labels())
def test_garbage_is_answered_with_a_problem(site, label):
    known = (site.known.get(label) or [NOTHING_KNOWN])[0]
    caller = (known.may or ("supervisor",))[0]
    good = known_request(label, known, *site.credentials[caller])
    tried = some(garbage(good, operation_of(label)), label)
    wrong = [fault for name, request in tried for fault in faults(site, name, request)]
    assert not wrong, "\n".join(wrong)


def faults(site, name, request):
    started = time.perf_counter()
    with undone(), watched() as defects:
        answer = send(site.schema.app, request)
    if defects:
        yield f"{name}: {defects[0]}"
    if answer.status >= 500:
        yield f"{name}: {answer.status} {answer.body[:200]}"
    if answer.status >= 400 and request.path.startswith("/api/") and not is_problem(request, answer):
        yield f"{name}: {answer.status} is no problem: {answer.headers} {answer.body[:200]}"
    if time.perf_counter() - started > PATIENCE:
        yield f"{name}: took {time.perf_counter() - started:.1f} s"


def is_problem(request, answer):
    if answer.headers.get("content-type") != "application/problem+json":
        return False
    return request.method == "HEAD" or json.loads(answer.body)["status"] == answer.status
