"""The OpenAPI document: made from the views themselves, with what all of them share added at the end."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.errors import MEDIA_TYPE, TITLES
from common.api.views import JSONAlways

Schema = dict[str, Any]

# The refusals an operation can answer with.
ALWAYS = (400, 401, 403)
OF_ONE = (404,)
OF_CHANGES = (409, 413, 415)
OF_VERSIONS = (412, 428)

_STRING: Schema = {"type": "string"}
PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:gxftz:problem:stale_version"]},
        "title": _STRING,
        "status": {"type": "integer"},
        "detail": _STRING,
        "code": _STRING,
        "request_id": _STRING,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "in", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "format": "json-pointer"},
                    "in": {"type": "string", "enum": ["body", "query"]},
                    "code": _STRING,
                    "detail": _STRING,
                },
            },
        },
    },
}


class TextSchema(OpenApiSerializerFieldExtension):
    """A text says how long it may be."""

    target_class = "common.api.serializers.Text"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> Schema:
        limit = self.target.limit or self.target.max_length
        return {"type": "string", **({"maxLength": limit} if limit else {})}


class BearerScheme(OpenApiAuthenticationExtension):
    """The tokens of this installation."""

    target_class = settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"][0]
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "http", "scheme": "bearer", "description": _("接口令牌：Authorization: Bearer gxftz_…")}


def make_schema() -> Schema:
    """The document in the current language."""
    document: Schema = SchemaGenerator().get_schema(public=True)
    components = document["components"]
    for schema in components["schemas"].values():
        if schema.get("type") == "object":
            schema.pop("description", None)  # a docstring
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {f"Problem{status}": _refusal(status) for status in TITLES}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, path, method)
    return document


def _refusal(status: int) -> Schema:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": str(TITLES[status]), "content": content}


def _complete(operation: Schema, path: str, method: str) -> None:
    """Adds what the views do without saying it: refusals, ETags, and 304 for a client that has the answer already."""
    responses, headers = operation["responses"], {"ETag": {"schema": _STRING}}
    for answer in responses.values():
        answer["description"] = answer["description"] or _("成功。")
    wanted = [*ALWAYS, *(OF_ONE if "{" in path else ())]
    if method == "get":
        responses["304"] = {"description": _("内容未变。"), "headers": headers}
        operation.setdefault("parameters", []).append({"in": "header", "name": "If-None-Match", "schema": _STRING})
        responses["200"]["headers"] = headers
    else:
        wanted += OF_CHANGES
    if any(each["name"] == "If-Match" for each in operation.get("parameters", [])):
        wanted += OF_VERSIONS
    wanted += [int(status) for status in responses if int(status) >= ALWAYS[0]]
    for status in sorted(set(wanted)):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}


@cache
def _schema_in(_language: str | None) -> Schema:
    return make_schema()


class SchemaView(APIView):
    """GET /openapi.json: says what the API is, nothing of what is in it, so that it needs no token."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = JSONAlways
    http_method_names = ("get", "head")

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(_schema_in(get_language()))
