"""Reports as plain dicts, for pages and the API."""

from typing import Any

from progress.models import ReportQuerySet
from progress.readers.asks import addressee_label
from progress.readers.files import files_of
from progress.status import ReportStatus
from tasks.models import Result

Row = dict[str, Any]

_FIELDS = (
    "id", "task__number", "task__title", "task__title_en", "period", "period__reports_due_on", "status", "revision",
    "version", "percent", "result", "progress", "problems", "next_steps", "ask", "ask_to", "ask_to__short_name",
    "ask_to__name_en", "ask_due_on", "answer", "answered_at", "answered_by__name", "no_change", "composition",
    "drafted_at", "drafted_by__name", "submitted_at", "submitted_by__name", "reviewed_at", "reviewed_by__name",
    "return_reason", "received_on", "lead_code", "is_demo",
)  # fmt: skip


def report_rows(reports: ReportQuerySet) -> list[Row]:
    """The reports of an already scoped queryset in its order, each with its evidence (two queries)."""
    rows = list(reports.values(*_FIELDS))
    files = files_of("report", (row["id"] for row in rows))
    return [_row(row, files[row["id"]]) for row in rows]


def _row(row: Row, evidence: list[Row]) -> Row:
    received, limit = row["received_on"], row.pop("period__reports_due_on")
    return {
        "id": row["id"],
        "task": {
            "number": row.pop("task__number"),
            "title": row.pop("task__title"),
            "title_en": row.pop("task__title_en"),
        },
        "agency": row.pop("lead_code"),
        **{name: row[name] for name in row if "__" not in name},
        "status_label": str(ReportStatus(row["status"]).label),
        "result_label": str(Result(row["result"]).label),
        "ask_to_label": addressee_label(row["ask"], row["ask_to__short_name"], row["ask_to__name_en"]),
        "answered_by": row["answered_by__name"],
        "drafted_by": row["drafted_by__name"],
        "submitted_by": row["submitted_by__name"],
        "reviewed_by": row["reviewed_by__name"],
        "is_late": received is not None and received > limit,
        "evidence": evidence,
    }
