"""The first rows of a CSV file."""

from io import BytesIO

import pytest

from progress.readers.preview import COLUMNS, FIRST_BYTES, LONGEST, ROWS, first_rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_first_rows_reads_what_excel_writes(encoding, mark):
    content = f'序号{mark}事项\r\n1{mark}"园区{mark}对接"\r\n'.encode(encoding)
    assert first_rows(BytesIO(content)).rows == [["序号", "事项"], ["1", f"园区{mark}对接"]]


def test_first_rows_shows_no_more_than_a_page_holds_and_says_so():
    table = first_rows(BytesIO(("甲," * 30 + "长" * 200 + "\n").encode() * 40))
    assert (len(table.rows), len(table.rows[0]), table.is_cut) == (ROWS, COLUMNS, True)
    assert len(first_rows(BytesIO(("长" * 200).encode())).rows[0][0]) == LONGEST + 1
    assert not first_rows(BytesIO("甲,乙\n".encode())).is_cut


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("shift", [0, 1, 2])
def test_first_rows_reads_only_the_beginning_even_through_a_character(encoding, shift):
    content = b"x" * shift + ("甲乙丙\n" * FIRST_BYTES).encode(encoding)
    file = BytesIO(content)
    table = first_rows(file)
    assert file.tell() == FIRST_BYTES + 1
    assert table.rows[1] == ["甲乙丙"]
    assert table.is_cut


def test_first_rows_of_an_empty_file_are_none():
    assert first_rows(BytesIO(b"")).rows == []
