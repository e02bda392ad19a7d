"""The first rows of a CSV file, as much as a page needs to show what it is."""

import csv
from codecs import getincrementaldecoder
from dataclasses import dataclass
from typing import BinaryIO

FIRST_BYTES = 64 * 1024
ROWS, COLUMNS, LONGEST = 20, 12, 80
ENCODINGS = ("utf-8-sig", "gb18030")  # those that an upload is accepted in


@dataclass(frozen=True)
class Table:
    """`rows` are cut to what a page shows; `is_cut` says that the file holds more."""

    rows: list[list[str]]
    is_cut: bool


def first_rows(file: BinaryIO) -> Table:
    """The first rows of a CSV file that is open for reading; no more than FIRST_BYTES of it are read."""
    content = file.read(FIRST_BYTES + 1)
    text = _decode(content[:FIRST_BYTES])
    lines = text.splitlines()[: ROWS + 1]
    has_more = len(content) > FIRST_BYTES or len(lines) > ROWS
    rows = [row for row in csv.reader(lines[:ROWS], delimiter=_delimiter(lines[:1])) if row]
    return Table([_cells(row) for row in rows], is_cut=has_more or any(len(row) > COLUMNS for row in rows))


def _decode(content: bytes) -> str:
    """A character that the cut goes through is left out; what is neither encoding shows its marks."""
    for encoding in ENCODINGS:
        try:
            return getincrementaldecoder(encoding)().decode(content)
        except UnicodeDecodeError:
            continue
    return content.decode(ENCODINGS[-1], errors="replace")


def _delimiter(first: list[str]) -> str:
    """What the first line has most of: Excel writes commas, semicolons or tabs, as its computer is set."""
    return max(",;\t", key="".join(first).count)


def _cells(row: list[str]) -> list[str]:
    return [cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}…" for cell in row[:COLUMNS]]
