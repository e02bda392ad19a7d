"""The line of a task: planned percent against approved percent, as coordinates for an SVG; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tasks.planned import FULL_PERCENT, Mark, planned_percent

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 16, 24, 28
LABEL_WIDTH = 48
MOST_POINTS = 24
Point = tuple[date, int]


@dataclass(frozen=True)
class Scale:
    """From days and percents to places on the picture."""

    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    @staticmethod
    def y(percent: int) -> float:
        return round(TOP + (FULL_PERCENT - percent) / FULL_PERCENT * (HEIGHT - TOP - BOTTOM), 1)

    def path(self, points: Iterable[Point]) -> str:
        return " ".join(f"{self.x(day)},{self.y(percent)}" for day, percent in points)


def progress_chart(
    *, start: date | None, due: date | None, marks: Sequence[Mark], approved: Sequence[Point], on: date
) -> dict[str, Any] | None:
    """What the picture shows, None without both dates: there is no plan to draw then.

    `approved` are the days of approval with the percent, in order. The last one holds until today.
    """
    if start is None or due is None:
        return None
    days = [start, due, on, *(day for day, _percent in approved)]
    scale = Scale(min(days), max(*days, start + timedelta(days=1)))
    corners = sorted({start, due, *(mark.on for mark in marks if start <= mark.on <= due)})
    planned = [(day, planned_percent(marks, start=start, due=due, on=day) or 0) for day in corners]
    return {
        "size": {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM},
        "grid": [{"y": scale.y(percent), "label": f"{percent}%"} for percent in (0, 25, 50, 75, 100)],
        "months": [{"x": scale.x(day), "label": day.strftime("%Y-%m")} for day in _quarters(scale)],
        "planned": scale.path(planned),
        "actual": scale.path(_steps(start, approved, on)),
        "marks": [{"x": scale.x(mark.on), "y": scale.y(mark.percent)} for mark in marks],
        "points": [{"x": scale.x(day), "y": scale.y(percent)} for day, percent in told_points(approved)],
        "today": scale.x(on),
        "today_anchor": _anchor(scale.x(on)),
        "due": scale.x(due),
        "due_anchor": _anchor(scale.x(due)),
        "shows_due": abs(scale.x(due) - scale.x(on)) > LABEL_WIDTH,
        "top": TOP,
    }


def told_points(approved: Sequence[Point]) -> list[Point]:
    """The approvals that are marked one by one: all, and of very many those that changed the percent, and the last."""
    if len(approved) <= MOST_POINTS:
        return list(approved)
    changed = [point for before, point in pairwise(approved) if point[1] != before[1]]
    return list(dict.fromkeys([*changed[-MOST_POINTS:], approved[-1]]))


def _quarters(scale: Scale) -> list[date]:
    """The quarters' first days; on a long line only as many as can be read."""
    years = range(scale.first.year, scale.last.year + 1)
    days = [date(year, month, 1) for year in years for month in (1, 4, 7, 10)]
    inside = [day for day in days if scale.first <= day <= scale.last]
    step = len(inside) // 9 + 1
    return inside[::step]


def _steps(start: date, approved: Sequence[Point], on: date) -> list[Point]:
    """0 from the start, each percent from its approval on: nothing counts before it is approved."""
    line: list[Point] = [(start, 0)]
    for day, percent in approved:
        line += [(day, line[-1][1]), (day, percent)]
    return [*line, (max(on, line[-1][0]), line[-1][1])]


def _anchor(x: float) -> str:
    """Where a label hangs on its line so that it stays on the picture."""
    if x < LEFT + LABEL_WIDTH / 2:
        return "start"
    return "end" if x > WIDTH - RIGHT - LABEL_WIDTH / 2 else "middle"
