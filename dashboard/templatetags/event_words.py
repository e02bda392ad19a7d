"""{% event_words events as rows %} and {% event_kinds as kinds %}: the ledger names what it does not know itself."""

from collections.abc import Iterable
from typing import Any

from django import template

from dashboard.readers.events import KIND_LABELS, event_rows
from ledger.models import Event
from tasks.readers import part_names

register = template.Library()


@register.simple_tag
def event_words(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The events as people read them (one query, for the names of units)."""
    return event_rows(events, agencies=part_names()["agency"])


@register.simple_tag
def event_kinds() -> dict[str, Any]:
    """Kind of object → its name."""
    return KIND_LABELS
