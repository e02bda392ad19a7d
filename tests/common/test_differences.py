"""What went and what came between two texts, as people read it, and how alike they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.differences import Piece, differences, likeness


def pairs(old, new):
    return [(each.kind, each.text) for each in differences(old, new)]


def test_differences_mark_what_came_and_went():
    assert pairs("完成一期建设。", "完成二期建设。") == [
        ("same", "完成"), ("removed", "一"), ("added", "二"), ("same", "期建设。"),
    ]  # fmt: skip


def test_differences_take_a_number_as_a_whole():
    assert Piece("removed", "12") in differences("新增服务事项12项。", "新增服务事项18项。")


def test_differences_of_quite_different_texts_are_no_confetti():
    assert pairs("与海关建立联席机制。", "平台上线，办理两千件。") == [
        ("removed", "与海关建立联席机制。"), ("added", "平台上线，办理两千件。"),
    ]  # fmt: skip


def test_differences_keep_the_sentence_that_a_long_addition_follows():
    kept, added = "印发实施细则。", "召开现场会，办理首批业务两千件，惠及企业三百余家。"
    assert pairs(kept, kept + added) == [("same", kept), ("added", added)]


def test_differences_of_what_no_report_may_hold_are_not_looked_for():
    much = "进" * 500_000
    assert pairs("进" * 300, much) == [("removed", "进" * 300), ("added", much)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "新。", [("added", "新。")]),
        ("旧。", "", [("removed", "旧。")]),
        ("", "", []),
        ("同", "同", [("same", "同")]),
    ],
)
def test_differences_with_nothing_on_a_side(old, new, found):
    assert pairs(old, new) == found


TEXTS = st.text(alphabet="甲乙丙 a1%。；\n", max_size=40)


@given(TEXTS, TEXTS)
def test_differences_lose_no_character_of_either(old, new):
    found = differences(old, new)
    assert "".join(each.text for each in found if each.kind != "removed") == new
    assert "".join(each.text for each in found if each.kind != "added") == old


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("三季度印发细则。", "三季度 印发\n细则。", 100),
        ("三季度印发实施细则，召开推进会。", "四季度印发实施细则，召开推进会。", 93),
        ("印发细则。", "平台上线两年。", 16),
        ("", "印发细则。", 0),
        ("", "", 0),
    ],
)
def test_likeness_counts_what_both_have(one, other, percent):
    assert likeness(one, other) == percent


def test_likeness_of_texts_that_differ_in_one_character_of_many_is_not_a_hundred():
    assert likeness("进" * 300, "进" * 299 + "展") == 99
