"""台账的筛选: the parameters of a list of tasks, the same for the page, the API and exports.

`TaskFilter(params, on).apply(queryset)` is the list in its order; `errors` says what could not be understood (the page
shows it, the API refuses), `active` what the list was narrowed by, ready for `urlencode(…, doseq=True)`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.api import parameters
from common.api.paging import Key, sort_queryset, sort_rows
from common.fields import read_date
from common.texts import join_words
from tasks.lights import WORST_FIRST, Colour
from tasks.models import Assignment, Pillar, Task, TaskQuerySet
from tasks.status import Status
from zones.models import Zone

Row = dict[str, Any]
Narrow = Callable[[TaskQuerySet, list[str], date], TaskQuerySet]

MAX_TEXT = 100
MAX_NAMED = 12


@dataclass(frozen=True)
class Choice:
    """A parameter that takes codes from a list, several with commas: the list, the rows, and the codes of one row."""

    known: Callable[[], Collection[str]]
    narrow: Narrow
    of: Callable[[Row], Collection[str]]


def _pillars() -> list[str]:
    numbers = Pillar.objects.current().order_by("number").values_list("number", flat=True)
    return [str(number) for number in numbers]


def agency_codes() -> list[str]:
    """Every unit's code."""
    return list(Agency.objects.values_list("code", flat=True))


def _zones() -> list[str]:
    return list(Zone.objects.values_list("code", flat=True))


def narrow_by_link(tasks: TaskQuerySet, **link: Any) -> TaskQuerySet:
    """The tasks that a link to a unit like this hangs on."""
    return tasks.filter(pk__in=Assignment.objects.filter(**link).values("task"))


def _in_zones(tasks: TaskQuerySet, codes: list[str], _on: date) -> TaskQuerySet:
    return tasks.filter(pk__in=Task.zones.through.objects.filter(zone__in=codes).values("task"))


def _units(row: Row) -> list[str]:
    return [each["code"] for each in (row["lead"], *row["supporting"]) if each]


CHOICES: dict[str, Choice] = {
    "pillar": Choice(
        _pillars,
        lambda tasks, values, on: tasks.filter(pillar__number__in=[int(each) for each in values]),
        lambda row: [str(row["pillar"]["number"])],
    ),
    "lead": Choice(
        agency_codes,
        lambda tasks, values, on: narrow_by_link(tasks, agency__in=values, role="lead"),
        lambda row: [row["lead"]["code"]] if row["lead"] else [],
    ),
    "agency": Choice(agency_codes, lambda tasks, values, on: narrow_by_link(tasks, agency__in=values), _units),
    "zone": Choice(_zones, _in_zones, lambda row: row["zones"]),
    "status": Choice(
        lambda: Status.values,
        lambda tasks, values, on: tasks.filter(status__in=values),
        lambda row: [row["status"]],
    ),
    "light": Choice(
        lambda: [each.value for each in Colour],
        lambda tasks, values, on: tasks.with_colour(on).filter(colour__in=values),
        lambda row: [row["light"]["colour"]],
    ),
}

YES_NO = {"true": True, "1": True, "false": False, "0": False}


def _colour_rank(row: Row) -> int:
    return WORST_FIRST.index(Colour(row["light"]["colour"]))


NUMBER = Key("number", lambda row: row["number"])
SORT_KEYS: dict[str, Key] = {
    "number": NUMBER,
    "due_date": Key("due_date", lambda row: row["due_date"], read=date.fromisoformat),
    "percent": Key("percent", lambda row: row["percent"]),
    "updated_at": Key("updated_at", lambda row: row["updated_at"], read=datetime.fromisoformat),
    "light": Key("light_rank", _colour_rank),
}
ORDERINGS: dict[str, Key] = {
    **SORT_KEYS,
    **{f"-{name}": key.reversed() for name, key in SORT_KEYS.items()},
}


def read_iso_date(text: str, *, today: date) -> date | None:
    """2026-12-31 and nothing else, as the API takes it."""
    return parameters.read_iso_date(text)


