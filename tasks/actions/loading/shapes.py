"""What an entry of each fixture file looks like, as data, and the check of an entry against it.

A shape is a type, a set of allowed words, a mapping of keys to shapes, a list of one shape, or `Maybe(shape)`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models.agency import Kind
from common.texts import join_words
from tasks.models import Deliverable

Entry = dict[str, Any]


@dataclass(frozen=True)
class Fixtures:
    """The plan as its files say it, entry by entry in their order."""

    plan: Entry
    pillars: list[Entry]
    zones: list[Entry]
    agencies: list[Entry]
    tasks: list[Entry]
    safeguards: list[Entry]
    calendar: list[Entry]


@dataclass(frozen=True)
class Maybe:
    """The shape, or null."""

    shape: Any


PLAN = {
    "code": str,
    "title": str,
    "title_en": str,
    "title_en_note": str,
    "issuer": str,
    "issuer_en": str,
    "issued_on": date,
    "document_number": Maybe(str),
    "parent": {"title": str, "number": str, "issued_on": date},
    "launched_on": date,
    "preamble": str,
    "objectives": str,
    "layout": [str],
    "goals": [
        {"order": int, "label": str, "label_en": str, "date": Maybe(date), "basis": str, "basis_en": str},
    ],
}
PILLAR = {"number": int, "title": str, "title_en": str, "text": str}
SAFEGUARD = PILLAR
ZONE = {
    "code": str,
    "name": str,
    "name_en": str,
    "area_km2": Decimal,
    "bonded_zone": {"name": str, "name_en": str, "area_km2": Decimal},
    "industries": [str],
    "industries_en": [str],
    "positioning": str,
    "positioning_en": str,
    "management_body": str,
}
AGENCY = {
    "code": str,
    "plan_name": Maybe(str),
    "name": str,
    "short_name": str,
    "name_en": str,
    "kind": frozenset(Kind.values),
    "zone": Maybe(str),
    "is_open_set": bool,
}
TASK = {
    "number": int,
    "pillar": int,
    "title": str,
    "title_en": str,
    "text": str,
    "unit_clause": str,
    "units": [str],
    "zones": [str],
    "measures": [{"order": int, "text": str, "deliverable": frozenset(Deliverable.values)}],
}
CALENDAR_YEAR = {
    "year": int,
    "source": str,
    "holidays": [{"date": date, "name": str, "name_en": str}],
    "workdays": [{"date": date, "name": str}],
}

TYPE_NAMES = {
    str: gettext_lazy("文字"),
    int: gettext_lazy("整数"),
    bool: gettext_lazy("true 或 false"),
    date: gettext_lazy("日期（如 2020-01-22）"),
    Decimal: gettext_lazy("加引号的数字（如 '46.8'）"),
}


def problems(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Everything that keeps the value from having the shape, each in one sentence that starts with the place."""
    if isinstance(shape, Maybe):
        if value is not None:
            yield from problems(value, shape.shape, path)
    elif isinstance(shape, Mapping):
        yield from _mapping_problems(value, shape, path)
    elif isinstance(shape, list):
        yield from _list_problems(value, shape[0], path)
    elif isinstance(shape, frozenset):
        if not (isinstance(value, str) and value in shape):
            words = {"path": path, "value": value, "allowed": join_words(sorted(shape))}
            yield _("%(path)s 的值 %(value)s 不在允许的范围内（%(allowed)s）") % words
    elif not _is(value, shape):
        yield _("%(path)s 应为%(type)s") % {"path": path, "type": TYPE_NAMES[shape]}


def _mapping_problems(value: Any, shape: Mapping[str, Any], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _("%(path)s 应为一组键和值") % {"path": path or _("整条")}
        return
    for key in value:
        if key not in shape:
            yield _("不认识的键 %(key)s") % {"key": _join(path, str(key))}
    for key, inner in shape.items():
        if key not in value:
            yield _("缺少 %(key)s") % {"key": _join(path, key)}
        else:
            yield from problems(value[key], inner, _join(path, key))


def _list_problems(value: Any, shape: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield _("%(path)s 应为列表") % {"path": path}
        return
    for position, each in enumerate(value, start=1):
        yield from problems(each, shape, f"{path}[{position}]")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _is(value: Any, wanted: type) -> bool:
    if wanted is Decimal:
        return isinstance(value, str) and _is_number(value)
    if wanted is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted is str:
        return isinstance(value, str) and bool(value.strip()) and value == value.strip()
    return isinstance(value, wanted)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
