"""Texts as people enter them, made fit to be kept."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.errors import InvalidError

NAME_LENGTH = 80
REASON_LENGTH = 500


def join_words(words: Iterable[Any]) -> str:
    """Words in a row, with the reader's own mark between them: 顿号 or comma."""
    return pgettext("between words", "、").join(map(str, words))


def join_clauses(clauses: Iterable[Any]) -> str:
    """Clauses in a row, with semicolons between them."""
    return pgettext("between clauses", "；").join(map(str, clauses))


def clean_text(text: str) -> str:
    """The text with one kind of line end and without blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def text_problems(text: str, *, limit: int) -> list[Any]:
    """What keeps a cleaned text from being kept, in words: too long, or characters that no database holds."""
    if "\x00" in text or any("\ud800" <= each <= "\udfff" for each in text):
        return [_("含有无法保存的字符，请删去后重新填写。")]
    if len(text) > limit:
        return [_("最多 %(limit)d 字，现有 %(length)d 字。") % {"limit": limit, "length": len(text)}]
    return []


def check_text(field: str, text: str, *, limit: int = REASON_LENGTH) -> str:
    """The cleaned text; InvalidError at `field` if it cannot be kept."""
    text = clean_text(text)
    problems = text_problems(text, limit=limit)
    if problems:
        raise InvalidError({field: problems})
    return text
