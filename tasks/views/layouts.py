"""The layouts of the 台账: one list of tasks, chosen and ordered by its address, drawn in one way or another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.roles import Can
from tasks.forms.addresses import TABLE
from tasks.readers.board import board
from tasks.readers.month import month_page, read_month
from tasks.readers.timeline import Scale, milestones_of, timeline

Row = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """One way of drawing the rows: its template, what that needs beside them, and the parameters it reads itself."""

    label: Any
    icon: str
    template: str
    context: Callable[[HttpRequest, list[Row], date], dict[str, Any]]
    params: frozenset[str] = frozenset()


def _nothing(_request: HttpRequest, _rows: list[Row], _on: date) -> dict[str, Any]:
    return {}


def _board(request: HttpRequest, rows: list[Row], _on: date) -> dict[str, Any]:
    return {"board": board(rows, handles=lambda row: _handles(request.user, row))}


def _handles(user: User, row: Row) -> bool:
    """Whether something of a task's life may lie in the person's hand: the office, and who drafts for its lead unit."""
    leads = row["lead"] is not None and row["lead"]["code"] == user.agency_id
    return user.has(Can.SET_UP_TASKS) or (user.drafts_for_agency and leads)


def _timeline(request: HttpRequest, rows: list[Row], on: date) -> dict[str, Any]:
    asked = request.GET.get("scale", "")
    scale = Scale(asked) if asked in Scale.values else None
    marks = milestones_of(row["number"] for row in rows)
    drawn = timeline(rows, marks, on=on, scale=scale)
    return {"timeline": drawn, "scales": Scale.choices, "layout_error": _unknown_scale(asked) if not scale else ""}


def _unknown_scale(asked: str) -> str:
    return gettext("没有“%(value)s”这种刻度，已按合适的刻度显示。") % {"value": asked[:20]} if asked else ""


def _calendar(request: HttpRequest, rows: list[Row], on: date) -> dict[str, Any]:
    asked = request.GET.get("month", "")
    first = read_month(asked, on=on)
    wrong = "" if first else gettext("“%(value)s”不是月份，请写成 2026-11 这样；现显示本月。") % {"value": asked[:20]}
    marks = milestones_of(row["number"] for row in rows)
    month = month_page(rows, marks, first=first or on.replace(day=1), user=request.user, on=on)
    return {"month": month, "layout_error": wrong}


LAYOUTS: dict[str, Layout] = {
    TABLE: Layout(_("表格"), "table", "tasks/_table.html", _nothing),
    "board": Layout(_("看板"), "kanban", "tasks/_board.html", _board),
    "timeline": Layout(_("时间轴"), "bar-chart-steps", "tasks/_timeline.html", _timeline, frozenset({"scale"})),
    "calendar": Layout(_("月历"), "calendar3", "tasks/_months.html", _calendar, frozenset({"month"})),
}
