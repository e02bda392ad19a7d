"""The words of the demonstration's reports: by hand for some tasks, from a sober family of sentences for the others."""

import re
from functools import cache
from typing import Any

from dashboard.demo.cases import Case, read_yaml
from progress.actions import ReportContent
from tasks.models import Measure, Result, Task

MARK = "（演示数据）"
CLAUSE_LENGTH = 40
STAGES = (35, 75, 100)
DONE = len(STAGES)


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = read_yaml("texts")
    return texts


def stage_of(percent: int) -> int:
    """0 at the beginning, 1 in the middle, 2 towards the end, 3 when everything is done."""
    return sum(percent >= limit for limit in STAGES)


def marked(text: str) -> str:
    return f"{text}{MARK}" if text else ""


def words(name: str, key: Any = None) -> str:
    """One of the fixed sentences, with its mark."""
    found = _texts()[name]
    return marked(found if key is None else found[key])


def content(
    case: Case, measures: list[Measure], *, period: int, percent: int, no_change: bool = False
) -> ReportContent:
    """What the unit writes for the n-th quarter when it stands at this percent."""
    stage = stage_of(percent)
    if no_change:
        return ReportContent(percent=percent, result=Result.ADVANCING, progress=words("no_change"), no_change=True)
    has_problems = case.kind in _texts()["problems"] and stage > 0
    return ReportContent(
        percent=percent,
        result=_result(percent),
        progress=marked(_progress(case.number, measures, stage, period)),
        problems=words("problems", case.kind) if has_problems else "",
        next_steps=words("next_steps", stage),
        ask=words("asks", case.number) if case.ask and stage > 0 else "",
    )


def _result(percent: int) -> str:
    return (Result.ADVANCING, Result.ADVANCING, Result.PARTIAL, Result.NOTABLE)[stage_of(percent)]


def _progress(number: int, measures: list[Measure], stage: int, period: int) -> str:
    texts = _texts()
    if stage == DONE:
        return str(texts["closing"])
    quarter: str = texts["quarters"][(number + period) % len(texts["quarters"])]
    if number in texts["by_hand"]:
        return f"{texts['by_hand'][number][stage]}{quarter}"
    told = [measures[(period + place) % len(measures)] for place in range(min(2, len(measures)))]
    sentences = [_family(measure, stage, variant) for variant, measure in enumerate(told)]
    return "".join([*sentences, quarter])


def _family(measure: Measure, stage: int, variant: int) -> str:
    sentence: str = _texts()["families"][measure.deliverable][stage][variant]
    return sentence.format(measure=clause(measure.text, measure.task))


def clause(text: str, task: Task) -> str:
    """The measure's first clause, or the task's title where that is too long to quote; never a cut word."""
    first = re.split("[，；。]", text)[0]
    quoted = first if len(first) <= CLAUSE_LENGTH else task.title
    return quoted.replace("“", "‘").replace("”", "’")
