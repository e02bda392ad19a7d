"""Requests that are known to succeed, by operation: the lines of the permission table that are about the API.

Random values alone are refused at the first door; made of these, requests come as far as the data.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from tests.permission_table.play import PATTERN_ARGUMENTS, list_patterns
from tests.permission_table.rows import Row
from tests.permission_table.table import TABLE

FILE, FILE_NAME = b"a,b\n3,4\n", "补充.csv"
PREFIX = "/api/v1/"


@dataclass(frozen=True)
class Known:
    """What was sent, and who may send it."""

    may: tuple[str, ...]
    path: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    body: Any = None
    media_type: str = "application/json"
    query: dict[str, str] = field(default_factory=dict)


def template(view: str) -> str:
    """An address as the document writes it: /api/v1/reports/{id}/."""
    route = str(list_patterns()[view].pattern)
    return PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: f"{{{_name(found[1])}}}", route)


def _name(argument: str) -> str:
    return "id" if argument == "pk" else argument


def known_requests(world: SimpleNamespace) -> dict[str, list[Known]]:
    """By label ("GET /api/v1/tasks/"), those lines that somebody succeeds with."""
    found: dict[str, list[Known]] = defaultdict(list)
    for row in TABLE:
        if row.is_api and row.may and row.success < 400:
            found[f"{row.method} {template(row.view)}"].append(_known(row, world))
    return dict(found)


def _known(row: Row, world: SimpleNamespace) -> Known:
    thing, is_file = getattr(world, row.on) if row.on else None, "file" in row.data
    return Known(
        may=tuple(part for part in row.parts if part in row.may),
        path={_name(name): _argument(thing, name) for name in list_patterns()[row.view].pattern.converters},
        version=getattr(thing, "version", None),
        body={"file": FILE} if is_file else row.data or None,
        media_type="multipart/form-data" if is_file else "application/json",
        query=dict(parse_qsl(row.query)),
    )


def _argument(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, dict) else getattr(thing, PATTERN_ARGUMENTS[name])
