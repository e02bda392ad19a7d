"""What is done with a report: each address is one action."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from common.api.objects import VerbMixin, documented_verb
from common.api.serializers import InputSerializer, NothingSerializer
from progress.actions import approve_report, return_report, submit_report, withdraw_report
from progress.api.base import ReportsView
from progress.serializers import ApprovalSerializer, ReportSerializer, ReturnSerializer


class VerbView(VerbMixin, ReportsView):
    """POST /reports/{id}/<verb>/."""

    noun: ClassVar[str] = "report"


def _documented(operation: str, summary: Any, serializer: type[InputSerializer]) -> Callable[..., Any]:
    return documented_verb(operation, summary, serializer, ReportSerializer, tag="reports")


@_documented("reports_submit", _("审签报出"), NothingSerializer)
class SubmitView(VerbView):
    act = staticmethod(submit_report)
    input_serializer = NothingSerializer


@_documented("reports_withdraw", _("撤回"), NothingSerializer)
class WithdrawView(VerbView):
    act = staticmethod(withdraw_report)
    input_serializer = NothingSerializer


@_documented("reports_approve", _("审定"), ApprovalSerializer)
class ApproveView(VerbView):
    act = staticmethod(approve_report)
    input_serializer = ApprovalSerializer


@_documented("reports_return", _("退回"), ReturnSerializer)
class ReturnView(VerbView):
    act = staticmethod(return_report)
    input_serializer = ReturnSerializer
