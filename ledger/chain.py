"""The hash chain: what is hashed and how two events hang together. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

GENESIS = "0" * 64
HASHED = (
    "sequence", "actor_id", "actor_name", "actor_agency", "kind", "key", "verb", "changed", "state", "reason",
    "audience", "agency", "request_id", "previous_hash",
)  # fmt: skip


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold: the event's number and what is wrong there."""

    sequence: int
    problem: str


def event_hash(event: Any) -> str:
    """SHA-256 over the canonical JSON of everything an event says, its place and its predecessor's hash."""
    content = {name: getattr(event, name) for name in HASHED}
    content["at"] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def breaks(events: Iterable[Any], head: Any, *, start: tuple[int, str] = (0, GENESIS)) -> Iterator[Break]:
    """Every break between the event after `start` (its number and hash) and the head; nothing when all is whole."""
    sequence, digest = start
    for event in events:
        if event.sequence != sequence + 1:
            yield Break(sequence + 1, "missing")
        elif event.previous_hash != digest:
            yield Break(event.sequence, "does not follow its predecessor")
        if event.hash != event_hash(event):
            yield Break(event.sequence, "content was altered")
        sequence, digest = event.sequence, event.hash
    if (head.sequence, head.hash) != (sequence, digest):
        yield Break(max(sequence, head.sequence), "head does not match the last event")
