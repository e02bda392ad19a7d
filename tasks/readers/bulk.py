"""批量办理 as plain dicts: what was changed at once, and the result for each task in words."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.texts import join_clauses
from tasks.models import BulkChange, DueBasis, Task
from tasks.models.bulk import BulkChangeQuerySet
from tasks.periods import Cycle

Row = dict[str, Any]


def bulk_rows(changes: BulkChangeQuerySet) -> list[Row]:
    """The changes of an already scoped queryset in its order (one query)."""
    columns = ("pk", "kind", "reason", "rows", "done_at", "done_by__name", "undone_at", "undone_by__name")
    return [_row(row) for row in changes.values(*columns)]


def _row(row: Row) -> Row:
    return {
        "id": row["pk"],
        "kind": row["kind"],
        "kind_label": str(BulkChange.Kind(row["kind"]).label),
        "reason": row["reason"],
        "tasks": len(row["rows"]),
        "done": sum(1 for each in row["rows"] if each["ok"]),
        "refused": sum(1 for each in row["rows"] if not each["ok"]),
        "undone": sum(1 for each in row["rows"] if each.get("undone")),
        "done_at": row["done_at"],
        "done_by": row["done_by__name"],
        "undone_at": row["undone_at"],
        "undone_by": row["undone_by__name"],
    }


def bulk_results(kind: str, rows: list[Row]) -> list[Row]:
    """The rows of a change, or of its preview, with the tasks' titles and both sides in words (one query)."""
    name = "title_en" if get_language() == "en" else "title"
    titles = dict(Task.objects.filter(pk__in=[row["task"] for row in rows]).values_list("pk", name))
    return [
        {
            **row,
            "title": titles.get(row["task"], ""),
            "before": facts_in_words(kind, row["before"]),
            "after": facts_in_words(kind, row["after"]),
        }
        for row in rows
    ]


def facts_in_words(kind: str, facts: Row) -> str:
    """What a bulk change of this kind touches on one task, as people read it."""
    if kind == BulkChange.Kind.CYCLE:
        return str(Cycle(facts["cycle"]).label) if facts["cycle"] else _("按一般规定")
    if kind == BulkChange.Kind.MILESTONES:
        marks = join_clauses(f"{day} {name} {percent}%" for name, day, percent in facts["milestones"])
        return marks or _("没有节点")
    if not facts["due_date"]:
        return _("常态化") if facts["is_standing"] else _("未设时限")
    span = f"{facts['start_date']} – {facts['due_date']}"
    return f"{span} {DueBasis(facts['due_basis']).label}"
