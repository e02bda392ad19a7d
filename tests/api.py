"""Calling the API in tests: every answer is held against the documented schema, unknown fields included."""

import json
from copy import deepcopy
from datetime import datetime
from functools import cache
from typing import Any

import jsonschema
from django.test import Client
from django.urls import resolve, reverse

from common.api.schema import make_schema
from ledger import actions as ledger
from tasks.models import Task
from tasks.states import task_state
from tests.factories import NOW

PROBLEM = "application/problem+json"


class Api:
    """One person's (or token's) view of the API."""

    def __init__(self, user: Any = None, *, token: str | None = None):
        self.client = Client(headers={"Authorization": f"Bearer {token}"} if token else None)
        if user:
            self.client.force_login(user)

    def get(self, name: str, *args: Any, headers: dict[str, str] | None = None, **params: Any) -> Any:
        """GET by the name of the address."""
        return self.call("GET", name, *args, params=params, headers=headers)

    def post(self, name: str, *args: Any, data: Any = None, version: Any = None) -> Any:
        return self.call("POST", name, *args, data=data, headers=_if_match(version))

    def put(self, name: str, *args: Any, data: Any = None, version: Any = None) -> Any:
        return self.call("PUT", name, *args, data=data, headers=_if_match(version))

    def patch(self, name: str, *args: Any, data: Any = None, version: Any = None) -> Any:
        return self.call("PATCH", name, *args, data=data, headers=_if_match(version))

    def call(
        self, method: str, name: str, *args: Any, data: Any = None, params: Any = None, headers: Any = None
    ) -> Any:
        response = self.client.generic(
            method,
            reverse(f"api:{name}", args=args),
            data=b"" if data is None else data if isinstance(data, bytes) else json.dumps(data),
            content_type="application/json",
            query_params=params or None,
            headers=headers or {},
        )
        check_documented(method, response)
        return response


def _if_match(version: Any) -> dict[str, str]:
    if version is None:
        return {}
    return {"If-Match": version if isinstance(version, str) else f'"{version}"'}


def check_documented(method: str, response: Any) -> None:
    """The answer is one that the schema promises for this operation."""
    path = "/" + resolve(response.request["PATH_INFO"]).route.replace("<int:number>", "{number}")
    path = path.replace("<int:pk>", "{id}")
    operation = _document()["paths"][path].get(method.lower())
    if operation is None:
        assert response.status_code == 405
        return
    answer = operation["responses"].get(str(response.status_code))
    assert answer is not None, (method, path, response.status_code, response.content)
    if response.status_code == 304:
        assert response.content == b""
        return
    if response.streaming:
        _check_file(response, _resolve(answer)["content"])
        return
    media_type = "application/json" if response.status_code < 400 else PROBLEM
    assert response["Content-Type"] == media_type
    _validate(response.json(), (_resolve(answer)["content"])[media_type]["schema"])


def _check_file(response: Any, content: Any) -> None:
    """A file: its kind is documented; the rows of an export are those of the JSON one. `body` is what it holds."""
    response.body = b"".join(response.streaming_content)
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type in content, media_type
    schema = content.get("application/json", {}).get("schema")
    if media_type == "application/x-ndjson":
        _validate([json.loads(line) for line in response.body.splitlines()], schema)
    elif media_type == "application/json":
        _validate(json.loads(response.body), schema)


def _validate(body: Any, schema: Any) -> None:
    whole = {**schema, "components": _document()["components"]}
    formats = jsonschema.FormatChecker()
    jsonschema.validate(body, whole, jsonschema.Draft202012Validator, format_checker=formats)


def _resolve(answer: Any) -> Any:
    if "$ref" not in answer:
        return answer
    return _document()["components"]["responses"][answer["$ref"].rpartition("/")[2]]


@cache
def _document() -> Any:
    """The schema, with unknown fields refused so that the documentation cannot fall behind."""
    document = deepcopy(make_schema())
    for name, schema in document["components"]["schemas"].items():
        if schema.get("type") == "object" and name != "Problem":
            schema["additionalProperties"] = False
    return document


def problem(response: Any, status: int, code: str) -> Any:
    """The problem, after checking that it is this one."""
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert response["Content-Type"] == PROBLEM
    assert body["type"] == f"urn:gxftz:problem:{code}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    return body


def pointers(body: Any) -> list[str]:
    """Where the problem points."""
    return [each["pointer"] for each in body["errors"]]


def record_tasks(*, by: Any, at: datetime = NOW) -> None:
    """The ledger holds every task as it is now, as if an action had just made it."""
    for task in Task.objects.select_related("plan", "pillar").order_by("number"):
        ledger.append(kind="task", key=task.key, verb="made", by=by, at=at, state=task_state(task))
