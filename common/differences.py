"""What went and what came between two texts, for people who compare; and how much of one stands in the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# A Chinese character is a token of its own; a word or a number is compared as a whole.
TOKEN = re.compile(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*%?|\s+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")
SHORTEST_KEPT = 2
# Texts that have less than this in common are compared by whole sentences: nobody reads confetti.
LEAST_IN_COMMON = 0.5
# Twice what a report may hold: of texts that repeat themselves, comparing takes more than the product of both lengths.
LONGEST_COMPARED = 600


@dataclass(frozen=True)
class Piece:
    """A run of the compared text that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """The new text with what went and what came, in reading order; together the pieces hold every character of both.

    By characters, words and numbers where the texts are alike, by sentences where they are not. What is longer than
    any report may be is not compared, only shown as one that went and one that came.
    """
    if old == new:
        return [Piece("same", new)] if new else []
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return _pieces(old, new, "")
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    shortest = SHORTEST_KEPT
    if matcher.ratio() < LEAST_IN_COMMON:
        before, after, shortest = SENTENCE.findall(old), SENTENCE.findall(new), 1
        matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [piece for part in _parts(matcher, before, after, shortest) for piece in _pieces(*part)]


def likeness(one: str, other: str, *, least: int = 0) -> int:
    """How alike two texts are in percent, rounded down; blanks do not count, and nothing is like an empty text.

    What is less than `least` is told as 0 and mostly found out at a glance.
    """
    first, second = "".join(one.split()), "".join(other.split())
    if not first or not second:
        return 0
    if first == second:
        return 100
    if max(len(first), len(second)) > LONGEST_COMPARED:
        return 0
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # each closer and dearer than the last
    if any(bound() * 100 < least for bound in bounds):
        return 0
    return min(int(matcher.ratio() * 100), 99)


def _pieces(gone: str, come: str, kept: str) -> list[Piece]:
    found = (Piece("removed", gone), Piece("added", come), Piece("same", kept))
    return [each for each in found if each.text]


def _parts(
    matcher: "SequenceMatcher[str]", before: list[str], after: list[str], shortest: int
) -> Iterator[tuple[str, str, str]]:
    """(gone, come, kept after it), joining changes that only a stray character or two separates."""
    start_before = start_after = 0
    for match in matcher.get_matching_blocks():
        is_at_an_end = match.a == match.b == 0 or match.a + match.size == len(before)
        if match.size < shortest and not is_at_an_end:
            continue
        gone, come = "".join(before[start_before : match.a]), "".join(after[start_after : match.b])
        start_before, start_after = match.a + match.size, match.b + match.size
        yield gone, come, "".join(after[match.b : start_after])
