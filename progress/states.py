"""What the ledger keeps of a report and its evidence after each change."""

from typing import Any

from progress.models import Evidence, Report

_PLAIN = (
    "status", "revision", "version", "percent", "result", "progress", "problems", "next_steps", "ask", "no_change",
    "drafted_at", "submitted_at", "reviewed_at", "return_reason", "received_on", "is_demo",
)  # fmt: skip


def report_state(report: Report) -> dict[str, Any]:
    """The whole state of a report, with the evidence that stands (one query)."""
    files = Evidence.objects.filter(report=report, removed_at=None).order_by("uploaded_at", "pk")
    return {
        "id": report.pk,
        "plan": report.task.plan.code,
        "task": report.task.number,
        "period": report.period_id,
        **{name: getattr(report, name) for name in _PLAIN},
        "evidence": list(files.values("name", "kind", "size", "sha256")),
    }
