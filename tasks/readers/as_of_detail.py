"""One task with its parts as it stood at the end of a past day, in the shape of today's, from the ledger alone."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from ledger.models import EventQuerySet
from tasks.models import Assignment, MeasureStatus, Task, TaskQuerySet
from tasks.readers.as_of import columns_as_of, end_of, row_as_of, units_by_code
from tasks.readers.detail import measure_row

Row = dict[str, Any]
_GRANTED = ("due_before", "wanted_date", "granted_date", "reason", "decision")


def task_detail_as_of(tasks: TaskQuerySet, events: EventQuerySet, *, number: int, on: date) -> Row:
    """One task at the end of the day, as `task_detail` tells it now (four queries).

    Raises Task.DoesNotExist when it is not in `tasks`, or when neither it nor its official text stood in the ledger
    then: both were loaded in one transaction, so that there is no day on which a part is missing.
    """
    found = columns_as_of(tasks.filter(number=number), events, on=on)
    texts, measures, extensions = _parts(events, f"{found[0]['plan']}/{number}", on) if found else ([], [], [])
    if not texts:
        raise Task.DoesNotExist
    (columns,), units = found, units_by_code(on=on)
    sequence, text = texts[-1]
    return {
        **row_as_of(columns, units, on),
        "text": text["text"],
        "unit_clause": text["unit_clause"],
        "due_note": columns["due_note"],
        "measures": [measure_row(number, _measure(each, sequence, measures)) for each in text["measures"]],
        "assignments": _assignments(columns, units),
        "milestones": [{**each, "due_on": date.fromisoformat(each["due_on"])} for each in columns["milestones"]],
        "extensions": [_extension(state) for _sequence, state in reversed(extensions)],
    }


def _parts(events: EventQuerySet, key: str, on: date) -> tuple[list[tuple[int, Row]], ...]:
    """What had been recorded by then of the task's text, its measures and its granted extensions, oldest first."""
    wanted = (
        Q(kind="task_text", key=key)
        | Q(kind="measure", key__startswith=f"{key}/")
        | Q(kind="extension", verb="extension_granted", key__startswith=f"{key}/")
    )
    past = events.filter(wanted, at__lte=end_of(on)).order_by("sequence")
    found: dict[str, list[tuple[int, Row]]] = {"task_text": [], "measure": [], "extension": []}
    for sequence, kind, state in past.values_list("sequence", "kind", "state"):
        found[kind].append((sequence, state))
    return tuple(found.values())


def _measure(words: Row, since: int, changes: Iterable[tuple[int, Row]]) -> Row:
    """A measure as it was loaded, with what has been said of it since; the loader states the form anew."""
    row = {**words, "status": MeasureStatus.NOT_STARTED.value}
    for sequence, state in changes:
        if state["order"] == row["order"]:
            row["status"] = state["status"]
            row["deliverable"] = state["deliverable"] if sequence > since else row["deliverable"]
    return row


def _assignments(columns: Row, units: dict[str, Row]) -> list[Row]:
    codes = [columns["lead"], *columns["supporting"]] if columns["lead"] else []
    return [
        {
            "agency": {"code": code, "name": units[code]["name"]},
            "role": Assignment.Role.LEAD.value if order == 1 else Assignment.Role.CO.value,
            "order": order,
        }
        for order, code in enumerate(codes, start=1)
    ]


def _extension(state: Row) -> Row:
    return {**{name: state[name] for name in _GRANTED}, "decided_at": datetime.fromisoformat(state["decided_at"])}
