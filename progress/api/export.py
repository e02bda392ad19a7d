"""Reports and sums as whole files."""

from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from common.api.exports import ExportMixin, documented_export, in_batches, read_batches
from common.api.paging import sort_queryset
from common.api.replies import FIELDS
from progress.api.base import ReportsView
from progress.api.periods import SummaryView
from progress.api.report_lists import FILTERS
from progress.exports import SUMMARY_COLUMNS, report_columns
from progress.filters import ReportFilter
from progress.readers.summary import DIMENSIONS
from progress.serializers import ReportSerializer, SummarySerializer
from tasks.api.base import AS_OF

REPORT_FIELDS = tuple(ReportSerializer().fields)


class ReportExportView(ExportMixin, ReportsView):
    """GET /reports/export/."""

    known_parameters = (*ReportFilter.KNOWN, "fields", "format")
    file_name: ClassVar[tuple[str, Any]] = ("reports", _("进展报送"))

    @documented_export(
        "reports_export", _("导出进展报送"), ReportSerializer, parameters=[*FILTERS, FIELDS], tag="exports"
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        wanted = ReportFilter(self.read)
        fields = self.read.names("fields", known=REPORT_FIELDS)
        form = self.read_format()
        self.read.check()
        reports = sort_queryset(wanted.narrow(self.visible().current()), wanted.keys)
        batches = read_batches(reports, self.rows, key="id")
        return self.send(batches, form, columns=report_columns(), fields=fields)


class SummaryExportView(ExportMixin, SummaryView):
    """GET /progress/summary/export/."""

    known_parameters = (*SummaryView.known_parameters, "format")
    file_name: ClassVar[tuple[str, Any]] = ("summary", _("进展汇总"))

    @documented_export(
        "progress_summary_export",
        _("导出进展汇总"),
        SummarySerializer,
        parameters=[OpenApiParameter("by", enum=list(DIMENSIONS), required=True, description=_("维度。")), AS_OF],
        tag="exports",
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        form = self.read_format()
        rows = super().get(request).data
        return self.send(in_batches(rows), form, columns=SUMMARY_COLUMNS)
