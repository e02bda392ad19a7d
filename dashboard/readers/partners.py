"""协作关系: with whom a unit works, counted over the tasks they share, and as lines of a picture; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.readers.brief_names import brief_name, cut_name

Row = dict[str, Any]

DRAWN = 12  # partners in the picture; the table has all of them
LINE = 30  # from one name to the next
WIDTH, MIDDLE = 720, 360
LEFT_NAMES, RIGHT_NAMES = 196, 524  # where the names end and begin
LEFT_UNIT, RIGHT_UNIT = 288, 432  # the sides of the unit's box
THIN, THICK = 1.5, 9.0
HEADS_APART = 17  # the arrow of what they lead points to the unit, this far before the other one
NAME_LENGTH, UNIT_LENGTH = 14, 9  # characters of a partner's name in the picture, and of the unit's own


def partners_of(code: str, led: Iterable[Row], supported: Iterable[Row]) -> list[Row]:
    """The units that share tasks with this one, the most first: who led how many of them."""
    ours: Counter[str] = Counter(each["code"] for row in led for each in row["supporting"])
    theirs: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    units = {each["code"]: each for row in (*led, *supported) for each in (row["lead"], *row["supporting"]) if each}
    for row in supported:
        leads = row["lead"]["code"] if row["lead"] else ""
        theirs[leads] += 1
        beside.update(each["code"] for each in row["supporting"] if each["code"] != leads)
    found = [
        {
            "unit": unit,
            "ours": ours[each],
            "theirs": theirs[each],
            "beside": beside[each],
            "shared": ours[each] + theirs[each] + beside[each],
        }
        for each, unit in units.items()
        if each != code
    ]
    return sorted(found, key=lambda each: (-each["shared"], -each["ours"], -each["theirs"], each["unit"]["code"]))


def picture(partners: Sequence[Row]) -> Row | None:
    """The first partners around the unit: who leads more of what they share stands left, whom it leads right.

    None without a partner. A line is as thick as the tasks are many; its arrow goes from the lead to who supports.
    """
    drawn = partners[:DRAWN]
    if not drawn:
        return None
    left, right = _sides(drawn)
    height = max(len(left), len(right), 3) * LINE + 16
    most = max(each["shared"] for each in drawn)
    return {
        "width": WIDTH,
        "height": height,
        "middle": MIDDLE,
        "centre": height / 2,
        "lines": [
            *_lines(left, LEFT_UNIT, LEFT_NAMES, height=height, most=most),
            *_lines(right, RIGHT_UNIT, RIGHT_NAMES, height=height, most=most),
        ],
        "is_one_sided": not left or not right,
        "has_left": bool(left),
        "drawn": len(drawn),
    }


def _sides(drawn: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Those that lead more of it left, those led right; who only supports beside it where there is room."""
    left = [each for each in drawn if each["theirs"] > each["ours"]]
    right = [each for each in drawn if each["ours"] and each["ours"] >= each["theirs"]]
    for each in drawn:
        if not each["ours"] and not each["theirs"]:
            min(left, right, key=len).append(each)
    return left, right


def _lines(side: list[Row], near: int, far: int, *, height: int, most: int) -> list[Row]:
    """From the unit's box to each name, spread over the height."""
    first = (height - (len(side) - 1) * LINE) / 2
    lines = []
    for place, each in enumerate(side):
        y, bend = first + place * LINE, (near + far) / 2
        start = height / 2 + (place - (len(side) - 1) / 2) * 5
        lines.append(
            {
                **each,
                "name": cut_name(brief_name(each["unit"]["label"]), length=NAME_LENGTH),
                "is_left": far < near,
                "x": far - 6 if far < near else far + 6,
                "y": y,
                "path": f"M{near} {start:.1f}C{bend:.0f} {start:.1f} {bend:.0f} {y:.1f} {far} {y:.1f}",
                "weight": round(THIN + (THICK - THIN) * (each["shared"] - 1) / max(most - 1, 1), 1),
                "direction": _direction(each),
                "ours_at": {"x": far, "y": y},
                "theirs_at": {"x": far - HEADS_APART if far > near else far + HEADS_APART, "y": y},
            }
        )
    return lines


def _direction(partner: Row) -> str:
    if partner["ours"] and partner["theirs"]:
        return "both"
    return "ours" if partner["ours"] else "theirs" if partner["theirs"] else "beside"
