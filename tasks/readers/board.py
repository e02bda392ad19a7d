"""看板: the rows of a list as columns by state, in the order of a task's life; pure, no query.

Cards can be read and opened, not dragged: a change of state has its conditions, its texts and its own hand
(`tasks.status`), so it is made on the task's page, where what is missing is said.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from tasks.lights import COLOUR_LABELS, WORST_FIRST
from tasks.status import DONE, OPEN, Status

Row = dict[str, Any]

ORDER_OF_LIFE = (
    Status.PLANNED, Status.ISSUED, Status.ONGOING, Status.SUSPENDED, Status.CLOSING, Status.CLOSED, Status.SIGNED_OFF,
    Status.STANDING, Status.STOPPED,
)  # fmt: skip
# Shown with nothing in them too: an empty column says that nothing waits there.
USUAL = frozenset({Status.PLANNED, Status.ISSUED, Status.ONGOING, Status.CLOSING})
MANY = 12  # cards; a longer column is laid out in as many lanes as there is room for


def board(rows: Iterable[Row], *, handles: Callable[[Row], bool]) -> list[Row]:
    """The columns; `handles` says whose card carries the way to what is done with the task."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["status"]].append({**row, "is_handled": row["status"] in OPEN and handles(row)})
    return [_column(status, groups[status]) for status in ORDER_OF_LIFE if status in USUAL or groups[status]]


def _column(status: Status, cards: list[Row]) -> Row:
    return {
        "status": status.value,
        "label": status.label,
        "cards": cards,
        "lights": light_counts(cards),
        "is_folded": status in DONE,
        "is_long": len(cards) > MANY,
    }


def light_counts(rows: Iterable[Row]) -> list[Row]:
    """How many of each light the rows have, as `light_list`."""
    return light_list(Counter(row["light"]["colour"] for row in rows))


def light_list(counts: Counter[str]) -> list[Row]:
    """How many of each light there are, the worst first; lights that none has are left out."""
    return [
        {"colour": colour.value, "label": COLOUR_LABELS[colour], "count": counts[colour.value]}
        for colour in WORST_FIRST
        if counts[colour.value]
    ]
