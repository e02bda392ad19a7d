"""Where words stand in a text, and the text around them, cut into parts that a page can mark. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from common.pinyin import find_sounds, fold

MAX_LENGTH = 80
MAX_WORDS = 6
AROUND = 40
LATIN = re.compile(r"[a-z]+", re.ASCII)
SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")


@dataclass(frozen=True)
class Part:
    """A stretch of a text; `is_hit` where a word was found."""

    text: str
    is_hit: bool


def words_of(query: str) -> list[str]:
    """The words that are looked for: half-width, small letters, without what no database holds."""
    kept = "".join(each if each.isprintable() and not "\ud800" <= each <= "\udfff" else " " for each in query)
    return list(dict.fromkeys(fold(kept[:MAX_LENGTH]).split()))[:MAX_WORDS]


def places(text: str, word: str, *, by_sound: bool = False) -> set[int]:
    """The places of the characters by which a word is found in a text, or none."""
    folded = fold(text)
    found = {place for hit in re.finditer(re.escape(word), folded) for place in range(hit.start(), hit.end())}
    if not found and by_sound and LATIN.fullmatch(word):
        heard = find_sounds(text, word)
        return set(range(*heard)) if heard else set()
    return found


def mark(text: str, words: Iterable[str], *, by_sound: bool = False) -> list[Part]:
    """The whole text in parts."""
    hits = set().union(*(places(text, word, by_sound=by_sound) for word in words))
    runs = groupby(enumerate(text), key=lambda each: each[0] in hits)
    return [Part("".join(letter for _place, letter in run), is_hit) for is_hit, run in runs]


def excerpt(text: str, words: list[str]) -> list[Part]:
    """The sentence with the most of the words, shortened to what stands around the first of them; [] with none."""
    sentences = [each.strip() for each in SENTENCE.findall(text)]
    counted = [(sum(word in fold(each) for word in words), each) for each in sentences]
    most, best = max(counted, key=lambda each: each[0], default=(0, ""))
    if not most:
        return []
    first = min(min(found) for word in words if (found := places(best, word)))
    start, end = max(0, first - AROUND), first + 2 * AROUND
    cut = best[start:end]
    return mark(f"{'…' if start else ''}{cut}{'…' if end < len(best) else ''}", words)
