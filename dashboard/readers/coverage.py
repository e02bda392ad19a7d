"""Which sentence of a task is worked on: by its state, and by who quotes it; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.models import MeasureStatus

Row = dict[str, Any]
SHORTEST_QUOTE = 8  # characters in a row that stand in one sentence alone: fewer are everyday words


@dataclass(frozen=True)
class Said:
    """What a unit wrote, and where."""

    who: str
    where: str
    text: str


def covered(measures: Sequence[Row], said: Iterable[Said]) -> list[Row]:
    """The sentences, each with `quoted_by`: who wrote words of it and where, once each; and `is_idle`: not begun, and
    nobody writes of it.

    A text writes of a sentence when it names its code after the word 举措, or holds a run of its characters that no
    other sentence has.
    """
    texts = [(each, frozenset(_windows(each.text))) for each in said]
    rows = [(each, list(dict.fromkeys(_quoting(each["code"], _runs(each, measures), texts)))) for each in measures]
    return [
        {
            **each,
            "quoted_by": [{"who": who, "where": where} for who, where in found],
            "is_idle": each["status"] == MeasureStatus.NOT_STARTED and not found,
        }
        for each, found in rows
    ]


def coverage(measures: Sequence[Row]) -> dict[str, int]:
    """How many sentences there are, are done, and are idle."""
    idle = sum(each["is_idle"] for each in measures)
    return {
        "all": len(measures),
        "moving": len(measures) - idle,
        "done": sum(each["status"] == MeasureStatus.DONE for each in measures),
        "idle": idle,
    }


def _quoting(
    code: str, runs: frozenset[str], texts: Iterable[tuple[Said, frozenset[str]]]
) -> Iterable[tuple[str, str]]:
    for each, windows in texts:
        if _names(each.text, code) or not runs.isdisjoint(windows):
            yield each.who, each.where


def _names(text: str, code: str) -> bool:
    """举措 11.2 is named, 11.2 as a number or 举措 11.21 is not."""
    for word in (f"举措{code}", f"举措 {code}"):
        at = text.find(word)
        if at >= 0 and not text[at + len(word) :][:1].isdecimal():
            return True
    return False


def _runs(measure: Row, measures: Iterable[Row]) -> frozenset[str]:
    others = {run for each in measures if each["code"] != measure["code"] for run in _windows(each["text"])}
    return frozenset(_windows(measure["text"])) - others


def _windows(text: str) -> Iterable[str]:
    return (text[at : at + SHORTEST_QUOTE] for at in range(len(text) - SHORTEST_QUOTE + 1))
