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

from common.api.answers import all_refusals, header_components, headers, problem_schema, refusal, success_headers
from common.api.describing import describe_codes, describe_fields, describe_lists, describe_parameter, describe_scopes
from common.api.examples import add_examples
from common.api.fields import TAGS
from common.api.guide import describe_api
from common.api.linking import component_of, link_answers
from common.api.views import JSONAlways

Schema = dict[str, Any]


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
    document["info"] |= {
        "title": _("中国（广西）自由贸易试验区建设实施方案 · 任务督办系统接口"),
        "description": describe_api(),
    }
    document["servers"] = [{"url": "/", "description": _("本系统")}]
    components = document["components"]
    schemas = components["schemas"]
    for schema in schemas.values():
        if schema.get("type") == "object":
            schema.pop("description", None)  # a docstring
    schemas["Problem"] = problem_schema()
    describe_fields(schemas)
    describe_lists(schemas)
    components |= {"headers": header_components(), "responses": {}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, path, method, components)
    describe_codes(document)
    document["tags"] = _tags(document)
    link_answers(document)
    add_examples(document)
    return document


def _complete(operation: Schema, path: str, method: str, components: Schema) -> None:
    """Adds what the views do without saying it: refusals, header fields, and 304 for who has the answer already."""
    responses, parameters = operation["responses"], operation.setdefault("parameters", [])
    schemas = components["schemas"]
    for status, codes in sorted(all_refusals(operation, path, method).items()):
        responses[str(status)] = _shared(components["responses"], status, refusal(status, codes))
    for status, answer in responses.items():
        if status < "3":
            fields = schemas.get(component_of(answer), {}).get("properties", {})
            answer["description"] = answer["description"] or _("成功。")
            found = success_headers(operation, method, status, has_version="version" in fields)
            answer["headers"] = answer.get("headers", {}) | found
    if method == "get":
        responses["304"] = {"description": _("内容未变。"), "headers": headers("ETag", "X-Request-ID")}
        parameters.append(_header("If-None-Match", _("上次收到的 ETag；没有变化就得到 304。")))
    if method == "post":
        parameters.append(_idempotency_key())
    parameters.append(_header("Accept-Language", _("zh-hans 或 en：名称和说明用哪种语言。")))
    _tell_files(operation, schemas)
    for parameter in parameters:
        describe_parameter(parameter, schemas)
    describe_scopes(operation)
    operation["responses"] = dict(sorted(responses.items()))


def _shared(known: Schema, status: int, answer: Schema) -> Schema:
    """A reference to the answer, which is kept once however many operations have it."""
    alike = [name for name in known if name.startswith(f"Problem{status}")]
    name = next((name for name in alike if known[name] == answer), f"Problem{status}{_letter(len(alike))}")
    known.setdefault(name, answer)
    return {"$ref": f"#/components/responses/{name}"}


def _letter(number: int) -> str:
    return f"_{number + 1}" if number else ""


def _tell_files(operation: Schema, schemas: Schema) -> None:
    """What is uploaded is bytes; the generator takes it for an address."""
    form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
    for said in schemas.get(form.get("$ref", "").rpartition("/")[2], {}).get("properties", {}).values():
        if said.get("format") == "uri":
            said["format"] = "binary"


def _idempotency_key() -> Schema:
    text = _("幂等键，如一个 UUID：同一请求重发时用同一个键，只办一次，再次得到第一次的应答。")
    form = {"type": "string", "pattern": r'^"?[!#-\[\]-~]{1,255}"?$'}
    return _header("Idempotency-Key", text) | {"schema": form}


def _header(name: str, description: str) -> Schema:
    return {"in": "header", "name": name, "schema": {"type": "string"}, "description": description}


def _tags(document: Schema) -> list[Schema]:
    """Those that are used, in the order of the list of tags."""
    used = [tag for operations in document["paths"].values() for each in operations.values() for tag in each["tags"]]
    known = [{"name": name, "description": str(text)} for name, text in TAGS.items() if name in used]
    return known + [{"name": name} for name in sorted(set(used) - TAGS.keys())]


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
