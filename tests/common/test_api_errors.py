from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client, override_settings
from django.urls import path
from rest_framework import exceptions

from common.api.errors import TooManyRequestsError, problem_handler
from common.api.serializers import MOST_UNKNOWN
from common.errors import DomainError, InvalidError, NotAllowedError
from gxftz import urls
from tests.api import Api, pointers, problem


def answer(error, view=None):
    return problem_handler(error, {"view": view})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DomainError(), 409, "not_now"),
        (DomainError("…", code="own_code"), 409, "own_code"),
        (NotAllowedError(), 403, "not_allowed"),
        (InvalidError({"a": ["…"]}), 400, "invalid"),
        (Http404(), 404, "not_found"),
        (exceptions.NotFound(), 404, "not_found"),
        (PermissionDenied(), 403, "not_allowed"),
        (exceptions.PermissionDenied("…"), 403, "not_allowed"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated"),
        (exceptions.AuthenticationFailed("…"), 401, "authentication_failed"),
        (exceptions.ParseError("…"), 400, "malformed"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (TooManyRequestsError(wait=7), 429, "throttled"),
        (exceptions.ValidationError({"a": ["…"]}), 400, "invalid"),
        (SuspiciousOperation(), 400, "malformed"),
    ],
)
def test_handler_knows_every_refusal(error, status, code):
    response = answer(error)
    assert (response.status_code, response.data["status"], response.data["code"]) == (status, status, code)
    assert response.content_type == "application/problem+json"
    assert response.data["title"]
    assert response.data["detail"]


def test_handler_leaves_a_defect_a_defect():
    assert answer(ValueError("ours")) is None


def test_handler_points_into_nested_input():
    error = exceptions.ValidationError({"items": [{}, {"percent": ["too much"]}], "a/b": ["no"]})
    assert pointers(answer(error).data) == ["/items/1/percent", "/a~1b"]


def test_handler_points_at_fields_that_are_called_like_parts_of_a_message():
    error = exceptions.ValidationError({"message": ["unknown"], "code": ["unknown"]})
    assert pointers(answer(error).data) == ["/message", "/code"]


def test_handler_takes_what_the_view_adds():
    view = SimpleNamespace(describe_error=lambda error: {"current": 3})
    assert answer(DomainError(), view).data["current"] == 3


def test_handler_tells_a_throttled_client_when_to_come_back():
    assert answer(TooManyRequestsError(wait=7)).headers["Retry-After"] == "7"


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/tasks/", "/api/v1/tasks/x/"])
def test_an_unknown_address_is_a_problem(db, address):
    problem(Client().get(address), 404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_change_without_the_final_slash_is_not_led_to_another_address(cast, method):
    """Clients follow with GET; they would be given the list and take it for success."""
    call = getattr(Client(), method)
    problem(call("/api/v1/tasks/1/reports", "{}", content_type="application/json"), 404, "not_found")


def test_reading_without_the_final_slash_is_led_to_the_address(db):
    answer = Client().get("/api/v1/tasks?light=red")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/tasks/?light=red")


def test_an_unknown_page_is_a_page(db):
    response = Client().get("/nothing/")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_stranger_is_asked_to_identify(cast):
    response = Api().get("tasks")
    problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_is_none_is_refused(cast, method):
    response = Api(cast.leader).call(method, "tasks")
    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, HEAD"


def test_a_method_that_is_none_is_refused_whatever_is_asked_for(cast):
    problem(Api(cast.leader).call("DELETE", "tasks", params={"q": "平台"}), 405, "method_not_allowed")


def test_a_session_without_the_forgery_token_changes_nothing(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead_reporter)
    problem(client.post("/api/v1/tasks/1/reports/", b"{}", content_type="application/json"), 403, "not_allowed")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense"])
def test_there_is_json_whatever_is_accepted(cast, accept):
    assert Api(cast.leader).get("tasks", headers={"Accept": accept})["Content-Type"] == "application/json"


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "没有找到"), ("zh-hans", "没有找到")])
def test_a_problem_speaks_the_readers_language(cast, language, word):
    body = problem(Api(cast.leader).get("task", 999, headers={"Accept-Language": language}), 404, "not_found")
    assert body["title"] == word


def test_a_foreign_host_is_a_problem(db):
    problem(Client().get("/api/v1/tasks/", headers={"Host": "evil.example"}), 400, "malformed")


def break_down(request):
    raise RuntimeError("a defect")


broken = [path("api/v1/broken/", break_down), path("broken/", break_down)]


class Broken:
    urlpatterns = [*broken, *urls.urlpatterns]
    handler400, handler403 = urls.handler400, urls.handler403
    handler404, handler500 = urls.handler404, urls.handler500


@pytest.mark.parametrize(
    ("address", "media_type"), [("/api/v1/broken/", "application/problem+json"), ("/broken/", "text/html")]
)
def test_a_defect_is_a_problem_for_programs_and_a_page_for_people(cast, address, media_type):
    client = Client(raise_request_exception=False)
    client.force_login(cast.leader)
    with override_settings(ROOT_URLCONF=Broken):
        response = client.get(address)
    assert response.status_code == 500
    assert response["Content-Type"].startswith(media_type)
    assert "a defect" not in response.content.decode()


def test_very_many_unknown_fields_are_not_all_told_of(cast):
    """Or an answer would be twenty times as long as the request that asked for it."""
    response = Api(cast.lead_reporter).post("task_reports", 1, data={f"field{number}": 0 for number in range(999)})
    assert len(pointers(problem(response, 400, "invalid"))) == MOST_UNKNOWN
