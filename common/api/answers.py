"""The answers of an operation as the document tells them: header fields, refusals with their codes, what to do next."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from common.api import refusals
from common.api.codes import MEANINGS, OF_FIELDS, list_codes
from common.api.errors import KNOWN, MEDIA_TYPE, TITLES
from common.api.refusals import Refusal

Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_REQUEST_ID = "3f0c8a4e9b7d4c1f8a2e6d5b4c3a2f1e"
RETRIED = {"request_in_progress", "throttled"}


def problem_schema() -> Schema:
    """The body of every refusal."""
    error = {
        "pointer": {"type": "string", "format": "json-pointer"},
        "in": {**_STRING, "enum": ["body", "query", "header"]},
    }
    codes = _("供程序判断的代码：") + "\n\n" + list_codes(OF_FIELDS, OF_FIELDS)
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
        "properties": {
            "type": {"type": "string", "format": "uri", "examples": ["urn:gxftz:problem:stale_version"]},
            "title": dict(_STRING),
            "status": {"type": "integer"},
            "detail": dict(_STRING),
            "code": dict(_STRING),
            "request_id": dict(_STRING),
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["pointer", "in", "code", "detail"],
                    "properties": {**error, "code": {**_STRING, "description": codes}, "detail": _STRING},
                },
            },
        },
    }  # fmt: skip


def header_components() -> Schema:
    """Every header field of the answers."""
    told = {
        "ETag": (_STRING, _("这个应答的版本；放进 If-None-Match 或 If-Match。"), '"t7-v3.5f0c8a4e9b7d4c1f8a2e6d5b"'),
        "X-Request-ID": (_STRING, _("请求编号，也在日志和留痕里；可以由请求带来。"), _REQUEST_ID),
        "RateLimit-Policy": (_STRING, _("限额：q 次，每 w 秒。"), '"default";q=600;w=60'),
        "RateLimit": (_STRING, _("还可发 r 次，t 秒后重新计数。"), '"default";r=598;t=42'),
        "Retry-After": ({"type": "integer"}, _("过这么多秒再试。"), 18),
        "WWW-Authenticate": (_STRING, _("要用的身份验证方式。"), "Bearer"),
        "Location": ({"type": "string", "format": "uri-reference"}, _("新建的对象的地址。"), "/api/v1/reports/12/"),
        "Idempotency-Replayed": ({**_STRING, "enum": ["true"]}, _("这是同一个幂等键第一次的应答。"), "true"),
        "Deprecation": (_STRING, _("从这一刻起不宜再用（RFC 9745）。"), "@1798646400"),
        "Sunset": (_STRING, _("到这一刻停用（RFC 8594）。"), "Thu, 31 Dec 2026 16:00:00 GMT"),
        "Link": (_STRING, _("改用什么的说明。"), '</api/docs/>; rel="deprecation"; type="text/html"'),
    }
    return {name: {"description": text, "schema": schema, "example": one} for name, (schema, text, one) in told.items()}


def headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def all_refusals(operation: Schema, path: str, method: str) -> dict[int, set[str]]:
    """Status → codes that this operation can answer with."""
    found: set[Refusal] = {(status, code) for status, code in operation.pop("x-refusals", ())}
    found.update(refusals.ALWAYS)
    if "{" in path:
        found.update(refusals.OF_ONE)
    if method != "get":
        found.update(refusals.OF_CHANGES)
    if any(each["name"] == "If-Match" for each in operation["parameters"]):
        found.update(refusals.OF_VERSIONS)
    found.update(_written(operation["responses"]))
    codes: dict[int, set[str]] = defaultdict(set)
    for status, code in found:
        codes[status].add(code)
    return codes


def _written(responses: Iterable[str]) -> set[Refusal]:
    """What `extend_schema` names by its status."""
    usual = {status: code for status, code, _detail in KNOWN.values()}
    return {(int(status), usual.get(int(status), "not_now")) for status in responses if int(status) >= 400}


def refusal(status: int, codes: Collection[str]) -> Schema:
    """The answer with one of these codes."""
    first = min(codes)
    said = {"status": {"const": status}, "code": {"enum": sorted(codes)}}
    if status == 412:
        said |= {"given_version": {"type": ["integer", "null"]}, "current": {"type": ["object", "null"]}}
    names = ["X-Request-ID"]
    names += ["Retry-After"] if RETRIED & set(codes) else []
    names += ["WWW-Authenticate"] if status == 401 else []
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"type": "object", "properties": said}]}
    return {
        "description": f"{TITLES[status]}\n\n{list_codes(codes, MEANINGS)}",
        "headers": headers(*names),
        "content": {MEDIA_TYPE: {"schema": schema, "example": _example(status, first)}},
    }


def _example(status: int, code: str) -> Schema:
    """A refusal as it may look."""
    return {
        "type": f"urn:gxftz:problem:{code}",
        "title": str(TITLES[status]),
        "status": status,
        "detail": str(MEANINGS.get(code, TITLES[status])),
        "code": code,
        "request_id": _REQUEST_ID,
        "errors": [],
    }


def success_headers(operation: Schema, method: str, status: str, *, has_version: bool) -> Schema:
    """The header fields of an answer that is no refusal."""
    names = ["X-Request-ID", "RateLimit", "RateLimit-Policy"]
    names += ["ETag"] if method == "get" or has_version else []
    names += ["Location"] if status == "201" else []
    names += ["Idempotency-Replayed"] if method == "post" else []
    names += ["Deprecation", "Sunset", "Link"] if operation.get("deprecated") else []
    return headers(*names)
