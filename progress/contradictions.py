"""矛盾提示: where the lead's report and the units' contributions say different things. It reads and never guesses.

Two rules, both ours. A hundred percent while a unit's own part is not done; and one figure under the same name, in the
same unit, with two numbers that rounding does not explain. A finding quotes both sides and stops nobody.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from django.utils.translation import gettext as _

DONE = 100
LONGEST_NAME = 6  # characters of a noun that stands by itself
CUT_NAME = 4  # of a longer run of characters these last ones are taken for the noun

# One character for one, so that places in the plain text are places in the original.
PLAIN = str.maketrans("０１２３４５６７８９．％　", "0123456789.% ")
SCALES = {"": Decimal(1), "万": Decimal(10) ** 4, "亿": Decimal(10) ** 8, "万亿": Decimal(10) ** 12}
MEASURES = ("平方公里", "平方米", "公里", "公顷", "个百分点", "元", "%", "吨", "亩")
COUNTS = (
    "人次", "个月", "个工作日", "标箱", "个", "家", "项", "次", "人", "件", "户", "名", "条", "座", "份", "场", "笔",
)  # fmt: skip
NUMBER = r"[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
FIGURE = re.compile(
    rf"(?P<when>(?:[0-9]+[年月日])*)(?P<name>[\u4e00-\u9fff]+) ?"
    rf"(?P<number>{NUMBER}) ?(?P<scale>万亿|亿|万)?(?P<unit>{'|'.join(MEASURES + COUNTS)})"
    r"(?=(?P<after>[\u4e00-\u9fff]{0,2}))"
)
# What says that a number is no exact one, or counts a part or a place in a row; such a figure is not compared.
VAGUE_BEFORE = ("约", "近", "超", "超过", "逾", "至少", "不少于", "不低于", "不超过", "最多", "第", "其中", "每")
VAGUE_AFTER = ("以上", "以下", "以内", "左右", "余", "多")
# Words around the noun that do not change what is counted.
LEADING = ("截至目前", "目前", "已经", "现已", "已", "现有", "我区", "我厅", "我局", "本单位")
TRAILING = ("达到", "达", "共计", "合计", "总计", "共", "为", "是", "有", "了")


@dataclass(frozen=True)
class Statement:
    """What one side says; `percent` is the whole task's for the lead, the own part's for a unit, None if not said."""

    who: str
    text: str
    percent: int | None = None


@dataclass(frozen=True)
class Side:
    """One side of a finding: who says it, and the very words."""

    who: str
    quote: str


@dataclass(frozen=True)
class Finding:
    """矛盾: two sides that cannot both hold, and why, in one sentence."""

    rule: str  # "percent" or "figure"
    one: Side
    other: Side
    explanation: str


@dataclass(frozen=True)
class Figure:
    """A named number of a text; `step` is the value of its last digit, as far as it was rounded."""

    name: str
    unit: str
    value: Decimal
    step: Decimal
    quote: str


def contradictions(lead: Statement, parts: Iterable[Statement]) -> list[Finding]:
    """Every contradiction between the lead and the units, and among the units, in the order of the units.

    What the lead has taken over word for word from a unit (`attributed`) is the unit's saying and not compared with it.
    """
    units = list(parts)
    own = Statement(lead.who, _without_taken(lead.text, units), lead.percent)
    return [*_percents(own, units), *_figures([own, *units])]


def attributed(name: str, text: str) -> str:
    """A unit's words as they stand in the lead's text: （住建厅：已完成配套道路。）."""
    return f"（{name}：{text}）"


def _without_taken(text: str, units: Sequence[Statement]) -> str:
    for each in units:
        text = text.replace(attributed(each.who, each.text), "\n") if each.text else text
    return text


def _percents(lead: Statement, units: Sequence[Statement]) -> Iterator[Finding]:
    if lead.percent != DONE:
        return
    for each in units:
        if each.percent is not None and each.percent < DONE:
            words = {"lead": lead.who, "unit": each.who, "percent": each.percent}
            why = _("%(lead)s报全部完成（100%%），%(unit)s报本单位部分只到 %(percent)s%%。") % words
            yield Finding("percent", Side(lead.who, f"{DONE}%"), Side(each.who, f"{each.percent}%"), why)


def _figures(statements: Sequence[Statement]) -> Iterator[Finding]:
    for one, other in combinations(statements, 2):
        theirs = _unambiguous(other.text)
        for key, mine in _unambiguous(one.text).items():
            if key in theirs and _differ(mine, theirs[key]):
                yield _figure_finding(one.who, mine, other.who, theirs[key])


def _figure_finding(one: str, mine: Figure, other: str, theirs: Figure) -> Finding:
    words = {"name": mine.name, "one": one, "mine": mine.quote, "other": other, "theirs": theirs.quote}
    why = _("“%(name)s”数字不一致：%(one)s写“%(mine)s”，%(other)s写“%(theirs)s”。") % words
    return Finding("figure", Side(one, mine.quote), Side(other, theirs.quote), why)


def _differ(one: Figure, other: Figure) -> bool:
    """Whether no rounding makes them the same: 1.2万人 and 11873人 do agree, 12家 and 15家 do not."""
    return abs(one.value - other.value) > max(one.step, other.step) / 2


def _unambiguous(text: str) -> dict[tuple[str, str], Figure]:
    """The figures of a text by name and unit; a name that has several numbers there says nothing for sure."""
    found: dict[tuple[str, str], list[Figure]] = {}
    for each in figures(text):
        found.setdefault((each.name, each.unit), []).append(each)
    return {key: several[0] for key, several in found.items() if len({each.value for each in several}) == 1}


def figures(text: str) -> list[Figure]:
    """The exact figures of a text: a short Chinese noun right before a number with its unit, as in 入驻企业12家.

    Full-width digits, thousands separators and 万, 亿 are read; a date right before the noun belongs to its name. What
    counts a noun that comes after (12个项目), is vague (约12家, 12家以上) or a place in a row (第12次) is left out.
    """
    plain = text.translate(PLAIN)
    found = (_figure(match, text) for match in FIGURE.finditer(plain))
    return [each for each in found if each]


def _figure(match: re.Match[str], text: str) -> Figure | None:
    before, after, unit = match["name"], match["after"], match["unit"]
    if before.endswith(VAGUE_BEFORE) or before.startswith("其中") or after.startswith(VAGUE_AFTER):
        return None
    if unit in COUNTS and after:
        return None
    noun = _noun(before)
    if not noun:
        return None
    number, scale = re.sub("[,，]", "", match["number"]), SCALES[match["scale"] or ""]
    step = scale.scaleb(-len(number.partition(".")[2]))
    start = match.start() if match["when"] else match.start("name") + before.rindex(noun)
    quote = text[start : match.end("unit")]
    return Figure(match["when"] + noun, unit, Decimal(number) * scale, step, quote)


def _noun(run: str) -> str:
    """The noun at the end of a run of characters, without the words around it that do not change what is counted."""
    while word := next(filter(run.startswith, LEADING), ""):
        run = run.removeprefix(word)
    while word := next(filter(run.endswith, TRAILING), ""):
        run = run.removesuffix(word)
    return run if len(run) <= LONGEST_NAME else run[-CUT_NAME:]
