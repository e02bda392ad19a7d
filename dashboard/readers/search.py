"""搜索: the words in tasks and their official text, in units under every name, in reports, notices and bulletins.

Tasks, units and bulletins are few: they are read whole and compared here, by sound too. Reports and notices grow: the
database compares the NEWEST of them and stops at MAX_HITS, so that a search costs the same in every year.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from agencies.models import User
from common.pinyin import fold
from dashboard.readers.known_names import in_order, units_by_name
from dashboard.readers.search_marks import Part, excerpt, mark, places
from progress.models import Report
from progress.status import ReportStatus
from supervision.models import Bulletin, Level, Notice
from supervision.status import BulletinStatus, NoticeStatus
from tasks.lights import COLOUR_LABELS, Colour
from tasks.models import Task
from tasks.periods import period_label

Row = dict[str, Any]
NEWEST = 10_000  # reports or notices that a search looks through
MAX_HITS = 200
BULLETINS = 100
TYPES: dict[str, Any] = {
    "task": pgettext_lazy("several", "任务"),
    "unit": pgettext_lazy("several", "单位"),
    "report": pgettext_lazy("several", "进展报送"),
    "notice": pgettext_lazy("several", "督办通知"),
    "bulletin": pgettext_lazy("several", "通报"),
}


@dataclass
class Hit:
    """One thing that was found, as the page shows it."""

    url: str
    title: list[Part]
    texts: list[list[Part]] = field(default_factory=list)
    number: int | None = None
    note: str = ""
    status: Row | None = None
    light: Row | None = None
    is_demo: bool = False


@dataclass
class Group:
    """What was found of one kind, the best first; `make` shows one. `is_cut`: there are more. `is_bounded`: what is
    older than the NEWEST was not looked through.
    """

    code: str
    rows: list[Row]
    make: Callable[[Row], Hit]
    is_cut: bool = False
    is_bounded: bool = False

    @property
    def label(self) -> Any:
        return TYPES[self.code]

    @property
    def count(self) -> int:
        return len(self.rows)


def search(user: User, words: list[str], *, on: date) -> list[Group]:
    """Every kind in which all the words were found (at most nine queries)."""
    if not words:
        return []
    tasks = list(Task.objects.visible_to(user).current().with_colour(on).order_by("number").values(*_TASK))
    reports, notices = Report.objects.visible_to(user).current(), Notice.objects.visible_to(user)
    found = [
        Group("task", _best(tasks, words, _task_rank), partial(_task_hit, words=words)),
        Group("unit", _best(units_by_name(user), words, _unit_rank), partial(_unit_hit, words=words)),
        _newest("report", reports.values(*_REPORT), _report_hit, words, _asked(words, tasks, _REPORT_TEXTS)),
        _newest("notice", notices.values(*_NOTICE), _notice_hit, words, _asked(words, tasks, _NOTICE_TEXTS)),
        Group("bulletin", _bulletins(user, words), partial(_bulletin_hit, words=words)),
    ]
    return [group for group in found if group.rows]


def _best(rows: Iterable[Row], words: list[str], rank: Callable[[Row, str], float]) -> list[Row]:
    """The rows in which every word was found, those that fit best first."""
    ranked = [(ranks, row) for row in rows for ranks in [[rank(row, word) for word in words]] if all(ranks)]
    return [row for _ranks, row in sorted(ranked, key=lambda each: -sum(each[0]))]


# -- tasks -----------------------------------------------------------------------------------------------------------

_TASK = ("pk", "number", "title", "title_en", "text", "unit_clause", "colour", "is_demo")
_FIELDS = (("title", 50, True), ("title_en", 40, False), ("text", 10, False), ("unit_clause", 5, False))


def _task_rank(row: Row, word: str) -> float:
    """How well a word fits: the number, then the titles, by letters or by sound, then the text; 0 is not at all."""
    if word.removeprefix("#") == str(row["number"]):
        return 100
    for name, rank, by_sound in _FIELDS:
        if found := places(row[name], word, by_sound=by_sound):
            return rank - min(found) / 1000
    return 0


def _task_hit(row: Row, words: list[str]) -> Hit:
    first, second = in_order(row["title"], row["title_en"])
    others = [mark(second, words, by_sound=True)] if any(places(second, word) for word in words) else []
    label = COLOUR_LABELS[Colour(row["colour"])]
    return Hit(
        url=reverse("dashboard:task", args=[row["number"]]),
        title=mark(first, words, by_sound=True),
        texts=[*others, *_excerpts(row, ("text", "unit_clause"), words)],
        number=row["number"],
        light={"colour": row["colour"], "label": label, "reason": label},
        is_demo=row["is_demo"],
    )


# -- units -----------------------------------------------------------------------------------------------------------


def _unit_rank(unit: Row, word: str) -> float:
    return max(_name_rank(name, word) for name in unit["all"])


def _name_rank(name: str, word: str) -> float:
    found = places(name, word, by_sound=True)
    return 0 if not found else 100 if fold(name) == word else 50 - min(*found, 40)


def _unit_hit(unit: Row, words: list[str]) -> Hit:
    label, _other = in_order(unit["name"], unit["name_en"])
    others = [
        name for name in unit["all"] if name != label and any(places(name, each, by_sound=True) for each in words)
    ]
    return Hit(
        url=reverse("agencies:detail", args=[unit["code"]]),
        title=mark(label, words, by_sound=True),
        texts=[mark(name, words, by_sound=True) for name in others],
    )


# -- what grows: reports and notices -----------------------------------------------------------------------------------

_ABOUT = ("pk", "task__number", "task__title", "task__title_en", "status", "is_demo")
_REPORT_TEXTS = ("progress", "problems", "next_steps", "ask", "answer")
_REPORT = (*_ABOUT, "period_id", *_REPORT_TEXTS)
_NOTICE_TEXTS = ("demand", "answer", "document_number", "agency_name")
_NOTICE = (*_ABOUT, "level", "year", "serial", *_NOTICE_TEXTS)


def _newest(code: str, seen: QuerySet[Any], make: Callable[..., Hit], words: list[str], asked: Q) -> Group:
    """The newest first, out of the NEWEST alone, as their keys were given out (three queries)."""
    last = seen.model.objects.aggregate(last=Max("pk"))["last"] or 0
    rows = list(seen.filter(asked, pk__gt=last - NEWEST).order_by("-pk")[: MAX_HITS + 1])
    is_bounded = last > NEWEST and seen.filter(pk__lte=last - NEWEST).exists()
    make = partial(make, words=words)
    return Group(code, rows[:MAX_HITS], make, is_cut=len(rows) > MAX_HITS, is_bounded=is_bounded)


def _asked(words: list[str], tasks: list[Row], texts: tuple[str, ...]) -> Q:
    """Every word in the texts or in the task's title, and one of them at least in the texts."""
    own = [_contains(texts, word) for word in words]
    asked = reduce(or_, own)
    for word, written in zip(words, own, strict=True):
        named = [row["pk"] for row in tasks if places(row["title"], word) or places(row["title_en"], word)]
        asked &= written | Q(task__in=named) if named else written
    return asked


