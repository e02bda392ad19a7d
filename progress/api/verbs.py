"""What is done with a report: each address is one action."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.serializers import InputSerializer
from progress.actions import approve_report, return_report, submit_report, withdraw_report
from progress.api.base import IF_MATCH, ReportsView
from progress.models import Report
from progress.serializers import ApprovalSerializer, NothingSerializer, ReportSerializer, ReturnSerializer


class VerbView(ReportsView):
    """POST /reports/{id}/<verb>/: the input, one action, the report as it stands then."""

    act: ClassVar[Callable[..., Report]]
    input_serializer: ClassVar[type[InputSerializer]]

    def post(self, request: Request, pk: int) -> Response:
        report = self.seen(pk)
        version = self.read_version(request, pk)
        entered = self.input_serializer(data=request.data or {})
        entered.is_valid(raise_exception=True)
        values: dict[str, Any] = entered.validated_data
        return self.answer(self.act(report=report, version=version, by=request.user, now=clock.now(), **values))


def _documented(operation: str, summary: Any, serializer: type[InputSerializer]) -> Callable[..., Any]:
    described = extend_schema(
        operation_id=operation,
        summary=summary,
        parameters=[IF_MATCH],
        request=serializer,
        responses=ReportSerializer,
        tags=["reports"],
    )
    return extend_schema_view(post=described)


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
