"""Numbers that do not agree: what is found, and what is left alone because it would be a guess."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.contradictions import Statement, attributed, contradictions, figures

LEAD, UNIT, OTHER = "商务厅", "住建厅", "财政厅"


def found(lead, *units, percent=90):
    """The findings between the lead's text and the units', each given as a text or with its percent."""
    said = [each if isinstance(each, tuple) else (each, None) for each in units]
    parts = [Statement(who, *each) for who, each in zip((UNIT, OTHER), said, strict=False)]
    return contradictions(Statement(LEAD, lead, percent), parts)


# -- percents


def test_contradictions_finds_all_done_while_a_unit_is_not():
    (finding,) = found("全部完成。", ("道路已通车。", 80), percent=100)
    assert (finding.rule, finding.one.quote, finding.other.quote) == ("percent", "100%", "80%")
    assert finding.explanation == "商务厅报全部完成（100%），住建厅报本单位部分只到 80%。"


@pytest.mark.parametrize(("lead", "unit"), [(99, 80), (100, 100), (100, None), (None, 0)])
def test_contradictions_lets_other_percents_stand(lead, unit):
    assert found("甲。", ("乙。", unit), percent=lead) == []


# -- figures


@pytest.mark.parametrize(
    ("lead", "unit"),
    [
        ("入驻企业12家。", "入驻企业15家。"),
        ("入驻企业12家。", "入驻企业１５家。"),
        ("入驻企业达12家", "目前入驻企业15家"),
        ("入驻企业1,200家", "入驻企业1200.5万家"),
        ("完成投资1.2亿元", "完成投资8000万元"),
        ("完成率80％", "完成率85%"),
        ("建成面积3平方公里", "建成面积5平方公里"),
        ("新建道路12公里", "新建道路15 公里"),
        ("签约项目12项", "签约项目15项"),
        ("培训企业员工3次", "培训企业员工5次"),
        ("从业人员1.2万人", "从业人员15000人"),
        ("项目12个", "项目15个"),
        ("平台建设进展顺利入驻企业12家", "入驻企业15家"),
    ],
)
def test_contradictions_finds_one_figure_with_two_numbers(lead, unit):
    (finding,) = found(lead, unit)
    assert (finding.rule, finding.one.who, finding.other.who) == ("figure", LEAD, UNIT)
    assert finding.one.quote in lead
    assert finding.other.quote in unit


def test_contradictions_quotes_both_sides_in_one_sentence():
    (finding,) = found("引进工作顺利，入驻企业12家。", "入驻企业共15家。")
    assert finding.explanation == "“入驻企业”数字不一致：商务厅写“入驻企业12家”，住建厅写“入驻企业共15家”。"


@pytest.mark.parametrize(
    ("lead", "unit"),
    [
        ("入驻企业12家", "入驻企业１２家"),
        ("完成投资1.2亿元", "完成投资１２，０００万元"),
        ("从业人员1.2万人", "从业人员11873人"),  # rounded, not different
        ("完成投资13亿元", "完成投资12.5亿元"),
        ("入驻企业12家", "港资企业15家"),
        ("入驻企业12家", "入驻企业15户"),
        ("累计引进企业12家", "引进企业15家"),  # of a year, or ever: who knows
        ("入驻企业12家", "入驻企业约15家"),
        ("入驻企业12家", "入驻企业15家以上"),
        ("入驻企业12家", "其中入驻企业15家"),
        ("签约12个项目", "签约15个企业"),
        ("第12次会议", "第15次会议"),
        ("2025年入驻企业12家", "2026年入驻企业15家"),
        ("入驻企业10家，入驻企业12家", "入驻企业15家"),  # the lead itself names two
        ("服务企业12次", "服务企业15人次"),
        ("用时3个月", "用时5个工作日"),
        ("", ""),
    ],
)
def test_contradictions_does_not_guess(lead, unit):
    assert found(lead, unit) == []


def test_contradictions_compares_the_units_with_one_another():
    (finding,) = found("已汇总。", "入驻企业12家", "入驻企业15家")
    assert (finding.one.who, finding.other.who) == (UNIT, OTHER)


def test_contradictions_does_not_take_a_units_own_words_for_the_leads():
    taken = attributed(UNIT, "入驻企业15家。")
    (finding,) = found(f"入驻企业12家。{taken}", "入驻企业15家。")
    assert finding.one.who == LEAD
    assert found(taken, "入驻企业15家。") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("投资１，２３４.5万元", 12_345_000),
        ("投资3亿元", 300_000_000),
        ("投资2万亿元", 2_000_000_000_000),
        ("投资12元", 12),
    ],
)
def test_figures_reads_scales_and_separators(text, value):
    assert [(each.name, each.unit, each.value) for each in figures(text)] == [("投资", "元", Decimal(value))]


def test_figures_finds_one_after_the_other():
    assert [each.quote for each in figures("完成投资30亿元新增企业12家。")] == ["完成投资30亿元", "新增企业12家"]


TEXTS = st.text(alphabet="入驻企业约第其中达12３,，.%％万亿家个月元次 年以上。\n", max_size=60)


@given(TEXTS, TEXTS)
def test_contradictions_finds_the_same_whoever_speaks_first(one, other):
    pairs = {frozenset((each.one.quote, each.other.quote)) for each in found(one, other)}
    assert pairs == {frozenset((each.one.quote, each.other.quote)) for each in found(other, one)}


@given(TEXTS)
def test_contradictions_never_finds_a_text_at_odds_with_itself(text):
    assert found(text, text) == []


@given(TEXTS)
def test_figures_quotes_what_stands_there(text):
    assert all(each.quote and each.quote in text for each in figures(text))


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_contradictions_of_plain_counts_are_those_that_differ(one, other):
    assert bool(found(f"入驻企业{one}家", f"入驻企业{other:,}家")) == (one != other)
