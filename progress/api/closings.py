"""办结申请: asking that a task be closed, and reading what was asked."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.objects import IF_MATCH
from progress.actions import draft_closing, save_closing
from progress.actions.closing import ClosingExistsError
from progress.api.base import ClosingsView
from progress.serializers import ClosingSerializer, StatementSerializer


class TaskClosingView(ClosingsView):
    """GET and POST /tasks/{number}/closing/."""

    @extend_schema(
        operation_id="task_closing_read",
        summary=_("一项任务的办结申请"),
        description=_("您能看到的最近一份；stands 说明它是否还在办理。没有时应答 404。"),
        responses=ClosingSerializer,
        tags=["closings"],
    )
    def get(self, request: Request, number: int) -> Response:
        latest = self.visible().filter(task=self.task(number)).order_by("-pk").first()
        if latest is None:
            raise Http404
        return self.answer(latest.pk)

    @extend_schema(
        operation_id="task_closing_create",
        summary=_("起草办结申请"),
        description=_("任务办理中、进度已审定为全部完成时，由牵头单位起草，同时向各配合单位征求意见。"),
        request=StatementSerializer,
        responses={201: ClosingSerializer},
        tags=["closings"],
    )
    def post(self, request: Request, number: int) -> Response:
        task = self.task(number)
        entered = StatementSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        closing = draft_closing(task=task, **entered.validated_data, by=request.user, now=clock.now())
        response = self.answer(closing.pk, status=201)
        response.headers["Location"] = reverse("api:closing", args=[closing.pk])
        return response

    def describe_error(self, error: Exception) -> dict[str, Any]:
        """The request that stands in the way."""
        if isinstance(error, ClosingExistsError):
            return {"closing": error.closing.pk}
        return super().describe_error(error)


class ClosingView(ClosingsView):
    """GET and PUT /closings/{id}/."""

    @extend_schema(operation_id="closings_read", summary=_("办结申请"), responses=ClosingSerializer, tags=["closings"])
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)

    @extend_schema(
        operation_id="closings_save",
        summary=_("保存办结申请草稿"),
        parameters=[IF_MATCH],
        request=StatementSerializer,
        responses=ClosingSerializer,
        tags=["closings"],
    )
    def put(self, request: Request, pk: int) -> Response:
        closing = self.seen(pk)
        version = self.read_version(request, pk)
        entered = StatementSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        save_closing(closing=closing, version=version, **entered.validated_data, by=request.user, now=clock.now())
        return self.answer(pk)
