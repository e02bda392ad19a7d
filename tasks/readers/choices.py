"""The names behind the codes of a list: pillars, units, those that lead, and zones."""

from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from agencies.models import Agency
from tasks.models import Assignment, Pillar
from zones.models import Zone

Names = dict[str, dict[str, str]]


def part_names() -> Names:
    """Kind → code → name in the reader's language, each kind in the plan's order (one query)."""
    is_english = get_language() == "en"
    title, name, short = ("title_en", "name_en", "name_en") if is_english else ("title", "name", "short_name")
    leading = Agency.objects.filter(
        pk__in=Assignment.objects.filter(role="lead", task__plan__is_current=True).values("agency")
    )
    parts = _part("pillar", Pillar.objects.current(), key="number", name=title, order="number").union(
        _part("agency", Agency.objects.all(), key="code", name=short, order="order"),
        _part("lead", leading, key="code", name=short, order="order"),
        _part("zone", Zone.objects.all(), key="code", name=name, order="order"),
    )
    names: Names = {"pillar": {}, "lead": {}, "agency": {}, "zone": {}}
    for kind, key, label, _place in sorted(parts, key=lambda row: (row[0], row[3])):
        names[kind][key] = label
    return names


def _part(kind: str, rows: QuerySet[Any], *, key: str, name: str, order: str) -> QuerySet[Any]:
    text = CharField()
    return rows.order_by().values_list(Value(kind, text), Cast(F(key), text), Cast(F(name), text), F(order))
