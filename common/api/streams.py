"""Rows written as they come: JSON, NDJSON and CSV as streams of bytes. Pure: rows in batches go in, pieces come out.

A file is cut where its rows stop coming, and must not pass for a whole one then: each line end of NDJSON and CSV is
held back until the next row is there or all are, and JSON has no `]` before. So a file without its end is not whole.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from common.api.renderers import OPTIONS, plain
from common.texts import join_words

Row = dict[str, Any]
Batches = Iterable[Sequence[Row]]

BOM = b"\xef\xbb\xbf"  # without it Excel takes UTF-8 for the system's own characters
LINE_END = b"\n"
CSV_LINE_END = b"\r\n"
# What a spreadsheet would take for a formula (OWASP, "CSV Injection"); and the mark itself, so that taking one off is
# always right.
GUARD = "'"
GUARDED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", GUARD)
CODES_MARK = ";"


@dataclass(frozen=True)
class Column:
    """A column of a CSV file: the field of the row that it tells (a part of), its heading, and where its value is."""

    field: str
    heading: Any
    value: Callable[[Row], Any]


def column(heading: Any, *path: str) -> Column:
    """The column of what stands at a place in the row; empty when anything is missing on the way there."""

    def find(row: Row) -> Any:
        found: Any = row
        for name in path:
            found = found and found[name]
        return found

    return Column(path[0], heading, find)


def write_json(batches: Batches) -> Iterator[bytes]:
    """One array."""
    yield b"["
    mark = b""
    for batch in batches:
        if batch:
            yield mark + _dump(list(batch))[1:-1]
            mark = b","
    yield b"]"


def write_ndjson(batches: Batches) -> Iterator[bytes]:
    """One object a line; nothing at all for no rows."""
    yield from _hold_line_end((b"".join(_dump(row) + LINE_END for row in batch) for batch in batches), LINE_END)


def write_csv(batches: Batches, columns: Sequence[Column]) -> Iterator[bytes]:
    """UTF-8 with its mark, a line of headings, a line for each row (RFC 4180)."""
    headings = [str(column.heading) for column in columns]

    def pieces() -> Iterator[bytes]:
        yield BOM + _lines([headings])
        for batch in batches:
            yield _lines([[cell(column.value(row)) for column in columns] for row in batch])

    yield from _hold_line_end(pieces(), CSV_LINE_END)


def cell(value: Any) -> str | int | float:
    """A value as a cell: numbers stay numbers, text is never a formula, days and moments are ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, Decimal | date):
        return cell(plain(value))
    if isinstance(value, list | tuple):
        return cell(join_words(value))
    text = str(value)
    return GUARD + text if text.startswith(GUARDED) else text


def join_codes(codes: Iterable[str]) -> str:
    """Codes in one cell, joined alike in every language."""
    return CODES_MARK.join(codes)


def _dump(data: Any) -> bytes:
    return orjson.dumps(data, default=plain, option=OPTIONS)


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=CSV_LINE_END.decode()).writerows(rows)
    return text.getvalue().encode()


def _hold_line_end(pieces: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """The same pieces, each without its last line end, which goes before the next."""
    held = b""
    for piece in pieces:
        if piece:
            yield held + piece.removesuffix(end)
            held = end
    yield held
