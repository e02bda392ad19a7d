"""Playing a line of the table: who asks, at which address, and whether anything was changed by it."""

import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permission_table.rows import ANONYMOUS, AS_IT_IS, CLIENTS, Row

ROOMS = ("zones", "agencies", "tasks", "progress", "supervision", "ledger", "account")
# Not what the house keeps: who logged in or used a token when, and the ledger's trace of what was refused.
UNCOUNTED = {"last_login", "last_used_at", "last_used_from"}
PATTERN_ARGUMENTS = {"number": "number", "order": "order", "pk": "pk", "code": "pk", "token_key": "token_key"}


def list_patterns() -> dict[str, URLPattern]:
    """Every address of the site by the name it is reversed by; an address without a name fails."""
    found: dict[str, URLPattern] = {}
    for name, pattern in _walk(get_resolver(), ""):
        assert pattern.name, f"an address without a name: {pattern}"
        found.setdefault(name, pattern)
    return found


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each, f"{space}{each.namespace}:" if each.namespace else space)
        else:
            yield f"{space}{each.name}", each


def address(row: Row, world: SimpleNamespace, *, instead: Any = None) -> str:
    """The address of a line, with what its object (or another one instead) gives to it."""
    pattern = list_patterns()[row.view].pattern
    names = pattern.regex.groupindex if hasattr(pattern, "regex") else pattern.converters
    thing = instead or (getattr(world, row.on) if row.on else None)
    if isinstance(thing, dict):
        arguments = {name: thing[name] for name in names}
    else:
        arguments = {name: row.verb if name == "verb" else getattr(thing, PATTERN_ARGUMENTS[name]) for name in names}
    return reverse(row.view, kwargs=arguments)


def sign_in(part: str, world: SimpleNamespace, *, checks_csrf: bool = False) -> Client:
    """Somebody's browser or program."""
    if part in CLIENTS:
        return Client(headers={"Authorization": f"Bearer {world.tokens[part]}"})
    client = Client(enforce_csrf_checks=checks_csrf)
    if part != ANONYMOUS:
        _open_session(client, part, world)
    return client


def _open_session(client: Client, part: str, world: SimpleNamespace) -> None:
    """One that stands with the scene, if it keeps them: what a test does to it is taken back like all else."""
    sessions = getattr(world, "sessions", {})
    if part not in sessions:
        client.force_login(getattr(world, part))
    else:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[part]


def ask(
    client: Client, row: Row, world: SimpleNamespace, *, method: str = "", query: str = "", instead: Any = None
) -> HttpResponse:
    """The answer to a line's request, as a form from a page or as JSON from a program; or to another method's."""
    response = _send(client, row, world, method=method, query=query, instead=instead)
    if response.streaming:
        b"".join(response)  # reading to the end closes the file
    return response


def _send(client: Client, row: Row, world: SimpleNamespace, *, method: str, query: str, instead: Any) -> HttpResponse:
    version = getattr(getattr(world, row.on, None), "version", None)
    where = address(row, world, instead=instead)
    if query := query or (row.query if not method else ""):
        where += f"?{query}"
    method = method or row.method
    if row.is_api:
        headers = {"If-Match": f'"{version}"'} if version and method != "GET" else {}
        if "file" in row.data and method == "POST":
            return client.post(where, {name: _entered(value, version) for name, value in row.data.items()})
        body = json.dumps(row.data) if row.data else b""
        return client.generic(method, where, body, content_type="application/json", headers=headers)
    if method == "POST":
        return client.post(where, {name: _entered(value, version) for name, value in row.data.items()})
    return client.generic(method, where)


def _entered(value: Any, version: int | None) -> Any:
    if value is AS_IT_IS:
        return version
    if value == "file":
        return SimpleUploadedFile("补充.csv", b"a,b\n3,4\n", content_type="text/csv")
    return value


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, and what was kept in memory of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    caches["local"].clear()


WRITING = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM|REPLACE INTO) "?(\w+)')


class Watch:
    """Which tables any statement wrote to: only there is anything to compare."""

    def __init__(self) -> None:
        self.written: set[str] = set()

    @property
    def has_written(self) -> bool:
        return bool(self.written)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITING.match(sql):
            self.written.add(found[1])
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[Watch]:
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def fingerprint(tables: Collection[str] | None = None) -> dict[str, list[Any]]:
    """All that the house keeps (or what stands in these tables), row by row, but for the trace of refused attempts."""
    kept = [model for model in _tables() if tables is None or model._meta.db_table in tables]
    return {model._meta.label: _rows(model) for model in kept}


def standing(world: SimpleNamespace) -> dict[str, list[Any]]:
    """The same of the scene as it was made, which every test leaves as it found it; read once."""
    if not hasattr(world, "as_made"):
        world.as_made = fingerprint()
    return world.as_made


def _tables() -> list[type[Model]]:
    """Every table of the house, those between two models among them."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ROOMS]


def _rows(model: type[Model]) -> list[Any]:
    names = [field.attname for field in model._meta.concrete_fields if field.name not in UNCOUNTED]
    rows: QuerySet[Any] = model._default_manager.order_by("pk")
    if model._meta.label == "ledger.Event":
        rows = rows.exclude(kind="attempt").order_by("pk")
    if model._meta.label == "ledger.Head":
        return []
    return list(rows.values_list(*names))


def differences(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    """The tables in which anything is different."""
    return [label for label in after if before[label] != after[label]]
