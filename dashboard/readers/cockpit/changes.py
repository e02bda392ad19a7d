"""变化: what became different between the ends of two days, told from the ledger's states alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common.texts import join_words
from ledger.models import Event
from progress.models import Report
from tasks.models import Pillar, Task
from tasks.periods import period_label
from tasks.readers import end_of
from tasks.readers.as_of import columns_as_of, row_as_of, units_by_code
from tasks.status import DONE, Status

Row = dict[str, Any]

TROUBLE = {"green": 0, "yellow": 1, "red": 2}
DORMANT = frozenset({Status.PLANNED, Status.STOPPED})


def changes(user: User, *, since: date, until: date, pillar: str = "", kind: str = "") -> Row:
    """The tasks that changed after the end of `since` up to the end of `until`, in groups, the worst first (six
    queries). `pillar` narrows tasks and counts, `kind` the list alone.
    """
    tasks, events = Task.objects.visible_to(user).current(), Event.objects.visible_to(user)
    if pillar:
        tasks = tasks.filter(pillar__number=int(pillar))
    units = units_by_code(on=until)
    before = {each["number"]: row_as_of(each, units, since) for each in columns_as_of(tasks, events, on=since)}
    after = [row_as_of(each, units, until) for each in columns_as_of(tasks, events, on=until)]
    approved = _approved(user, {row["number"] for row in after}, since=since, until=until)
    told = [differences(before.get(row["number"]), row, approved.get(row["number"], [])) for row in after]
    found = [each for each in told if each["kinds"]]
    counts = Counter(code for each in found for code in each["kinds"])
    shown = [each for each in found if not kind or kind in each["kinds"]]
    return {
        "count": len(found),
        "counts": [
            {"code": each.code, "label": each.label, "tone": each.tone, "count": counts[each.code]} for each in KINDS
        ],
        "reports": sum(map(len, approved.values())),
        "groups": groups(shown, kind=kind),
        "is_demo": any(each["now"]["is_demo"] for each in found),
    }


def _approved(user: User, numbers: set[int], *, since: date, until: date) -> dict[int, list[str]]:
    """The periods of the reports on these tasks approved in between, by the number of their task (one query)."""
    between = {"reviewed_at__gt": end_of(since), "reviewed_at__lte": end_of(until)}
    found = Report.objects.visible_to(user).current().approved().filter(**between).order_by("reviewed_at")
    reports: dict[int, list[str]] = defaultdict(list)
    for number, code in found.values_list("task__number", "period"):
        if number in numbers:
            reports[number].append(period_label(code))
    return reports


@dataclass(frozen=True)
class Kind:
    """One kind of change: its word, how it is toned, and when it holds of a task then and now."""

    code: str
    label: Any
    tone: str
    holds: Callable[[Row, Row], bool]


def _colour(row: Row) -> str:
    return row["light"]["colour"]


def _worse_to(colour: str) -> Callable[[Row, Row], bool]:
    return lambda then, now: _colour(now) == colour and TROUBLE.get(_colour(then), 0) < TROUBLE[colour]


def _is_better(then: Row, now: Row) -> bool:
    return TROUBLE.get(_colour(now), 9) < TROUBLE.get(_colour(then), 0)


def _is_moved(then: Row, now: Row) -> bool:
    return bool(then["due_date"] and now["due_date"]) and then["due_date"] != now["due_date"]


def _is_issued(then: Row, now: Row) -> bool:
    return then["status"] == Status.PLANNED and now["status"] not in DORMANT


def _is_done(then: Row, now: Row) -> bool:
    return now["status"] in DONE and then["status"] not in DONE


def _lead(row: Row) -> str:
    return row["lead"]["code"] if row["lead"] else ""


def _is_otherwise(then: Row, now: Row) -> bool:
    """Another lead unit, or a turn in the task's life that no other kind names: suspended, reopened, signed off …"""
    if _lead(then) != _lead(now) or (now["due_date"] and not then["due_date"] and not _is_issued(then, now)):
        return True
    return then["status"] != now["status"] and not _is_issued(then, now) and not _is_done(then, now)


# In the order of the page: a task stands under the first that holds of it.
KINDS: tuple[Kind, ...] = (
    Kind("red", _("转红"), "red", _worse_to("red")),
    Kind("yellow", _("转黄"), "yellow", _worse_to("yellow")),
    Kind("moved", _("时限变动"), "yellow", _is_moved),
    Kind("issued", _("新下达"), "plain", _is_issued),
    Kind("better", _("整改转好"), "green", _is_better),
    Kind("done", _("新办结"), "blue", _is_done),
    Kind("other", _("状态或牵头单位变动"), "plain", _is_otherwise),
    Kind("progress", _("进度更新"), "plain", lambda then, now: then["percent"] != now["percent"]),
)
NEW: Row = {"status": Status.PLANNED, "due_date": None, "percent": 0, "lead": None, "light": {"colour": "grey"}}


def differences(then: Row | None, now: Row, reports: list[str]) -> Row:
    """One task then and now, with the kinds of change that hold of it; a task that was not there yet is as if new."""
    start = then or {**NEW, "lead": now["lead"]}
    kinds = [each.code for each in KINDS if each.holds(start, now)]
    changed = {
        "light": _colour(start) != _colour(now),
        "percent": start["percent"] != now["percent"],
        "status": start["status"] != now["status"],
        "due_date": start["due_date"] != now["due_date"],
        "lead": _lead(start) != _lead(now),
    }
    return {"then": then, "now": now, "kinds": kinds, "changed": changed, "reports": join_words(reports)}


def groups(rows: Iterable[Row], *, kind: str = "") -> list[Row]:
    """The rows under the first kind that holds of each, or all of them under the one that was asked for."""
    held: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        held[kind or row["kinds"][0]].append(row)
    return [
        {"code": each.code, "label": each.label, "tone": each.tone, "rows": sorted(held[each.code], key=_how_bad)}
        for each in KINDS
        if held[each.code]
    ]


def _how_bad(row: Row) -> tuple[int, int, int]:
    now = row["now"]
    return (-TROUBLE.get(_colour(now), -1), -now["overdue_days"], now["number"])


def pillar_names() -> dict[str, str]:
    """The number and title of each pillar, in the reader's language (one query)."""
    title = "title_en" if get_language() == "en" else "title"
    found = Pillar.objects.current().order_by("number").values_list("number", title)
    return {str(number): name for number, name in found}


def stretches(today: date, *, first: date | None) -> list[Row]:
    """The stretches that people ask for, as far back as the ledger reaches: a label and the day to start from."""
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    begins = [
        (_("近 7 天"), today - timedelta(days=7)),
        (_("近 30 天"), today - timedelta(days=30)),
        (_("本季度以来"), quarter - timedelta(days=1)),
        (_("今年以来"), date(today.year - 1, 12, 31)),
    ]
    return [{"label": label, "since": since} for label, since in begins if first and first <= since < today]
