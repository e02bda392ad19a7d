"""The writers of exports, held against the readers that everybody has."""

import csv
import io
import json
import math
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.api.exports import BATCH, attachment, in_batches
from common.api.streams import BOM, cell, column, join_codes, write_csv, write_json, write_ndjson
from tests.factories import NOW, SHANGHAI

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, TEXT)
ROWS = st.dictionaries(TEXT, st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(TEXT, PLAIN, max_size=3)))
JSON_BATCHES = st.lists(st.lists(ROWS, max_size=4), max_size=4)
CSV_BATCHES = st.lists(st.lists(st.fixed_dictionaries({"a": PLAIN, "b": TEXT}), max_size=4), max_size=4)
AB = [column("甲", "a"), column("乙", "b")]


def flat(batches):
    return [row for batch in batches for row in batch]


@given(JSON_BATCHES)
def test_json_is_read_back_as_it_was(batches):
    assert json.loads(b"".join(write_json(batches))) == flat(batches)


@given(JSON_BATCHES)
def test_ndjson_is_read_back_line_by_line(batches):
    written = b"".join(write_ndjson(batches))
    assert [json.loads(line) for line in written.splitlines()] == flat(batches)
    assert written.endswith(b"\n") == bool(flat(batches))


def read_csv(written):
    """What a program reads: the mark off the file, the apostrophe off a guarded text."""
    assert written.startswith(BOM)
    lines = list(csv.reader(io.StringIO(written.removeprefix(BOM).decode(), newline=""), strict=True))
    return [[each.removeprefix("'") for each in line] for line in lines]


def as_text(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@given(CSV_BATCHES)
def test_csv_is_read_back_with_one_apostrophe_taken_off(batches):
    written = b"".join(write_csv(batches, AB))
    assert read_csv(written) == [["甲", "乙"], *([as_text(row["a"]), row["b"]] for row in flat(batches))]
    assert written.endswith(b"\r\n")


@given(TEXT)
def test_cell_of_a_text_is_never_a_formula(text):
    assert not cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'"])
def test_cell_guards_what_looks_like_a_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("number", [-5, 0, 46.8, -0.5])
def test_cell_leaves_numbers_alone(number):
    assert cell(number) is number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (date(2026, 11, 18), "2026-11-18"),
        (NOW, "2026-11-18T10:00:00+08:00"),
        (datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=SHANGHAI), "2026-01-02T03:04:05+08:00"),
        (Decimal("46.80"), 46.8),
        (["甲", "乙"], "甲、乙"),
        (["=甲"], "'=甲"),
        ([], ""),
        ("第一行\n第二行", "第一行\n第二行"),
    ],
)
def test_cell_shows_each_kind_of_value(value, expected):
    assert cell(value) == expected


def test_codes_in_one_cell_are_joined_alike_in_every_language():
    assert join_codes(["nanning", "qinzhou"]) == "nanning;qinzhou"


def test_csv_quotes_what_holds_marks_and_line_ends():
    written = b"".join(write_csv([[{"a": 'x,"y"', "b": "一\n二"}]], AB))
    assert written == BOM + '甲,乙\r\n"x,""y""","一\n二"\r\n'.encode()


def test_column_of_a_part_that_is_missing_is_empty():
    part = column("下次", "light", "next", "on")
    assert part.field == "light"
    assert [part.value({"light": light}) for light in ({"next": {"on": 1}}, {"next": None}, None)] == [1, None, None]


class BrokenError(RuntimeError):
    pass


def breaking(after):
    """Batches of two rows that stop with an error."""
    for number in range(after):
        yield [{"a": 2 * number}, {"a": 2 * number + 1}]
    raise BrokenError


def sent_of(pieces):
    """What was sent before the error."""
    sent = []
    try:
        for piece in pieces:
            sent.append(piece)  # noqa: PERF402  what came before the error counts
    except BrokenError:
        return b"".join(sent)
    raise AssertionError("nothing broke")


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_file_whose_rows_stop_coming_has_no_end(after):
    assert not sent_of(write_json(breaking(after))).endswith(b"]")
    assert not sent_of(write_ndjson(breaking(after))).endswith(b"\n")
    assert not sent_of(write_csv(breaking(after), [column("甲", "a")])).endswith(b"\n")


def test_a_file_that_breaks_before_the_first_row_has_no_end_either():
    assert sent_of(write_json(breaking(0))) == b"["
    assert sent_of(write_ndjson(breaking(0))) == b""
    assert sent_of(write_csv(breaking(0), [column("甲", "a")])) == BOM + "甲".encode()


@pytest.mark.parametrize("write", [write_json, write_ndjson, lambda batches: write_csv(batches, [column("甲", "a")])])
def test_a_batch_is_sent_before_the_next_is_read(write):
    read = []

    def batches():
        for number in range(3):
            read.append(number)
            yield [{"a": number}]

    pieces = write(batches())
    found = next(piece for piece in pieces if b"0" in piece)
    assert (read, b"1" in found) == ([0], False)


@given(st.integers(0, 3 * BATCH))
def test_rows_in_batches_are_all_there_in_order(count):
    batches = list(in_batches({"a": number} for number in range(count)))
    assert [row["a"] for row in flat(batches)] == list(range(count))
    assert len(batches) == math.ceil(count / BATCH)


def test_attachment_has_a_name_for_old_and_new_programs(time_machine):
    time_machine.move_to(NOW)
    assert attachment("tasks", "台账", "csv") == (
        "attachment; filename=\"tasks-2026-11-18.csv\"; filename*=UTF-8''%E5%8F%B0%E8%B4%A6-2026-11-18.csv"
    )
