"""The words of the demonstration's reports: by hand for some tasks, from a sober family of sentences for the others."""

import re
from functools import cache
from typing import Any

from dashboard.demo.cases import Case, read_yaml
from dashboard.demo.timetable import QUARTERS_BACK
from progress.actions import ReportContent
from tasks.models import Measure, Result, Task
from tasks.periods import parse_period

MARK = "（演示数据）"
OFFICE = "office"
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
    asks = case.ask and period == case.asking
    clash = _texts()["clash"]["lead"] if case.parts == "clash" and period == QUARTERS_BACK else ""
    return ReportContent(
        percent=percent,
        result=_result(percent),
        progress=marked(f"{_progress(case.number, measures, stage, period)}{clash}"),
        problems=_problems(case, stage),
        next_steps=words("next_steps", stage),
        ask=words("asks", case.number) if asks else "",
        ask_to="" if case.ask == OFFICE or not asks else case.ask,
    )


def month_content(case: Case, measures: list[Measure], *, code: str, percent: int) -> ReportContent:
    """What the unit of a yellow or red task writes for a month in which it stands where it stood."""
    _cycle, year, month = parse_period(code)
    stage = min(stage_of(percent), DONE - 1)
    sentence = _family(measures[month % len(measures)], stage, 0)
    return ReportContent(
        percent=percent,
        result=_result(percent),
        progress=marked(_texts()["month"].format(year=year, month=month, sentence=sentence)),
        problems=_problems(case, stage),
        next_steps=words("next_steps", stage),
    )


def part_text(case: Case, measures: list[Measure], *, place: int, period: int) -> str:
    """What a co-responsible unit writes to the lead; where the case says so, the first one contradicts its number."""
    if case.parts == "clash" and place == 0 and period == QUARTERS_BACK:
        return words("clash", "part")
    measure = measures[(place + period) % len(measures)]
    sentence: str = _texts()["parts"][(place + period) % len(_texts()["parts"])]
    return marked(sentence.format(measure=clause(measure.text, measure.task)))


def _problems(case: Case, stage: int) -> str:
    return words("problems", case.kind) if case.kind in _texts()["problems"] and stage > 0 else ""


def _result(percent: int) -> str:
    return (Result.ADVANCING, Result.ADVANCING, Result.PARTIAL, Result.NOTABLE)[stage_of(percent)]


def _progress(number: int, measures: list[Measure], stage: int, period: int) -> str:
    texts = _texts()
    if stage == DONE:
        return str(texts["complete"])
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
