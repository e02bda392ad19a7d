"""What the ledger keeps of a task after each change: its whole state but for the official text, which never changes."""

from typing import Any

from tasks.models import Task


def task_state(task: Task) -> dict[str, Any]:
    """The state of a task with its lead, units, zones and milestones (three queries unless prefetched)."""
    units = sorted(task.assignments.all(), key=lambda each: each.order)
    return {
        "plan": task.plan.code,
        "number": task.number,
        "title": task.title,
        "title_en": task.title_en,
        "pillar": task.pillar_id and task.pillar.number,
        "lead": units[0].agency_id if units else None,
        "supporting": [each.agency_id for each in units[1:]],
        "zones": [zone.code for zone in task.zones.all()],
        "milestones": [
            {"name": each.name, "due_on": each.due_on, "planned_percent": each.planned_percent}
            for each in task.milestones.all()
        ],
        **{name: getattr(task, name) for name in _PLAIN},
    }


_PLAIN = (
    "status", "order_number", "start_date", "due_date", "original_due_date", "due_basis", "due_note",
    "closing_asked_on", "closed_on", "closed_late", "percent", "last_period", "last_result", "last_approved_at",
    "yellow_from", "yellow_rule", "red_from", "red_rule", "overdue_from", "version", "is_demo",
)  # fmt: skip
