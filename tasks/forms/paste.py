"""从 Excel 粘贴: rows copied from a sheet, read into dates and words; what cannot be read is said at its cell."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.errors import InvalidError
from common.fields import read_date
from tasks.actions import MilestoneInput
from tasks.models import BulkChange, DueBasis
from tasks.periods import Cycle

MAX_ROWS = 500
MAX_TEXT = 60_000
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 2000-01-01 to 2099-12-31 as Excel counts days
SERIAL_DIGITS = 5
EXCEL_ZERO = date(1899, 12, 30)

LABELS = {
    "number": gettext_lazy("序号"),
    "start_date": gettext_lazy("起始时间"),
    "due_date": gettext_lazy("时限"),
    "basis": gettext_lazy("时限依据"),
    "note": gettext_lazy("依据说明"),
    "milestones": gettext_lazy("节点"),
    "cycle": gettext_lazy("报送周期"),
}
# What the heading of a column may be called, in either language; anything else is passed over and named.
HEADINGS: dict[str, tuple[Any, ...]] = {
    "number": (gettext_lazy("序号"), gettext_lazy("任务序号")),
    "start_date": (gettext_lazy("起始时间"), gettext_lazy("起始日期"), gettext_lazy("开始时间")),
    "due_date": (
        gettext_lazy("时限"),
        gettext_lazy("现时限"),
        gettext_lazy("完成时限"),
        gettext_lazy("办理时限"),
        gettext_lazy("截止日期"),
    ),
    "basis": (gettext_lazy("时限依据"), gettext_lazy("依据")),
    "note": (gettext_lazy("依据说明"),),
    "milestones": (gettext_lazy("节点"),),
    "cycle": (gettext_lazy("报送周期"),),
}
LANGUAGES = ("zh-hans", "en")
# Without headings the columns are these, by how many there are.
UNTITLED = {
    2: ("number", "due_date"),
    3: ("number", "start_date", "due_date"),
    4: ("number", "start_date", "due_date", "basis"),
}
KIND_OF = {
    "start_date": BulkChange.Kind.DEADLINES,
    "due_date": BulkChange.Kind.DEADLINES,
    "basis": BulkChange.Kind.DEADLINES,
    "note": BulkChange.Kind.DEADLINES,
    "milestones": BulkChange.Kind.MILESTONES,
    "cycle": BulkChange.Kind.CYCLE,
}
MILESTONE = re.compile(r"(?P<day>\S+)\s+(?P<name>.+?)\s*,?\s*(?P<percent>\d{1,3})\s*%?")
NUMBER = re.compile(r"(?P<number>\d{1,5})(\.0?|\W)?", re.ASCII)


@dataclass
class PastedRow:
    """One row of the sheet: what its cells say, and at which of them something is wrong."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.values.get("number", 0)


@dataclass
class Sheet:
    """What was pasted: which kind of change it makes, by which columns, and the rows."""

    kind: str
    columns: tuple[str, ...]
    rows: list[PastedRow]
    ignored: list[str]


class PasteForm(forms.Form):
    """What is pasted, whose date it is where the sheet does not say, and why."""

    text = forms.CharField(
        label=gettext_lazy("粘贴的内容"),
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 10, "class": "paste-text", "spellcheck": "false", "wrap": "off"}),
        error_messages={"required": gettext_lazy("请先从 Excel 复制，再粘贴到这里。")},
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("表中没写的时限依据"),
        choices=[each for each in DueBasis.choices if each[0] != DueBasis.PLAN],
        initial=DueBasis.OFFICE,
        help_text=gettext_lazy("用于改动了日期、又没写依据的行。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("写入每项任务的留痕。"),
        error_messages={"required": gettext_lazy("请写明为什么这样设定。")},
    )  # fmt: skip


def read_sheet(text: str, *, today: date) -> Sheet:
    """The rows of a pasted text, with or without a line of headings.

    Raises InvalidError when the columns cannot be told: no number, a heading twice, two kinds of change at once.
    """
    lines = [[_plain(cell) for cell in line] for line in csv.reader(io.StringIO(text, newline=""), delimiter="\t")]
    lines = [line for line in lines if any(line)]
    if not lines:
        raise InvalidError({"text": [_("没有可读的内容。")]})
    if len(lines) > MAX_ROWS:
        raise InvalidError({"text": [_("一次最多粘贴 %(most)d 行。") % {"most": MAX_ROWS}]})
    fields = _fields()
    has_head = any(cell.lower() in fields for cell in lines[0])
    columns = _titled(lines[0], fields) if has_head else _untitled(lines)
    kind = _kind(columns)
    rows = [_row(place, line, columns, today) for place, line in enumerate(lines[has_head:], start=1 + has_head)]
    _mark_doubles(rows)
    ignored = [cell for cell in lines[0] if cell and cell.lower() not in fields] if has_head else []
    return Sheet(kind, tuple(each for each in LABELS if each in columns.values()), rows, ignored)


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).replace("\x00", "").strip()