def _contains(texts: Iterable[str], word: str) -> Q:
    """The word in one of the texts, in half-width letters or in full-width ones, of which SQLite knows no case."""
    forms = {word, _widen(word), _widen(word.upper())}
    return reduce(or_, (Q(**{f"{text}__icontains": form}) for text in texts for form in forms))


def _widen(word: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in word)


def _excerpts(row: Row, texts: Iterable[str], words: list[str]) -> list[list[Part]]:
    return [parts for text in texts if (parts := excerpt(row[text], words))]


def _about(row: Row, words: list[str]) -> Row:
    title, _other = in_order(row["task__title"], row["task__title_en"])
    return {"number": row["task__number"], "title": mark(title, words), "is_demo": row["is_demo"]}


def _report_hit(row: Row, words: list[str]) -> Hit:
    return Hit(
        url=reverse("progress:detail", args=[row["pk"]]),
        texts=_excerpts(row, _REPORT_TEXTS, words),
        note=period_label(row["period_id"]),
        status={"code": row["status"], "label": ReportStatus(row["status"]).label},
        **_about(row, words),
    )


def _notice_hit(row: Row, words: list[str]) -> Hit:
    number = f" {row['year']}-{row['serial']}" if row["serial"] else ""
    return Hit(
        url=reverse("supervision:notice", args=[row["pk"]]),
        texts=_excerpts(row, _NOTICE_TEXTS, words),
        note=f"{Level(row['level']).label}{number}",
        status={"code": row["status"], "label": NoticeStatus(row["status"]).label},
        **_about(row, words),
    )


# -- bulletins ---------------------------------------------------------------------------------------------------------


def _bulletins(user: User, words: list[str]) -> list[Row]:
    """The newest bulletins, four of which come out in a year (one query)."""
    columns = ("pk", "on", "status", "year", "serial", "document_number", "note", "items", "is_demo")
    rows = Bulletin.objects.visible_to(user).order_by("-on").values(*columns)[:BULLETINS]
    told = [{**row, "told": _told(row)} for row in rows]
    return [row for row in told if all(any(places(text, word) for text in row["told"]) for word in words)]


def _told(row: Row) -> list[str]:
    """What an issued bulletin says; a draft's items are not fixed yet."""
    items = row["items"] if row["status"] == BulletinStatus.ISSUED else []
    named = [text for item in items for text in (item["title"], item["agency_name"])]
    return [row["document_number"], row["note"], *dict.fromkeys(named)]


def _bulletin_hit(row: Row, words: list[str]) -> Hit:
    number = f"{row['year']}-{row['serial']}" if row["serial"] else ""
    said = [parts for text in row["told"] if (parts := excerpt(text, words))]
    return Hit(
        url=reverse("supervision:bulletin", args=[row["pk"]]),
        title=[Part(f"{_('通报')} {number or row['on'].isoformat()}", is_hit=False)],
        texts=said[:3],
        note=row["on"].isoformat() if number else BulletinStatus(row["status"]).label,
        is_demo=row["is_demo"],
    )
