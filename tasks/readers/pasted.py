"""What tasks say now, to stand beside what a pasted sheet says."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import get_language

from tasks.models import TaskQuerySet

Row = dict[str, Any]
COLUMNS = ("pk", "number", "title", "title_en", "version", "start_date", "due_date", "due_basis", "due_note")


def tasks_to_paste(tasks: TaskQuerySet, numbers: Collection[int]) -> dict[int, Row]:
    """Number → what a sheet can say of a task of an already scoped queryset (one query)."""
    title = "title_en" if get_language() == "en" else "title"
    rows = tasks.filter(number__in=numbers).values(*COLUMNS)
    return {row["number"]: {**row, "label": row[title]} for row in rows}
