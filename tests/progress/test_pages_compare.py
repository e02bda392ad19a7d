"""Differences as people read them."""

from hypothesis import given
from hypothesis import strategies as st

from progress.readers import report_compare, text_diff

FIELDS = {
    "percent": 40,
    "result_label": "正在推进",
    "progress": "甲。",
    "problems": "",
    "next_steps": "乙。",
    "ask": "",
    "ask_to_label": "",
}


def test_text_diff_marks_what_came_and_went():
    assert text_diff("完成一期建设。", "完成二期建设。") == [
        ("same", "完成"), ("del", "一"), ("ins", "二"), ("same", "期建设。"),
    ]  # fmt: skip


def test_text_diff_takes_a_number_as_a_whole():
    assert ("del", "12") in text_diff("新增服务事项12项。", "新增服务事项18项。")


def test_text_diff_of_quite_different_texts_is_no_confetti():
    assert text_diff("与海关建立联席机制。", "平台上线，办理两千件。") == [
        ("del", "与海关建立联席机制。"), ("ins", "平台上线，办理两千件。"),
    ]  # fmt: skip


def test_text_diff_does_not_compare_what_no_report_may_hold():
    much = "进" * 500_000
    assert text_diff("进" * 300, much) == [("del", "进" * 300), ("ins", much)]


def test_text_diff_from_nothing_is_all_new():
    assert text_diff("", "新。") == [("ins", "新。")]


@given(st.text(alphabet="甲乙丙 a1%。\n", max_size=40), st.text(alphabet="甲乙丙 a1%。\n", max_size=40))
def test_text_diff_loses_no_character_of_either(old, new):
    segments = text_diff(old, new)
    assert "".join(text for kind, text in segments if kind != "del") == new
    assert "".join(text for kind, text in segments if kind != "ins") == old


def test_report_compare_marks_only_changed_fields():
    rows = report_compare({**FIELDS, "percent": 55}, FIELDS)
    assert [row["name"] for row in rows if row["changed"]] == ["percent"]
    assert rows[0]["segments"] == [("del", "40%"), ("ins", "55%")]


def test_report_compare_of_a_first_report_has_nothing_to_mark():
    assert not any(row["changed"] for row in report_compare(FIELDS, None))
