from progress.api.asks import AnswerView
from progress.api.batches import ReportBatchView, SubmitBatchView
from progress.api.closing_verbs import (
    AcceptClosingView,
    CheckClosingView,
    HearingView,
    ReturnClosingView,
    SendClosingView,
    SilentClosingView,
    WithdrawClosingView,
)
from progress.api.closings import ClosingView, TaskClosingView
from progress.api.contributions import ContributionView, TaskContributionsView
from progress.api.evidence import ClosingEvidenceView, EvidenceView, ReportEvidenceView
from progress.api.export import ReportExportView, SummaryExportView
from progress.api.periods import PeriodsView, SummaryView
from progress.api.report_lists import ReportListView, TaskReportsView
from progress.api.reports import ReportView
from progress.api.verbs import ApproveView, ReturnView, SubmitView, WithdrawView

__all__ = [
    "AcceptClosingView",
    "AnswerView",
    "ApproveView",
    "CheckClosingView",
    "ClosingEvidenceView",
    "ClosingView",
    "ContributionView",
    "EvidenceView",
    "HearingView",
    "PeriodsView",
    "ReportBatchView",
    "ReportEvidenceView",
    "ReportExportView",
    "ReportListView",
    "ReportView",
    "ReturnClosingView",
    "ReturnView",
    "SendClosingView",
    "SilentClosingView",
    "SubmitBatchView",
    "SubmitView",
    "SummaryExportView",
    "SummaryView",
    "TaskClosingView",
    "TaskContributionsView",
    "TaskReportsView",
    "WithdrawClosingView",
    "WithdrawView",
]
