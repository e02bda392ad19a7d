"""One run of the loader: creating or correcting a row, counting it, and keeping its event until all rows are locked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from ledger import actions as ledger
from ledger.actors import Actor
from tasks.actions.loading.report import LoadReport
from tasks.actions.loading.values import Values

Row = TypeVar("Row", bound=Model)
State = dict[str, Any]


@dataclass
class Run:
    """Who loads and when, what has been counted so far, and the events to write at the end."""

    by: Actor
    now: datetime
    report: LoadReport = field(default_factory=LoadReport)
    events: list[dict[str, Any]] = field(default_factory=list)

    def put(
        self, kind: str, key: str, row: Row | None, *, new: Row, facts: Values, state: Callable[[Any], State]
    ) -> Row:
        """The row with these facts: the one that exists, corrected where it is wrong, or the new one."""
        before = state(row) if row is not None else None
        row = _correct(row, facts) if row is not None else _create(new)
        self.note(kind, key, before, state(row))
        return row

    def note(self, kind: str, key: str, before: State | None, after: State) -> None:
        """Count the object and remember its event if anything about it is new."""
        self.report.count(kind, before, after)
        self.remember(kind, key, before, after)

    def remember(self, kind: str, key: str, before: State | None, after: State) -> None:
        """Keep the event of an object for the end if anything about it is new."""
        if before != after:
            verb = "loaded" if before is None else "corrected"
            self.events.append({"kind": kind, "key": key, "verb": verb, "before": before, "state": after})

    def note_kept(self, kind: str, row: Model | None, values: Values) -> None:
        """Count the object as kept if a person has given it other values than the files have."""
        if row is not None and any(getattr(row, name) != value for name, value in values.items()):
            self.report[kind].kept += 1

    def write_events(self) -> None:
        """The ledger's head is the last lock of the transaction, so this comes after every other row."""
        for event in self.events:
            ledger.append(by=self.by, at=self.now, **event)


def _create(row: Row) -> Row:
    row.save(force_insert=True)
    return row


def _correct(row: Row, facts: Values) -> Row:
    wrong = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in wrong:
        setattr(row, name, facts[name])
    if wrong:
        row.save(update_fields=wrong)
    return row


def make_room(rows: QuerySet[Any], places: dict[str, int]) -> None:
    """Move rows that change places, or hold one that is wanted, out of the way: meanwhile no two may hold one place."""
    held = dict(rows.values_list("pk", "order"))
    wanted = set(places.values())
    moving = [code for code, place in held.items() if place != places.get(code) and (code in places or place in wanted)]
    if moving:
        rows.filter(pk__in=moving).update(order=F("order") + max(*held.values(), len(places)))
