from progress.readers.asks import (
    addressee_label,
    ask_row,
    ask_rows,
    asks_to_answer,
    pending_office_asks,
    tasks_waiting_for_office,
)
from progress.readers.closing import (
    closing_detail,
    closing_rows,
    closings_in_hand,
    closings_of_office,
    hearings_to_answer,
    obstacles,
)
from progress.readers.closing_history import closing_history
from progress.readers.compare import report_compare
from progress.readers.contributions import (
    co_parts,
    composed,
    contributions_given,
    contributions_now,
    contributions_to_give,
    earlier_contributions,
    found_contradictions,
    task_parts,
    with_taken,
)
from progress.readers.copies import copied_texts
from progress.readers.history import last_approved, report_history
from progress.readers.marks import milestone_hints
from progress.readers.reports import report_rows
from progress.readers.timeliness import expected_reports, reports_of, standing_row, standing_rows
from progress.readers.work import (
    missing_reports,
    period_rows,
    period_to_report,
    periods_open_to,
    review_days,
    review_queue,
    waiting_units,
    with_unchanged,
    with_waiting,
    work_reports,
)
from progress.readers.working_copies import copies_at_work, copy_mark, own_copy

__all__ = [
    "addressee_label",
    "ask_row",
    "ask_rows",
    "asks_to_answer",
    "closing_detail",
    "closing_history",
    "closing_rows",
    "closings_in_hand",
    "closings_of_office",
    "co_parts",
    "composed",
    "contributions_given",
    "contributions_now",
    "contributions_to_give",
    "copied_texts",
    "copies_at_work",
    "copy_mark",
    "earlier_contributions",
    "expected_reports",
    "found_contradictions",
    "hearings_to_answer",
    "last_approved",
    "milestone_hints",
    "missing_reports",
    "obstacles",
    "own_copy",
    "pending_office_asks",
    "period_rows",
    "period_to_report",
    "periods_open_to",
    "report_compare",
    "report_history",
    "report_rows",
    "reports_of",
    "review_days",
    "review_queue",
    "standing_row",
    "standing_rows",
    "task_parts",
    "tasks_waiting_for_office",
    "waiting_units",
    "with_taken",
    "with_unchanged",
    "with_waiting",
    "work_reports",
]
