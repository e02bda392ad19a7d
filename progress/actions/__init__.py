from progress.actions.asks import answer_ask
from progress.actions.batches import DraftItem, SubmitItem, submit_reports, write_reports
from progress.actions.closing import draft_closing, save_closing, send_closing, withdraw_closing
from progress.actions.closing_decisions import accept_closing, check_closing, return_closing
from progress.actions.contributions import give_contribution
from progress.actions.discarding import discard_report
from progress.actions.drafting import ReportContent, draft_report, save_report
from progress.actions.evidence import add_deliverable, add_evidence, remove_evidence
from progress.actions.hearings import hear_closing, mark_silent
from progress.actions.periods import keep_periods, open_period, open_periods
from progress.actions.reviewing import approve_report, return_report
from progress.actions.sending import submit_report, withdraw_report
from progress.actions.working_copies import drop_working_copy, keep_working_copy

__all__ = [
    "DraftItem",
    "ReportContent",
    "SubmitItem",
    "accept_closing",
    "add_deliverable",
    "add_evidence",
    "answer_ask",
    "approve_report",
    "check_closing",
    "discard_report",
    "draft_closing",
    "draft_report",
    "drop_working_copy",
    "give_contribution",
    "hear_closing",
    "keep_periods",
    "keep_working_copy",
    "mark_silent",
    "open_period",
    "open_periods",
    "remove_evidence",
    "return_closing",
    "return_report",
    "save_closing",
    "save_report",
    "send_closing",
    "submit_report",
    "submit_reports",
    "withdraw_closing",
    "withdraw_report",
    "write_reports",
]
