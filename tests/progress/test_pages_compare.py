"""Differences as people read them."""

from common.differences import Piece
from progress.readers import report_compare

FIELDS = {
    "percent": 40,
    "result_label": "正在推进",
    "progress": "甲。",
    "problems": "",
    "next_steps": "乙。",
    "ask": "",
    "ask_to_label": "",
}


def test_report_compare_marks_only_changed_fields():
    rows = report_compare({**FIELDS, "percent": 55}, FIELDS)
    assert [row["name"] for row in rows if row["changed"]] == ["percent"]
    assert rows[0]["pieces"] == [Piece("removed", "40%"), Piece("added", "55%")]


def test_report_compare_of_a_first_report_has_nothing_to_mark():
    assert not any(row["changed"] for row in report_compare(FIELDS, None))
