"""Planned percent (计划进度): how far a task should be on a day, by straight lines through its milestones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

FULL_PERCENT = 100


@dataclass(frozen=True)
class Mark:
    """节点, as far as the line needs it: the percent planned to be reached by the end of a day."""

    on: date
    percent: int


def _points(marks: Sequence[Mark], start: date, due: date) -> list[tuple[date, int]]:
    """The corners of the line, one per day in order, from the start to (due, 100), never falling.

    A mark outside start…due is left over from other dates and is ignored, which favours the unit. A mark on the start
    day lifts the line there. Of several marks on one day, or after a higher one, the highest counts. Percents are held
    to 0…100. A deadline on or before the start leaves one corner: everything at once.
    """
    inside = sorted((mark.on, mark.percent) for mark in marks if start <= mark.on < due)
    reached = 0
    corners = {start: reached}
    for on, percent in inside:
        reached = max(reached, min(percent, FULL_PERCENT))
        corners[on] = reached
    corners[max(start, due)] = FULL_PERCENT
    return list(corners.items())


def _segments(points: list[tuple[date, int]]) -> Iterator[tuple[date, int, int, int]]:
    """Each piece of the line: its first day, the percent there, its length in days, its rise in points."""
    for (left, low), (right, high) in pairwise(points):
        yield left, low, (right - left).days, high - low


def planned_percent(marks: Sequence[Mark], *, start: date | None, due: date | None, on: date) -> int | None:
    """The percent planned for the end of the day `on`: 0 before the start, 100 from the deadline on.

    Whole percent, rounded down: the benefit of the doubt goes to the unit. None without a start or a deadline.
    Source: 序时进度, the even pace by which published light rules judge (银川 2025); milestones refine it (ours).
    """
    if start is None or due is None:
        return None
    if on < start:
        return 0
    for left, low, days, rise in _segments(_points(marks, start, due)):
        if on < left + timedelta(days=days):
            return low + rise * (on - left).days // days
    return FULL_PERCENT


def first_day_planned_reaches(
    threshold: int, marks: Sequence[Mark], *, start: date | None, due: date | None
) -> date | None:
    """The first day from the start on with `planned_percent` ≥ threshold; None if that never comes (above 100).

    In closed form: on a piece that rises r points in n days from p, p + ⌊r·k/n⌋ ≥ t first holds at k = ⌈(t − p)·n/r⌉.
    """
    if start is None or due is None:
        return None
    points = _points(marks, start, due)
    if points[0][1] >= threshold:
        return points[0][0]
    for left, low, days, rise in _segments(points):
        if low + rise >= threshold:
            return left + timedelta(days=-(-(threshold - low) * days // rise))
    return None
