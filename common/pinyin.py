"""拼音: how Chinese words are typed on a keyboard, so that kjjr and kuajing find 跨境金融.

Each character keeps its readings (行 is hang, xing and heng): whichever somebody types is understood, and the library's
dictionary of phrases, which would tell them apart and takes 50 MB in every process, need not be loaded.
"""

import os
import unicodedata
from functools import lru_cache
from itertools import islice

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin  # after the line above, which it reads

READINGS = 3  # of the commonest; the rest are of old books
Sounds = tuple[tuple[str, ...], ...]


def fold(text: str) -> str:
    """The text in small letters and half-width forms, character for character, so that places in it stay the same."""
    whole = unicodedata.normalize("NFKC", text).lower()
    if len(whole) == len(text):
        return whole
    return "".join(
        narrow if len(narrow) == 1 else each
        for each in text
        for narrow in [unicodedata.normalize("NFKC", each).lower()]
    )


@lru_cache(maxsize=4096)
def sounds(text: str) -> Sounds:
    """For each character how it may be typed: its readings without tones, or itself."""
    return tuple(_readings(each) for each in fold(text))


@lru_cache(maxsize=8192)
def _readings(character: str) -> tuple[str, ...]:
    if not "\u3400" <= character <= "\u9fff":
        return (character,)
    found = dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
    plain = {form: None for each in islice(found, READINGS) for form in (each, each.replace("v", "u"))}
    return tuple(plain)  # 绿 is typed lv and, by some, lu


def find_sounds(text: str, typed: str) -> tuple[int, int] | None:
    """Where in the text the letters are heard: from the first to after the last character, or None.

    Every character gives its whole reading or the beginning of it, at least the first letter: kjjr, kuajing, kuajjr.
    """
    given = sounds(text)
    ends = ((start, _end(given, start, typed)) for start in range(len(given)))
    return next(((start, end) for start, end in ends if end), None)


def _end(given: Sounds, start: int, typed: str) -> int | None:
    """The place after the last character if the letters can be heard from `start` on."""
    left = {typed}
    for place in range(start, len(given)):
        left = {rest for letters in left for rest in _after(given[place], letters)}
        if "" in left:
            return place + 1
        if not left:
            return None
    return None


def _after(readings: tuple[str, ...], letters: str) -> set[str]:
    """What remains of the letters after one character that takes one or more of them."""
    return {
        letters[length:]
        for reading in readings
        for length in range(1, len(reading) + 1)
        if letters[:length] == reading[:length] and length <= len(letters)
    }
