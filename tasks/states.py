"""What the ledger keeps of a task after each change: its whole state but for the official text, which never changes."""

from typing import Any

from tasks.models import Exemption, Extension, Task


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
    "status", "order_number", "is_standing", "cycle", "issued_on", "received_on", "start_date", "due_date",
    "original_due_date", "due_basis", "due_note", "slip_count", "extension_asked_on", "closing_asked_on", "closed_on",
    "closed_late", "percent", "last_period", "last_result", "last_approved_at", "yellow_from", "yellow_rule",
    "red_from", "red_rule", "overdue_from", "report_due_on", "report_period", "held_from", "held_until", "exempt_from",
    "exempt_until", "exempt_reason", "light_policy", "light_calendar", "version", "is_demo",
)  # fmt: skip


def extension_state(extension: Extension) -> dict[str, Any]:
    """The whole state of a request; its task and plan must be loaded with it."""
    return {
        "id": extension.pk,
        "plan": extension.task.plan.code,
        "task": extension.task.number,
        **{name: getattr(extension, name) for name in _EXTENSION},
    }


_EXTENSION = (
    "status", "due_before", "wanted_date", "percent", "reason", "answer_due_on", "granted_date", "decision",
    "drafted_at", "sent_at", "decided_at", "version", "is_demo",
)  # fmt: skip


def exemption_state(exemption: Exemption) -> dict[str, Any]:
    """The whole state of an exemption; its task and plan must be loaded with it."""
    return {
        "id": exemption.pk,
        "plan": exemption.task.plan.code,
        "task": exemption.task.number,
        **{name: getattr(exemption, name) for name in _EXEMPTION},
    }


_EXEMPTION = ("reason", "basis", "starts_on", "ends_on", "granted_at", "ended_at", "is_demo")
