"""从 Excel 粘贴: the rows of a sheet beside the tasks that they mean, and both sides in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from common.texts import join_clauses
from tasks.actions import Entry
from tasks.forms.paste import LABELS, PastedRow, Sheet
from tasks.lights import COLOUR_LABELS, Colour
from tasks.models import BulkChange, DueBasis
from tasks.readers.bulk import facts_in_words

Row = dict[str, Any]
SILENT = ("number", "note")  # columns that get no column of their own in the preview


@dataclass
class Bound:
    """A row of the sheet, its task if there is one, and what the single action takes."""

    row: PastedRow
    task: Row
    values: Row

    @property
    def is_wrong(self) -> bool:
        return bool(self.row.errors)

    @property
    def says_something(self) -> bool:
        return any(name != "number" for name in self.row.values)


def bind_rows(sheet: Sheet, tasks: dict[int, Row], *, basis: str) -> list[Bound]:
    """Each row with its task; where there is none, or a date is missing, the row says so at the cell."""
    return [_bind(row, tasks.get(row.number, {}), sheet.kind, basis) for row in sheet.rows]


def _bind(row: PastedRow, task: Row, kind: str, basis: str) -> Bound:
    if not task and "number" not in row.errors:
        row.errors["number"] = _("没有第 %(number)d 项任务。") % {"number": row.number}
    values = {name: value for name, value in row.values.items() if name != "number"}
    bound = Bound(row, task, values)
    if task and kind == BulkChange.Kind.DEADLINES and bound.says_something:
        bound.values = _dates(row, task, basis)
    return bound


def _dates(row: PastedRow, task: Row, basis: str) -> Row:
    """What the sheet leaves out stays as it is; a new date without a basis is the one named for the whole sheet."""
    start, due = (row.values.get(name) or task[name] for name in ("start_date", "due_date"))
    for name, day in (("start_date", start), ("due_date", due)):
        if day is None and name not in row.errors:
            row.errors[name] = _("任务还没有这个日期，请在表中补上。")
    kept = task["due_basis"] if due == task["due_date"] else ""
    return {
        "start_date": start,
        "due_date": due,
        "basis": row.values.get("basis") or kept or basis,
        "note": row.values.get("note", task["due_note"]),
    }


def entries_of(bound: Iterable[Bound], versions: dict[int, int] | None = None) -> list[Entry]:
    """What can be done of the rows, at the versions that were previewed, or at those that stand."""
    usable = [each for each in bound if each.task and not each.is_wrong and each.says_something]
    seen = versions if versions is not None else {each.row.number: each.task["version"] for each in usable}
    return [Entry(each.task["pk"], seen.get(each.row.number, 0), each.values) for each in usable]


def tell_rows(sheet: Sheet, bound: list[Bound], results: list[Row], seen: dict[int, int]) -> list[Row]:
    """Each row for the preview: old and new in words, what is wrong at its cell, and the light that would change.

    `seen` are the versions of an earlier preview: a task that moved on since says so.
    """
    by_task = {row["task"]: row for row in results}
    return [_tell(sheet, each, by_task.get(each.task.get("pk", 0), {}), seen) for each in bound]


def _tell(sheet: Sheet, bound: Bound, result: Row, seen: dict[int, int]) -> Row:
    row, task, is_same = bound.row, bound.task, result.get("code") == "nothing_to_change" or not bound.says_something
    refusal = "" if result.get("ok") or is_same else result.get("error", "")
    missing = [f"{LABELS[name]} {text}" for name, text in row.errors.items() if name not in sheet.columns]
    return {
        "line": row.line,
        "number": row.cells.get("number", ""),
        "label": task.get("label", ""),
        "number_error": row.errors.get("number", ""),
        "cells": [_cell(name, bound, result, sheet.kind) for name in sheet.columns if name not in SILENT],
        "lights": _lights(result.get("lights", ())),
        "is_changed": bool(result.get("ok")),
        "is_wrong": bound.is_wrong or bool(refusal),
        "refusal": join_clauses(missing) or refusal,
        "has_moved": bool(task) and seen.get(row.number, task["version"]) != task["version"],
    }


def _cell(name: str, bound: Bound, result: Row, kind: str) -> Row:
    old, new = _sides(name, bound, result, kind)
    error = bound.row.errors.get(name, "")
    return {
        "label": LABELS[name],
        "old": old,
        "new": bound.row.cells.get(name, "") if error else new,
        "error": error,
        "is_changed": not error and old != new,
    }


def _sides(name: str, bound: Bound, result: Row, kind: str) -> tuple[str, str]:
    if kind != BulkChange.Kind.DEADLINES:
        sides = [facts_in_words(kind, result[side]) if result else "" for side in ("before", "after")]
        return sides[0], sides[1]
    old = bound.task.get("due_basis" if name == "basis" else name)
    return _word(old), _word(bound.values.get(name) or old)


def _word(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(DueBasis(value).label) if value else "—"


def _lights(colours: Iterable[Colour]) -> list[Row]:
    """Before and after where the light would change."""
    told = [{"colour": each.value, "label": str(COLOUR_LABELS[each]), "reason": ""} for each in colours]
    return told if len({each["colour"] for each in told}) > 1 else []
