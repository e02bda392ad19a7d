"""What the ledger keeps of a report with its evidence, a contribution and a closing request after each change."""

from typing import Any

from progress.models import Closing, Contribution, Evidence, Report

_PLAIN = (
    "status", "revision", "version", "percent", "result", "progress", "problems", "next_steps", "ask", "ask_due_on",
    "answer", "answered_at", "no_change", "composition", "drafted_at", "submitted_at", "reviewed_at", "return_reason",
    "received_on", "is_demo",
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
        "ask_to": report.ask_to_id,
        "evidence": list(files.values("name", "kind", "size", "sha256")),
    }


_OF_CONTRIBUTION = ("text", "percent", "no_change", "received_on", "given_at", "version", "is_demo")


def contribution_state(contribution: Contribution) -> dict[str, Any]:
    """The whole state of a contribution; task and plan must be loaded with it."""
    return {
        "id": contribution.pk,
        "plan": contribution.task.plan.code,
        "task": contribution.task.number,
        "period": contribution.period_id,
        "agency": contribution.agency_id,
        **{name: getattr(contribution, name) for name in _OF_CONTRIBUTION},
    }


_OF_CLOSING = (
    "status", "version", "statement", "drafted_at", "sent_at", "checked_at", "check_note", "decided_at",
    "return_reason", "is_demo",
)  # fmt: skip


def closing_state(closing: Closing) -> dict[str, Any]:
    """The whole state of a closing request, with what each unit says to it and its files (two queries)."""
    hearings = closing.hearings.order_by("agency_id")
    files = Evidence.objects.filter(closing=closing, removed_at=None).order_by("uploaded_at", "pk")
    return {
        "id": closing.pk,
        "plan": closing.task.plan.code,
        "task": closing.task.number,
        **{name: getattr(closing, name) for name in _OF_CLOSING},
        "hearings": list(hearings.values("agency", "answer", "text", "answered_at")),
        "evidence": list(files.values("name", "kind", "size", "sha256")),
    }