def _fields() -> dict[str, str]:
    """What a heading means, in small letters."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            found |= {_plain(str(word)).lower(): name for name, words in HEADINGS.items() for word in words}
    return found


def _titled(heads: list[str], fields: dict[str, str]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for place, head in enumerate(heads):
        name = fields.get(head.lower(), "")
        if name in columns.values():
            first = next(heads[at] for at, each in columns.items() if each == name)
            message = _("“%(first)s”和“%(second)s”两列分不清用哪一列，请删去一列再粘贴。")
            raise InvalidError({"text": [message % {"first": first[:20], "second": head[:20]}]})
        if name:
            columns[place] = name
    if "number" not in columns.values():
        raise InvalidError({"text": [_("表头里没有“序号”一列，对不上任务。")]})
    return columns


def _untitled(lines: list[list[str]]) -> dict[int, str]:
    width = max(len(line) for line in lines)
    if width not in UNTITLED:
        raise InvalidError(
            {"text": [_("没有表头时，列应为“序号、时限”或“序号、起始时间、时限、时限依据”；请连表头一起复制。")]}
        )
    return dict(enumerate(UNTITLED[width]))


def _kind(columns: dict[int, str]) -> str:
    kinds = {KIND_OF[each] for each in columns.values() if each in KIND_OF}
    if not kinds:
        raise InvalidError({"text": [_("除了“序号”，没有可以办理的列：起始时间、时限、时限依据、节点或报送周期。")]})
    if len(kinds) > 1:
        raise InvalidError({"text": [_("时限、节点、报送周期请分次粘贴，每次只留一种。")]})
    return str(kinds.pop())


def _row(place: int, line: list[str], columns: dict[int, str], today: date) -> PastedRow:
    row = PastedRow(place, {name: line[at] if at < len(line) else "" for at, name in columns.items()})
    for name, cell in row.cells.items():
        if not cell and name != "number":
            continue
        try:
            row.values[name] = READERS[name](cell, today)
        except ValueError as error:
            row.errors[name] = str(error)
    return row


def _mark_doubles(rows: list[PastedRow]) -> None:
    seen: dict[int, int] = {}
    for row in rows:
        if row.number in seen:
            row.errors["number"] = _("与第 %(line)d 行重复。") % {"line": seen[row.number]}
        elif row.number:
            seen[row.number] = row.line


def _number(cell: str, _today: date) -> int:
    match = NUMBER.fullmatch(cell)
    if match is None:
        raise ValueError(_("不是任务的序号。"))
    return int(match["number"])


def _day(cell: str, today: date) -> date:
    """A day as people write it, or as Excel counts it."""
    if cell.isdecimal() and len(cell) == SERIAL_DIGITS and FIRST_SERIAL <= int(cell) <= LAST_SERIAL:
        return EXCEL_ZERO + timedelta(days=int(cell))
    day = read_date(cell.split(" 00:00")[0], today=today)
    if day is None:
        raise ValueError(_("不是日期，请写成 2026-12-31 这样。"))
    return day


def _word_of(choices: type[DueBasis] | type[Cycle]) -> Callable[[str, date], str]:
    """Reads a word of these choices, in either language."""

    def read(cell: str, _today: date) -> str:
        for language in LANGUAGES:
            with override(language):
                words = {str(label).lower(): value for value, label in choices.choices}
            if cell.lower() in words:
                return str(words[cell.lower()])
        known = " / ".join(str(label) for _value, label in choices.choices)
        raise ValueError(_("请写：%(known)s。") % {"known": known})

    return read


def _milestones(cell: str, today: date) -> list[MilestoneInput]:
    parts = [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]
    return [_milestone(part, today) for part in parts]


def _milestone(part: str, today: date) -> MilestoneInput:
    match = MILESTONE.fullmatch(part)
    if match is None:
        raise ValueError(_("节点请写成“2026-06-30 印发方案 40%；…”。"))
    return MilestoneInput(match["name"].strip(), _day(match["day"], today), int(match["percent"]))


READERS: dict[str, Callable[[str, date], Any]] = {
    "number": _number,
    "start_date": _day,
    "due_date": _day,
    "basis": _word_of(DueBasis),
    "note": lambda cell, _today: cell,
    "milestones": _milestones,
    "cycle": _word_of(Cycle),
}
