"""Letters typed for Chinese words."""

import pytest

from common.pinyin import find_sounds, fold, sounds


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("加快跨境金融改革", "kjjr", "跨境金融"),
        ("加快跨境金融改革", "kuajing", "跨境"),
        ("加快跨境金融改革", "kuajjr", "跨境金融"),
        ("商务厅", "swt", "商务厅"),
        ("中国银行", "yinhang", "银行"),
        ("行政审批", "xzsp", "行政审批"),
        ("增长", "zengzhang", "增长"),
        ("长期", "chang", "长"),
        ("会计", "kuaiji", "会计"),
        ("绿色", "lvse", "绿色"),
        ("绿色", "luse", "绿色"),
        ("ＲＣＥＰ合作", "rcephz", "ＲＣＥＰ合作"),
    ],
)
def test_find_sounds_hears_initials_syllables_and_other_readings(text, typed, found):
    start, end = find_sounds(text, typed)
    assert text[start:end] == found


@pytest.mark.parametrize("typed", ["kjx", "uajing", "jrkj", "kjjrggg", "1"])
def test_find_sounds_does_not_hear_what_is_not_said(typed):
    assert find_sounds("加快跨境金融改革", typed) is None


def test_sounds_has_one_entry_for_each_character():
    text = "第12条：RCEP 港口 ㎡"
    assert len(sounds(text)) == len(text) == len(fold(text))
    assert fold("ＡＢ１２（Ｃ）㎡") == "ab12(c)㎡"
