import logging

import pytest
from django.http import HttpResponse

from common.requests import RequestIdFilter, RequestIdMiddleware, current_request_id


def ask(rf, **headers):
    """The response, and the id that the view saw."""
    seen = []

    def view(request):
        seen.append(current_request_id())
        return HttpResponse()

    return RequestIdMiddleware(view)(rf.get("/", headers=headers)), seen[0]


def test_request_id_is_made_and_sent_back(rf):
    response, seen = ask(rf)
    assert response["X-Request-ID"] == seen
    assert len(seen) == 32
    assert ask(rf)[1] != seen


def test_request_id_of_the_caller_is_kept(rf):
    response, seen = ask(rf, **{"X-Request-ID": "4bf92f35-77b3.4da6_a3ce"})
    assert response["X-Request-ID"] == seen == "4bf92f35-77b3.4da6_a3ce"


@pytest.mark.parametrize(
    "offered", ["short", "x" * 65, "has blanks in it", "line\nbreak-in-it", "请求编号请求编号", "-leading-dash"]
)
def test_request_id_that_is_not_sane_is_replaced(rf, offered):
    assert ask(rf, **{"X-Request-ID": offered})[1] != offered


def test_request_id_is_gone_after_the_request(rf):
    def fail(request):
        raise LookupError

    with pytest.raises(LookupError):
        RequestIdMiddleware(fail)(rf.get("/"))
    assert current_request_id() == ""


def test_log_lines_carry_the_request_id(rf):
    record = logging.makeLogRecord({})
    middleware = RequestIdMiddleware(lambda request: HttpResponse(str(RequestIdFilter().filter(record))))
    response = middleware(rf.get("/"))
    assert record.request_id == response["X-Request-ID"]
