"""矩阵: which unit carries which task: a row a task, a column a unit, told by role and light; three queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import AgencyQuerySet
from agencies.models.agency import Kind
from dashboard.readers.brief_names import brief_name
from tasks.lights import COLOUR_LABELS, Colour
from tasks.models import Assignment, TaskQuerySet

Row = dict[str, Any]
Shares = dict[tuple[int, str], str]  # (number of the task, code of the unit) → role


class Order(TextChoices):
    """单位的顺序."""

    PLAN = "plan", _("按方案顺序")
    LOAD = "load", _("按任务数量")


ROLE_WORDS = {Assignment.Role.LEAD.value: _("牵头"), Assignment.Role.CO.value: _("配合")}


@dataclass(frozen=True)
class Narrow:
    """What the matrix is narrowed by; empty means all."""

    kind: str = ""
    pillar: str = ""
    light: str = ""
    zone: str = ""
    order: str = Order.PLAN


def matrix(tasks: TaskQuerySet, agencies: AgencyQuerySet, narrow: Narrow, *, on: date) -> Row:
    """Columns, rows by pillar and feet of already scoped querysets, narrowed."""
    found = _tasks(tasks, narrow, on)
    shares = _shares(found)
    units = _units(agencies, narrow, shares)
    codes = [unit["code"] for unit in units]
    groups: dict[int, list[Row]] = defaultdict(list)
    for task in found:
        groups[task["pillar__number"]].append(_line(task, codes, shares))
    return {
        "kinds": _kinds(units) if narrow.order == Order.PLAN else [],
        "units": units,
        "groups": [{"pillar": _pillar(lines[0]), "lines": lines} for lines in groups.values()],
        "tasks": len(found),
        "lights": _lights(found),
    }


def _tasks(tasks: TaskQuerySet, narrow: Narrow, on: date) -> list[Row]:
    tasks = tasks.with_colour(on).order_by("pillar__number", "number")
    if narrow.pillar:
        tasks = tasks.filter(pillar__number=narrow.pillar)
    if narrow.light:
        tasks = tasks.filter(colour=narrow.light)
    if narrow.zone:
        tasks = tasks.in_zone(narrow.zone)
    columns = ("pk", "number", "title", "title_en", "colour", "pillar__number", "pillar__title", "pillar__title_en")
    return list(tasks.values(*columns, "is_demo"))


def _shares(tasks: Iterable[Row]) -> Shares:
    numbers = {task["pk"]: task["number"] for task in tasks}
    links = Assignment.objects.filter(task__in=numbers).order_by().values_list("task", "agency", "role")
    return {(numbers[task], agency): role for task, agency, role in links}


def _units(agencies: AgencyQuerySet, narrow: Narrow, shares: Shares) -> list[Row]:
    """The units of the plan, and any other that carries something, each with what it leads and supports here."""
    led = Counter(agency for (_task, agency), role in shares.items() if role == Assignment.Role.LEAD)
    supported = Counter(agency for (_task, agency), role in shares.items() if role == Assignment.Role.CO)
    columns = ("code", "kind", "plan_name", "name", "short_name", "name_en", "order")
    units = [
        {**unit, "label": _label(unit), "full": _full(unit), "led": led[unit["code"]], "co": supported[unit["code"]]}
        for unit in agencies.order_by("order").values(*columns)
        if (unit["plan_name"] or led[unit["code"]] or supported[unit["code"]]) and narrow.kind in ("", unit["kind"])
    ]
    if narrow.order == Order.LOAD:
        return sorted(units, key=lambda unit: (-unit["led"], -unit["co"], unit["order"]))
    places = {kind.value: place for place, kind in enumerate(Kind)}
    return sorted(units, key=lambda unit: (places[unit["kind"]], unit["order"]))


def _label(unit: Row) -> str:
    return brief_name(unit["name_en"] if get_language() == "en" else unit["short_name"])


def _full(unit: Row) -> str:
    return str(unit["name_en"] if get_language() == "en" else unit["name"])


def _kinds(units: list[Row]) -> list[Row]:
    """The kinds over the columns, each with how many columns it spans."""
    spans = Counter(unit["kind"] for unit in units)
    return [{"label": Kind(kind).label, "span": span} for kind, span in spans.items()]


def _line(task: Row, codes: list[str], shares: Shares) -> Row:
    """A task's row as marks with the number of empty cells before each, so that empty cells cost nothing."""
    light = COLOUR_LABELS[Colour(task["colour"])]
    words = {role: f"{word} {light}" for role, word in ROLE_WORDS.items()}
    marks, gap = [], 0
    for place, code in enumerate(codes):
        role = shares.get((task["number"], code))
        if role is None:
            gap += 1
            continue
        marks.append({"gap": gap, "role": role, "place": place, "words": words[role]})
        gap = 0
    is_english = get_language() == "en"
    return {
        **task,
        "label": task["title_en"] if is_english else task["title"],
        "url": reverse("dashboard:task", args=[task["number"]]),
        "marks": marks,
        "gap": gap,
    }


def _pillar(task: Row) -> Row:
    title = task["pillar__title_en" if get_language() == "en" else "pillar__title"]
    return {"number": task["pillar__number"], "title": title}


def _lights(tasks: Iterable[Row]) -> list[Row]:
    counts = Counter(task["colour"] for task in tasks)
    order = (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY, Colour.BLUE)
    return [{"colour": each.value, "label": COLOUR_LABELS[each], "count": counts[each.value]} for each in order]


def by_unit(found: Row) -> list[Row]:
    """The same matrix told unit by unit, for narrow screens; pure."""
    carried: dict[int, list[Row]] = defaultdict(list)
    for group in found["groups"]:
        for line in group["lines"]:
            for mark in line["marks"]:
                carried[mark["place"]].append({"line": line, **mark})
    return [
        {"unit": unit, "carried": sorted(carried[place], key=lambda each: each["role"] != Assignment.Role.LEAD)}
        for place, unit in enumerate(found["units"])
    ]
