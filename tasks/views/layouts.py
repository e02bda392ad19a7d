"""The layouts of the 台账: one list of tasks, chosen and ordered by its address, drawn in one way or another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

Row = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """One way of drawing the rows: its template, and what that needs beside them."""

    label: Any
    icon: str
    template: str
    context: Callable[[HttpRequest, list[Row], date], dict[str, Any]]


def _nothing(_request: HttpRequest, _rows: list[Row], _on: date) -> dict[str, Any]:
    return {}


TABLE = "table"
LAYOUTS: dict[str, Layout] = {
    TABLE: Layout(_("表格"), "table", "tasks/_table.html", _nothing),
}


def layout_named(code: str) -> Layout | None:
    """The layout that an address asks for; the table where it asks for none."""
    return LAYOUTS.get(code or TABLE)
