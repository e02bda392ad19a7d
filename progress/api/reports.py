"""One report: reading it, and saving its draft."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.objects import IF_MATCH
from progress.actions import ReportContent, save_report
from progress.api.base import ReportsView
from progress.models import Report
from progress.serializers import ReportContentSerializer, ReportSerializer

CONTENT_FIELDS = tuple(ReportContentSerializer().fields)


class ReportView(ReportsView):
    """GET, PUT and PATCH /reports/{id}/."""

    @extend_schema(operation_id="reports_read", summary=_("进展报送"), responses=ReportSerializer, tags=["reports"])
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)

    @extend_schema(
        operation_id="reports_save",
        summary=_("保存草稿"),
        parameters=[IF_MATCH],
        request=ReportContentSerializer,
        responses=ReportSerializer,
        tags=["reports"],
    )
    def put(self, request: Request, pk: int) -> Response:
        return self._save(request, pk, is_partial=False)

    @extend_schema(
        operation_id="reports_change",
        summary=_("修改草稿的几项"),
        parameters=[IF_MATCH],
        request=ReportContentSerializer,
        responses=ReportSerializer,
        tags=["reports"],
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self._save(request, pk, is_partial=True)

    def _save(self, request: Request, pk: int, *, is_partial: bool) -> Response:
        report = self.seen(pk)
        version = self.read_version(request, pk)
        entered = ReportContentSerializer(data=request.data, partial=is_partial)
        entered.is_valid(raise_exception=True)
        content = _changed(report, entered.validated_data)
        saved = save_report(report=report, content=content, version=version, by=request.user, now=clock.now())
        return self.answer(saved.pk)


def _changed(report: Report, values: dict[str, Any]) -> ReportContent:
    """What the report says with some of it changed; what it said belongs to the version that the action checks."""
    stood = {**{name: getattr(report, name) for name in CONTENT_FIELDS}, "ask_to": report.ask_to_id or ""}
    return ReportContent(**{name: values.get(name, stood[name]) for name in CONTENT_FIELDS})
