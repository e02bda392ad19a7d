"""撤销: a message that says what was done and carries the way back.

The undo is an ordinary inverse action at an ordinary address, with its own permission, event and refusals; nothing is
held back until the time for it has passed. The offer travels with the message, which the session or a signed cookie
keeps until the next page shows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_MARK = "undo:"


@dataclass(frozen=True)
class Undo:
    """Where the form of the button goes, and what it takes along."""

    url: str
    fields: Mapping[str, str]


def offer_undo(request: HttpRequest, text: str, url: str, fields: Mapping[str, object] | None = None) -> None:
    """A message of success with a button 撤销, which posts `fields` to `url`, an address of this site."""
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError(f"not an address of this site: {url}")
    given = {name: "" if value is None else str(value) for name, value in (fields or {}).items()}
    messages.success(request, text, extra_tags=_MARK + json.dumps({"url": url, "fields": given}))


def undo_of(message: Message) -> Undo | None:
    """The way back that a message offers, if it offers one."""
    tags = message.extra_tags or ""
    return Undo(**json.loads(tags.removeprefix(_MARK))) if tags.startswith(_MARK) else None
