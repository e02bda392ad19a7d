from progress.actions.drafting import ReportContent, draft_report, save_report
from progress.actions.evidence import add_evidence, remove_evidence
from progress.actions.periods import open_period, open_periods
from progress.actions.reviewing import approve_report, return_report
from progress.actions.sending import submit_report, withdraw_report

__all__ = [
    "ReportContent",
    "add_evidence",
    "approve_report",
    "draft_report",
    "open_period",
    "open_periods",
    "remove_evidence",
    "return_report",
    "save_report",
    "submit_report",
    "withdraw_report",
]
