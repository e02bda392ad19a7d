from progress.api.periods import PeriodsView, SummaryView
from progress.api.reports import ReportView, TaskReportsView
from progress.api.verbs import ApproveView, ReturnView, SubmitView, WithdrawView

__all__ = [
    "ApproveView",
    "PeriodsView",
    "ReportView",
    "ReturnView",
    "SubmitView",
    "SummaryView",
    "TaskReportsView",
    "WithdrawView",
]
