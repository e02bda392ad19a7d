"""大屏: the cockpit told in few and large signs; drawn on the server, so that a part of it can be replaced."""

from datetime import date
from typing import Any

from agencies.models import User
from dashboard.readers.cockpit.page import cockpit

Row = dict[str, Any]

COLOURS = ("red", "yellow", "green", "blue", "grey")
ROWS_A_PAGE = 4
UNITS_SHOWN = 12
DATES_SHOWN = 5
WIDTH = 100


def wall(user: User, *, on: date) -> Row:
    """The cockpit of today with its bars measured and its list cut into pages; as many queries as the cockpit."""
    told = cockpit(user, on=on, today=on)
    listed = [*told["attention"]["rows"], *told["attention"]["folded"]]
    tables = {each["by"]: bars(each["rows"]) for each in told["tables"]}
    leads = tables.get("lead", [])
    return {
        **told,
        "bars": {**tables, "lead": leads[:UNITS_SHOWN]},
        "units_left": max(0, len(leads) - UNITS_SHOWN),
        "pages": [listed[n : n + ROWS_A_PAGE] for n in range(0, len(listed), ROWS_A_PAGE)],
        "dates": told["coming"]["rows"][:DATES_SHOWN],
    }


def bars(sums: list[Row]) -> list[Row]:
    """Each group with the pieces of its bar, in hundredths of the longest one."""
    longest = max((each["tasks"] for each in sums), default=0)
    return [{**each, "pieces": list(_pieces(each, longest))} for each in sums]


def _pieces(sums: Row, longest: int) -> list[Row]:
    pieces, x = [], 0.0
    for colour in COLOURS:
        width = WIDTH * sums[colour] / longest if longest else 0.0
        if width:
            pieces.append({"colour": colour, "x": round(x, 2), "width": round(width, 2), "count": sums[colour]})
        x += width
    return pieces
