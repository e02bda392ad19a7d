"""从 Excel 粘贴: what is read from a pasted text, and what is said where it cannot be."""

from datetime import date

import pytest

from common.errors import InvalidError
from tasks.actions import MilestoneInput
from tasks.forms.paste import MAX_ROWS, read_sheet

TODAY = date(2026, 11, 18)


def read(*lines):
    return read_sheet("\n".join("\t".join(line) for line in lines), today=TODAY)


@pytest.mark.parametrize(
    "cell",
    [
        "20261231",
        "2026.12.31",
        "2026/12/31",
        "2026年12月31日",
        "12月底",
        "２０２６－１２－３１",
        "46387",
        " 2026-12-31 00:00",
    ],
)
def test_read_sheet_reads_a_day_however_it_is_written(cell):
    sheet = read(("序号", "时限"), ("３", cell))
    assert sheet.rows[0].values == {"number": 3, "due_date": date(2026, 12, 31)}
    assert sheet.rows[0].errors == {}


def test_read_sheet_takes_headings_in_any_order_and_names_what_it_passes_over():
    sheet = read(("任务名称", "现 时限", "时限", "序号", "依据"), ("建设平台", "x", "20261231", "1.", "牵头单位方案"))
    assert sheet.kind == "deadlines"
    assert sheet.columns == ("number", "due_date", "basis")
    assert sheet.ignored == ["任务名称", "现 时限"]
    assert sheet.rows[0].values == {"number": 1, "due_date": date(2026, 12, 31), "basis": "lead"}


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        ([("1", "20261231")], ("number", "due_date")),
        ([("1", "20260101", "20261231")], ("number", "start_date", "due_date")),
        ([("1", "20260101", "20261231", "Set by the office")], ("number", "start_date", "due_date", "basis")),
    ],
)
def test_read_sheet_without_headings_goes_by_their_number(lines, columns):
    assert read(*lines).columns == columns


def test_read_sheet_takes_the_headings_of_the_english_page():
    sheet = read(("No.", "Current deadline", "Task name"), ("2.", "2026-12-31", "x"))
    assert sheet.columns == ("number", "due_date")
    assert sheet.rows[0].values == {"number": 2, "due_date": date(2026, 12, 31)}


def test_read_sheet_reads_milestones_in_one_cell_even_over_lines():
    cell = '"2026-06-30 印发方案 40%\n12月底 建成 一期 80"'
    sheet = read_sheet(f"序号\t节点\n1\t{cell}", today=TODAY)
    first, second = (
        MilestoneInput("印发方案", date(2026, 6, 30), 40),
        MilestoneInput("建成 一期", date(2026, 12, 31), 80),
    )
    assert sheet.rows[0].values["milestones"] == [first, second]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([("序号", "时限", "完成时限"), ("1", "x", "y")], "“时限”和“完成时限”两列分不清"),
        ([("任务名称", "时限"), ("x", "y")], "没有“序号”一列"),
        ([("序号", "任务名称"), ("1", "x")], "没有可以办理的列"),
        ([("序号", "时限", "节点"), ("1", "x", "y")], "请分次粘贴"),
        ([("1",)], "请连表头一起复制"),
        ([("1", "20261231")] * (MAX_ROWS + 1), "一次最多粘贴 500 行"),
    ],
)
def test_read_sheet_refuses_columns_that_cannot_be_told(lines, words):
    with pytest.raises(InvalidError) as refusal:
        read(*lines)
    assert words in "".join(map(str, refusal.value.errors["text"]))


@pytest.mark.parametrize("cell", ["000040000999", "0000400001234567890", "9" * 5000, "99999"])
def test_read_sheet_takes_no_other_number_for_a_day(cell):
    assert list(read(("序号", "时限"), ("3", cell)).rows[0].errors) == ["due_date"]


def test_read_sheet_takes_every_kind_of_line_end():
    for end in ("\n", "\r\n", "\r"):
        sheet = read_sheet(end.join(("序号\t时限", "1\t20261231", "2\t20261231")), today=TODAY)
        assert [row.number for row in sheet.rows] == [1, 2]


def test_read_sheet_says_what_is_wrong_at_its_cell():
    sheet = read(
        ("序号", "时限", "依据"),
        ("一", "20261231", ""),
        ("2", "下月", ""),
        ("3", "20261331", "领导说的"),
        ("2", "", ""),
    )
    assert [sorted(row.errors) for row in sheet.rows] == [["number"], ["due_date"], ["basis", "due_date"], ["number"]]
    assert sheet.rows[3].errors["number"] == "与第 3 行重复。"
    assert "办公室确定" in sheet.rows[2].errors["basis"]
