from datetime import date
from typing import Any

from tasks.models import Assignment, Deliverable, Extension, Measure, MeasureStatus, Milestone, Task, TaskQuerySet
from tasks.readers.rows import task_rows
from tasks.status import ExtensionStatus


def task_detail(tasks: TaskQuerySet, *, number: int, on: date) -> dict[str, Any]:
    """One task with its text, measures, units and milestones; raises Task.DoesNotExist when it is not in `tasks`."""
    wanted = tasks.filter(number=number)
    rows = task_rows(wanted, on=on)
    if not rows:
        raise Task.DoesNotExist
    key, text, clause, note = wanted.values_list("pk", "text", "unit_clause", "due_note").get()
    return {
        **rows[0],
        "text": text,
        "unit_clause": clause,
        "due_note": note,
        "measures": measure_rows(key, number),
        "assignments": _assignments(key),
        "milestones": _milestones(key),
        "extensions": _extensions(key),
    }


def measure_rows(key: int, number: int) -> list[dict[str, Any]]:
    """A task's measures in the order of its text."""
    columns = ("order", "text", "deliverable", "status")
    return [measure_row(number, row) for row in Measure.objects.filter(task=key).order_by("order").values(*columns)]


def measure_row(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """A measure's order, text, form and state with its code and its words."""
    return {
        "code": f"{number}.{row['order']}",
        **row,
        "deliverable_label": str(Deliverable(row["deliverable"]).label),
        "status_label": str(MeasureStatus(row["status"]).label),
    }


def _assignments(key: int) -> list[dict[str, Any]]:
    columns = ("agency", "agency__name", "role", "order")
    return [
        {"agency": {"code": code, "name": name}, "role": role, "order": order}
        for code, name, role, order in Assignment.objects.filter(task=key).order_by("order").values_list(*columns)
    ]


def _extensions(key: int) -> list[dict[str, Any]]:
    """Those that the office granted; what was only asked for is not public."""
    columns = ("due_before", "wanted_date", "granted_date", "reason", "decision", "decided_at")
    granted = Extension.objects.filter(task=key, status=ExtensionStatus.GRANTED)
    return list(granted.order_by("-decided_at").values(*columns))


def _milestones(key: int) -> list[dict[str, Any]]:
    return list(Milestone.objects.filter(task=key).order_by("due_on").values("name", "due_on", "planned_percent"))
