from progress.readers.compare import report_compare, text_diff
from progress.readers.history import last_approved, report_history
from progress.readers.reports import report_rows
from progress.readers.work import (
    missing_reports,
    period_rows,
    review_queue,
    with_waiting,
    work_reports,
)

__all__ = [
    "last_approved",
    "missing_reports",
    "period_rows",
    "report_compare",
    "report_history",
    "report_rows",
    "review_queue",
    "text_diff",
    "with_waiting",
    "work_reports",
]
