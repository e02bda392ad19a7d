"""What is done with a closing request: each address is one action."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.conditional import read_if_match
from common.api.objects import IF_MATCH, VerbMixin, documented_verb
from common.api.serializers import InputSerializer, NothingSerializer
from common.errors import StaleVersionError, require
from progress.actions import (
    accept_closing,
    check_closing,
    hear_closing,
    mark_silent,
    return_closing,
    send_closing,
    withdraw_closing,
)
from progress.api.base import ClosingsView, Row
from progress.models import Closing, Hearing
from progress.permissions import can_answer_hearing
from progress.serializers import CheckSerializer, ClosingReturnSerializer, ClosingSerializer, OpinionSerializer


class ClosingVerbView(VerbMixin, ClosingsView):
    """POST /closings/{id}/<verb>/."""

    noun: ClassVar[str] = "closing"


def _documented(operation: str, summary: Any, serializer: type[InputSerializer]) -> Callable[..., Any]:
    return documented_verb(operation, summary, serializer, ClosingSerializer, tag="closings")


@_documented("closings_send", _("审签报出办结申请"), NothingSerializer)
class SendClosingView(ClosingVerbView):
    act = staticmethod(send_closing)
    input_serializer = NothingSerializer


@_documented("closings_withdraw", _("撤回办结申请"), NothingSerializer)
class WithdrawClosingView(ClosingVerbView):
    act = staticmethod(withdraw_closing)
    input_serializer = NothingSerializer


@_documented("closings_silent", _("把过期未答复的单位记为未反馈"), NothingSerializer)
class SilentClosingView(ClosingVerbView):
    act = staticmethod(mark_silent)
    input_serializer = NothingSerializer


@_documented("closings_check", _("核验办结申请"), CheckSerializer)
class CheckClosingView(ClosingVerbView):
    act = staticmethod(check_closing)
    input_serializer = CheckSerializer


@_documented("closings_return", _("退回办结申请"), ClosingReturnSerializer)
class ReturnClosingView(ClosingVerbView):
    act = staticmethod(return_closing)
    input_serializer = ClosingReturnSerializer


@_documented("closings_accept", _("同意办结"), NothingSerializer)
class AcceptClosingView(ClosingVerbView):
    act = staticmethod(accept_closing)
    input_serializer = NothingSerializer


class HearingView(ClosingsView):
    """POST /closings/{id}/hearing/: `If-Match` is about what the own unit has said, not about the request."""

    @extend_schema(
        operation_id="closings_hear",
        summary=_("对办结申请反馈意见"),
        description=_("配合单位反馈；If-Match 用 hearings 中本单位那一项的 version。"),
        parameters=[IF_MATCH],
        request=OpinionSerializer,
        responses=ClosingSerializer,
        tags=["closings"],
    )
    def post(self, request: Request, pk: int) -> Response:
        hearing = self._own(request, self.seen(pk))
        self.given_version = version = read_if_match(request, kind="h", key=hearing.pk)
        entered = OpinionSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        hear_closing(hearing=hearing, version=version, **entered.validated_data, by=request.user, now=clock.now())
        return self.answer(pk)

    def _own(self, request: Request, closing: Closing) -> Hearing:
        """What the caller's unit has been asked; NotAllowedError for whoever is not heard."""
        own = closing.hearings.select_related("closing").filter(agency=request.user.agency_id).first()
        require(own is not None and can_answer_hearing(request.user, own))
        return own

    def describe_error(self, error: Exception) -> Row:
        """The whole request as it stands, with every unit's version."""
        if isinstance(error, StaleVersionError):
            error = StaleVersionError(current=error.current.closing)
        return super().describe_error(error)