class TaskFilter:
    """What the parameters of a list of tasks ask for, on a day.

    `due_before` and `due_after` count the day itself. Of several codes (`status=ongoing,closing`) one is enough, of
    several parameters all must hold; every word of `q` must be found in number, titles, text or a unit's names.
    """

    choices: ClassVar[Mapping[str, Choice]] = CHOICES
    KNOWN = (*CHOICES, "overdue", "due_before", "due_after", "q", "ordering")

    def __init__(self, params: QueryDict, on: date, *, read_day: Callable[..., date | None] = read_date):
        self.on = on
        self.errors: dict[str, list[str]] = {}
        self.active: dict[str, Any] = {}
        self._read_day = read_day
        self._choices = {name: self._read_choice(name, params) for name in self.choices}
        self.overdue = self._read_overdue(self._text(params, "overdue"))
        self.due_before = self._read_due("due_before", self._text(params, "due_before"))
        self.due_after = self._read_due("due_after", self._text(params, "due_after"))
        self.words = self._read_words(self._text(params, "q"))
        self.ordering = self._read_ordering(self._text(params, "ordering"))

    @property
    def keys(self) -> tuple[Key, ...]:
        """The sort keys, with the number as the last word."""
        key = ORDERINGS[self.ordering]
        return (key,) if key.field == NUMBER.field else (key, NUMBER)

    def apply(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """The tasks asked for, in the order asked for; what could not be understood narrows nothing."""
        return self.sort(self.narrow(tasks))

    def sort(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """Narrowed tasks in the order asked for."""
        return sort_queryset(tasks, self.keys)

    def narrow(self, tasks: TaskQuerySet, *, but: Collection[str] = ()) -> TaskQuerySet:
        """The same without an order, with the columns that the order needs; `but` for conditions that wait."""
        for name, values in self._choices.items():
            if values and name not in but:
                tasks = self.choices[name].narrow(tasks, values, self.on)
        if self.overdue is not None:
            late = Task.objects.overdue(on=self.on).values("pk")
            tasks = tasks.filter(pk__in=late) if self.overdue else tasks.exclude(pk__in=late)
        if self.due_before:
            tasks = tasks.filter(due_date__lte=self.due_before)
        if self.due_after:
            tasks = tasks.filter(due_date__gte=self.due_after)
        return self._with_rank(self.search(tasks))

    def search(self, tasks: TaskQuerySet) -> TaskQuerySet:
        """The tasks in which every word is found."""
        for word in self.words:
            tasks = tasks.filter(_mentions(word))
        return tasks

    def keep(self, rows: Iterable[Row]) -> list[Row]:
        """The same choice and order among finished rows (of a past day), but for `q`: words are found by `search`."""
        return sort_rows((row for row in rows if self._holds(row)), self.keys)

    def _holds(self, row: Row) -> bool:
        due = row["due_date"]
        return (
            all(set(self.choices[name].of(row)) & set(values) for name, values in self._choices.items() if values)
            and self.overdue in (None, row["overdue_days"] > 0)
            and (not self.due_before or (due is not None and due <= self.due_before))
            and (not self.due_after or (due is not None and due >= self.due_after))
        )

    def _with_rank(self, tasks: TaskQuerySet) -> TaskQuerySet:
        if self.keys[0].field != "light_rank":
            return tasks
        whens = [When(colour=colour, then=Value(rank)) for rank, colour in enumerate(WORST_FIRST)]
        return tasks.with_colour(self.on).annotate(light_rank=Case(*whens, output_field=IntegerField()))

    def _fail(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def _text(self, params: QueryDict, name: str) -> str:
        values = params.getlist(name)
        if len(values) > 1:
            self._fail(name, _("这个条件只能给一个值。"))
        text = (values[0] if values else "").strip()
        if "\x00" in text:
            self._fail(name, _("含有不能使用的字符。"))
            return ""
        return text

    @staticmethod
    def _values(params: QueryDict, name: str) -> list[str]:
        parts = (part.strip() for value in params.getlist(name) for part in value.split(","))
        return list(dict.fromkeys(part for part in parts if part))

    def _read_choice(self, name: str, params: QueryDict) -> list[str]:
        values = self._values(params, name)
        if not values:
            if "," in params.get(name, ""):
                self._fail(name, _("条件不能为空；不需要时请去掉它。"))
            return []
        known = self.choices[name].known()
        for value in values:
            if value not in known:
                self._fail(name, _unknown(value, known))
        found = [value for value in values if value in known]
        if found:
            self.active[name] = found
        return found

    def _read_overdue(self, text: str) -> bool | None:
        if not text:
            return None
        if text not in YES_NO:
            self._fail("overdue", _unknown(text, ("true", "false")))
            return None
        self.active["overdue"] = "true" if YES_NO[text] else "false"
        return YES_NO[text]

    def _read_due(self, name: str, text: str) -> date | None:
        day = self._read_day(text, today=self.on) if text else None
        if text and day is None:
            self._fail(name, _("“%(value)s”不是日期，请写成 2026-12-31 这样。") % {"value": text[:MAX_TEXT]})
        if day:
            self.active[name] = day.isoformat()
        return day

    def _read_words(self, text: str) -> list[str]:
        if len(text) > MAX_TEXT:
            self._fail("q", _("查找的文字最多 %(limit)d 字。") % {"limit": MAX_TEXT})
            return []
        if text:
            self.active["q"] = text
        return text.split()

    def _read_ordering(self, text: str) -> str:
        if text and text not in ORDERINGS:
            self._fail("ordering", _unknown(text, ORDERINGS))
        if text in ORDERINGS and text != "number":
            self.active["ordering"] = text
        return text if text in ORDERINGS else "number"


def _unknown(value: str, known: Collection[str]) -> str:
    """What is wrong with a value, naming the ones that can be used if they are few."""
    value = value[:MAX_TEXT].replace("\x00", "�")
    if len(known) > MAX_NAMED:
        return _("没有“%(value)s”这个代码。") % {"value": value}
    return _("没有“%(value)s”；可用的有：%(known)s。") % {"value": value, "known": join_words(known)}


def _mentions(word: str) -> Q:
    """Tasks with this word in their number, titles, text or the names of a unit."""
    columns = ("name", "plan_name", "short_name", "name_en")
    named = Q()
    for column in columns:
        named |= Q(**{f"agency__{column}__icontains": word})
    found = Q(pk__in=Assignment.objects.filter(named).values("task"))
    for column in ("title", "title_en", "text"):
        found |= Q(**{f"{column}__icontains": word})
    if word.isdecimal() and len(word) <= 4:
        found |= Q(number=int(word))
    return found
