"""Which sentences of a task are worked on, by their state and by who writes of them."""

import pytest

from dashboard.readers.coverage import Said, coverage, covered

FIRST = "支持建设面向东盟的油品、矿产品、木材等国际贸易平台。"
SECOND = "鼓励发展大宗商品期货保税交割业务。"


def measures(*states):
    return [
        {"code": f"11.{order}", "text": text, "status": status}
        for order, (text, status) in enumerate(zip((FIRST, SECOND), states, strict=True), start=1)
    ]


def quoted(*texts, states=("not_started", "not_started")):
    rows = covered(measures(*states), [Said("商务厅", "2026Q4", text) for text in texts])
    return [bool(each["quoted_by"]) for each in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("关于“大宗商品期货保税交割”，已征求意见。", [False, True]),  # its words
        ("举措11.1 已完成前期论证。", [True, False]),  # its code
        ("举措 11.12 已完成。进度 11.1%。", [False, False]),  # another code, a number
        ("已召开会议，逐项核对工作台账。", [False, False]),
        ("", [False, False]),
    ],
)
def test_covered_finds_who_writes_of_a_sentence(text, expected):
    assert quoted(text) == expected


def test_covered_takes_no_words_that_two_sentences_share():
    both = [{"code": "1.1", "text": "制定自贸试验区年度计划一。", "status": "ongoing"},
            {"code": "1.2", "text": "制定自贸试验区年度计划二。", "status": "not_started"}]  # fmt: skip
    rows = covered(both, [Said("甲", "2026Q4", "制定自贸试验区年度计划")])
    assert [each["quoted_by"] for each in rows] == [[], []]
    assert [each["is_idle"] for each in rows] == [False, True]


def test_covered_names_each_unit_and_place_once():
    said = [Said("商务厅", "2026Q4", SECOND), Said("商务厅", "2026Q4", SECOND), Said("南宁海关", "2026Q3", SECOND)]
    second = covered(measures("done", "not_started"), said)[1]
    assert second["quoted_by"] == [{"who": "商务厅", "where": "2026Q4"}, {"who": "南宁海关", "where": "2026Q3"}]
    assert not second["is_idle"]


def test_coverage_counts_what_moves_what_is_done_and_what_is_idle():
    assert coverage(covered(measures("done", "not_started"), [])) == {"all": 2, "moving": 1, "done": 1, "idle": 1}
