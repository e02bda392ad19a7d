"""时间轴: the rows of a list as bars on an axis of months, quarters or years, in percent of its length."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tasks.models import Milestone
from tasks.planned import FULL_PERCENT
from tasks.readers.board import light_counts

Row = dict[str, Any]
ONE_DAY = timedelta(days=1)
MONTHS_IN_YEAR = 12


class Scale(TextChoices):
    """刻度: what one step of the axis stands for."""

    MONTH = "month", pgettext_lazy("scale", "月")
    QUARTER = "quarter", pgettext_lazy("scale", "季")
    YEAR = "year", pgettext_lazy("scale", "年")


MONTHS = {Scale.MONTH: 1, Scale.QUARTER: 3, Scale.YEAR: 12}
WIDTHS = {Scale.MONTH: 68, Scale.QUARTER: 84, Scale.YEAR: 120}  # pixels that a step needs at least
FEW = 14  # steps that stand on one screen
MOST = 240  # steps that a page draws; a longer stretch takes the next scale


@dataclass(frozen=True)
class Axis:
    """From days to places, in percent of the axis; it begins and ends with a whole step."""

    first: date
    last: date
    scale: Scale

    def at(self, day: date) -> float:
        """The place of a day's morning."""
        return round(100 * (day - self.first).days / (self.last - self.first).days, 2)

    def end_of(self, day: date) -> float:
        """The place of a day's evening: a deadline counts the day itself."""
        return self.at(day + ONE_DAY)

    @property
    def steps(self) -> list[date]:
        days, day = [], self.first
        while day < self.last:
            days.append(day)
            day = _months_on(day, MONTHS[self.scale])
        return days


def milestones_of(numbers: Iterable[int]) -> dict[int, list[Row]]:
    """The milestones of tasks of the plan in force by the number of the task, in their order (one query)."""
    found = Milestone.objects.filter(task__plan__is_current=True, task__number__in=list(numbers)).order_by("due_on")
    marks: dict[int, list[Row]] = defaultdict(list)
    for number, name, due_on, percent in found.values_list("task__number", "name", "due_on", "planned_percent"):
        marks[number].append({"name": name, "due_on": due_on, "percent": percent})
    return marks


def timeline(rows: list[Row], marks: dict[int, list[Row]], *, on: date, scale: Scale | None = None) -> Row:
    """Axis, bars by pillar, and what has no place on the axis; pure. Without a scale the one that fits a screen."""
    dated = [row for row in rows if row["due_date"]]
    axis = _axis(dated, marks, on, scale)
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in dated:
        groups[row["pillar"]["number"]].append(_bar(row, marks.get(row["number"], []), axis, on))
    return {
        "scale": axis.scale.value,
        "axis": _ticks(axis),
        "width": len(axis.steps) * WIDTHS[axis.scale],
        "today": axis.at(on),
        "groups": [
            {"pillar": bars[0]["pillar"], "rows": bars, "lights": light_counts(bars)} for bars in groups.values()
        ],
        "undated": [row for row in rows if not row["due_date"]],
    }


def _group(bars: list[Row]) -> Row:
    return {"pillar": bars[0]["pillar"], "rows": bars, "lights": light_counts(bars)}


def _axis(rows: list[Row], marks: dict[int, list[Row]], on: date, scale: Scale | None) -> Axis:
    dates = [row[name] for row in rows for name in ("start_date", "due_date", "original_due_date") if row[name]]
    dates += [mark["due_on"] for row in rows for mark in marks.get(row["number"], ())]
    first, last = min([on, *dates]), max([on, *dates])
    limit = MOST if scale else FEW
    wanted = list(Scale)[list(Scale).index(scale) :] if scale else list(Scale)
    axes = [_whole_steps(first, last, each) for each in wanted]
    return next((axis for axis in axes if len(axis.steps) <= limit), axes[-1])


def _whole_steps(first: date, last: date, scale: Scale) -> Axis:
    length = MONTHS[scale]
    begin = date(first.year, (first.month - 1) // length * length + 1, 1)
    end = date(last.year, (last.month - 1) // length * length + 1, 1)
    return Axis(begin, _months_on(end, length), scale)


def _months_on(day: date, count: int) -> date:
    months = day.month - 1 + count
    return date(day.year + months // MONTHS_IN_YEAR, months % MONTHS_IN_YEAR + 1, 1)


def _ticks(axis: Axis) -> list[Row]:
    """Each step with its label; the year stands with the first step and wherever it begins."""
    ticks = []
    for day in axis.steps:
        begins_year = day.month == 1 or day == axis.first
        ticks.append({"x": axis.at(day), "label": _label(day, axis.scale), "year": day.year if begins_year else None})
    return ticks


def _label(day: date, scale: Scale) -> str:
    if scale == Scale.YEAR:
        return str(day.year)
    if scale == Scale.QUARTER:
        return _("%(quarter)s季度") % {"quarter": (day.month - 1) // 3 + 1}
    return date_format(day, "M")


def _bar(row: Row, marks: list[Row], axis: Axis, on: date) -> Row:
    """A row with the places of its bar: without a start date it has a deadline alone."""
    start, due, planned = row["start_date"], row["due_date"], row["planned_percent"]
    left = axis.at(start) if start else None
    right = axis.end_of(due)
    length = max(right - left, 0.0) if left is not None else 0.0
    moved = row["original_due_date"] and row["original_due_date"] != due
    return {
        **row,
        "left": left,
        "right": right,
        "length": round(length, 2),
        "done": round(length * min(row["percent"], FULL_PERCENT) / FULL_PERCENT, 2),
        "planned_at": round(left + length * planned / FULL_PERCENT, 2) if left is not None and planned else None,
        "original": axis.end_of(row["original_due_date"]) if moved else None,
        "marks": [_mark(mark, row, axis, on) for mark in marks],
        "words": _words(row),
    }


def _words(row: Row) -> Row:
    """The bar and its parts in words, for pointers and screen readers."""
    facts = {
        "number": row["number"], "percent": row["percent"], "planned": row["planned_percent"],
        "start": row["start_date"], "due": row["due_date"],
        "light": row["light"]["label"],
    }  # fmt: skip
    whole = (
        _("第 %(number)s 项：%(start)s 至 %(due)s，审定进度 %(percent)s%%，%(light)s")
        if row["start_date"]
        else _("第 %(number)s 项：时限 %(due)s，未设起始时间，审定进度 %(percent)s%%，%(light)s")
    )
    return {
        "whole": whole % facts,
        "span": _("%(start)s 至 %(due)s") % facts,
        "done": _("审定进度 %(percent)s%%") % facts,
        "planned": _("今天的计划进度 %(planned)s%%") % facts,
        "due": _("时限 %(day)s") % {"day": row["due_date"]},
        "original": _("原时限 %(day)s") % {"day": row["original_due_date"]},
    }


MARK_WORDS = {"reached": gettext_lazy("已达到"), "late": gettext_lazy("到期未达到"), "open": gettext_lazy("未到期")}


def _mark(mark: Row, row: Row, axis: Axis, on: date) -> Row:
    is_reached = row["percent"] >= mark["percent"]
    state = "reached" if is_reached else "late" if mark["due_on"] < on else "open"
    words = f"{mark['name']} {mark['due_on']} · {MARK_WORDS[state]}"
    return {**mark, "x": axis.end_of(mark["due_on"]), "state": state, "words": words}
