from progress.serializers.asks import AskAnswerSerializer, AskSerializer
from progress.serializers.batches import (
    BatchAnswerSerializer,
    BatchItemSerializer,
    BatchSerializer,
    ItemsSerializer,
    SubmittedBatchSerializer,
    SubmittedItemSerializer,
)
from progress.serializers.closings import (
    CheckSerializer,
    ClosingReturnSerializer,
    ClosingSerializer,
    OpinionSerializer,
    StatementSerializer,
)
from progress.serializers.contributions import ContributionPageSerializer, ContributionSerializer, PartSerializer
from progress.serializers.evidence import EvidenceSerializer, FileSerializer
from progress.serializers.periods import PeriodSerializer, SummarySerializer
from progress.serializers.reports import (
    ApprovalSerializer,
    NewReportSerializer,
    ReportContentSerializer,
    ReportPageSerializer,
    ReportSerializer,
    ReturnSerializer,
)

__all__ = [
    "ApprovalSerializer",
    "AskAnswerSerializer",
    "AskSerializer",
    "BatchAnswerSerializer",
    "BatchItemSerializer",
    "BatchSerializer",
    "CheckSerializer",
    "ClosingReturnSerializer",
    "ClosingSerializer",
    "ContributionPageSerializer",
    "ContributionSerializer",
    "EvidenceSerializer",
    "FileSerializer",
    "ItemsSerializer",
    "NewReportSerializer",
    "OpinionSerializer",
    "PartSerializer",
    "PeriodSerializer",
    "ReportContentSerializer",
    "ReportPageSerializer",
    "ReportSerializer",
    "ReturnSerializer",
    "StatementSerializer",
    "SubmittedBatchSerializer",
    "SubmittedItemSerializer",
    "SummarySerializer",
]
