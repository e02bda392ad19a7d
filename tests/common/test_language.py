import pytest
from django.utils import translation

from common.templatetags.language import quoted
from common.texts import join_clauses, join_words


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Nothing Chinese", "Nothing Chinese"),
        ("平台", '<span lang="zh-CN">平台</span>'),
        ("Milestone: 首批AEO企业（试点） (45%)", 'Milestone: <span lang="zh-CN">首批AEO企业（试点）</span> (45%)'),
        ("第一行\n第二行", '<span lang="zh-CN">第一行\n第二行</span>'),
        ("<b>平台</b>", '&lt;b&gt;<span lang="zh-CN">平台</span>&lt;/b&gt;'),
        (7, "7"),
    ],
)
def test_quoted_marks_chinese_on_an_english_page(words, shown):
    with translation.override("en"):
        assert quoted(words) == shown


def test_quoted_marks_nothing_on_a_chinese_page():
    with translation.override("zh-hans"):
        assert quoted("<平台>") == "&lt;平台&gt;"


@pytest.mark.parametrize(
    ("language", "words", "clauses"), [("zh-hans", "甲、乙", "甲；乙"), ("en", "甲, 乙", "甲; 乙")]
)
def test_words_and_clauses_are_joined_as_the_language_does(language, words, clauses):
    with translation.override(language):
        assert (join_words(["甲", "乙"]), join_clauses(["甲", "乙"])) == (words, clauses)
