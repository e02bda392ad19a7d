"""Every refusal of the API as one body: application/problem+json (RFC 9457), in the reader's language.

`type` is a stable URN made of `code`, the word that programs compare; `title` names the class of problem, `detail` says
what happened and what to do; `errors` points at fields of the body or at query parameters (`in`).
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from common.api.renderers import ORJSONRenderer
from common.errors import DomainError, InvalidError
from common.requests import current_request_id

MEDIA_TYPE = "application/problem+json"
API_PREFIX = "/api/"

TITLES: dict[int, Any] = {
    400: _("请求有误"),
    401: _("没有登录或令牌无效"),
    403: _("无权办理"),
    404: _("没有找到"),
    405: _("不支持这种操作"),
    406: _("不支持这种格式"),
    409: _("现在不能办理"),
    410: _("内容已不在"),
    412: _("版本已变"),
    413: _("内容过大"),
    415: _("不支持这种格式"),
    422: _("请求有误"),
    428: _("请注明版本"),
    429: _("请求过于频繁"),
    500: _("系统出错"),
}

NOT_FOUND = _("没有这个对象，或者您看不到它。")

# Exception → code and detail; None keeps what the exception says itself.
KNOWN: dict[type[Exception], tuple[int, str, Any]] = {
    Http404: (404, "not_found", NOT_FOUND),
    exceptions.NotFound: (404, "not_found", NOT_FOUND),
    PermissionDenied: (403, "not_allowed", _("您的岗位不能办理此事项。")),
    exceptions.PermissionDenied: (403, "not_allowed", None),
    exceptions.NotAuthenticated: (401, "not_authenticated", _("请先登录，或在 Authorization 中提供令牌。")),
    exceptions.AuthenticationFailed: (401, "authentication_failed", None),
    exceptions.ParseError: (400, "malformed", None),
    exceptions.MethodNotAllowed: (405, "method_not_allowed", _("这个地址不支持这种请求方法。")),
    exceptions.NotAcceptable: (406, "not_acceptable", _("只提供 JSON。")),
    exceptions.UnsupportedMediaType: (
        415,
        "unsupported_media_type",
        _("只接受 application/json。"),
    ),
    RequestDataTooBig: (413, "too_large", _("请求内容过大，请分次提交。")),
    SuspiciousOperation: (400, "malformed", _("请求有误。")),
}


class ParametersError(InvalidError):
    """查询条件有误: unknown parameters or values; nothing is silently ignored."""

    code = "invalid_parameters"
    place = "query"
    message = _("查询条件有误，请按提示修改。")


class PreconditionRequiredError(DomainError):
    """未注明版本: a change of something that exists must say which version it was made from."""

    code = "precondition_required"
    status = 428
    message = _("请用 If-Match 注明修改所依据的版本。")


class TooManyRequestsError(DomainError):
    """请求过于频繁: the minute's requests are used up; `wait` is the seconds until the next minute."""

    code = "throttled"
    status = 429
    message = _("请求过于频繁，请稍后再试。")

    def __init__(self, *, wait: int):
        super().__init__()
        self.wait = wait


class NotModifiedError(Exception):
    """内容未变: the client has this answer already, and with it this ETag."""

    def __init__(self, etag: str):
        super().__init__(etag)
        self.etag = etag


def problem(*, status: int, code: str, detail: Any, errors: Any = (), **members: Any) -> dict[str, Any]:
    """The body of a refusal."""
    return {
        "type": f"urn:gxftz:problem:{code}",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": str(detail),
        "code": code,
        "request_id": current_request_id(),
        "errors": list(errors),
        **members,
    }


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception of a view; None for a defect of ours, which stays one."""
    if isinstance(error, NotModifiedError):
        return Response(status=304, headers={"ETag": error.etag})
    members = _members(error, context.get("view"))
    if isinstance(error, DomainError):
        body = problem(status=error.status, code=error.code, detail=error, errors=_fields(error), **members)
        return _respond(body, _headers(error))
    if isinstance(error, exceptions.ValidationError):
        found = list(_flatten(error.get_full_details(), ""))
        return _respond(problem(status=400, code=InvalidError.code, detail=InvalidError.message, errors=found))
    for known, (status, code, detail) in KNOWN.items():
        if isinstance(error, known):
            body = problem(status=status, code=code, detail=detail or getattr(error, "detail", error), **members)
            return _respond(body, _headers(error))
    return None


def _respond(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def _members(error: Exception, view: Any) -> dict[str, Any]:
    """What the view adds to a refusal, such as the version that stands now."""
    describe = getattr(view, "describe_error", None)
    members: dict[str, Any] = describe(error) if describe else {}
    return members


def _fields(error: DomainError) -> list[dict[str, Any]]:
    if not isinstance(error, InvalidError):
        return []
    place = getattr(error, "place", "body")
    return [
        {"pointer": f"/{_escape(name)}", "in": place, "code": "invalid", "detail": str(message)}
        for name, messages in error.errors.items()
        for message in messages
    ]


def _flatten(details: Any, pointer: str) -> Iterator[dict[str, Any]]:
    """Every message of a tree of them with its JSON pointer."""
    if _is_message(details):
        yield {"pointer": pointer, "in": "body", "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _flatten(inner, pointer if name == "non_field_errors" else f"{pointer}/{_escape(str(name))}")
    else:
        for index, inner in enumerate(details):
            yield from _flatten(inner, pointer if _is_message(inner) else f"{pointer}/{index}")


def _is_message(details: Any) -> bool:
    """Whether this is one message and its code, and not two fields that are called so."""
    return isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["code"], str)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def is_api(request: HttpRequest) -> bool:
    """Whether the answer is for a program."""
    return request.path.startswith(API_PREFIX)


def not_found_problem() -> HttpResponse:
    """For an address under /api/ that is none."""
    return problem_response(status=404, code="not_found", detail=_("没有这个地址。"))


def problem_response(*, status: int, code: str, detail: Any) -> HttpResponse:
    """A refusal from outside the API's views."""
    body = problem(status=status, code=code, detail=detail)
    return HttpResponse(ORJSONRenderer().render(body), status=status, content_type=MEDIA_TYPE)
