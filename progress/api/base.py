from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import object_name, read_if_match
from common.errors import StaleVersionError
from progress.models import Report, ReportQuerySet
from progress.readers import report_rows
from tasks.api import TasksView

Row = dict[str, Any]

KIND = "r"
IF_MATCH = OpenApiParameter("If-Match", location=OpenApiParameter.HEADER, required=True)


class ReportsView(TasksView):
    """A view of reports. One report's ETag begins with its id and version (r12-v3), which is what `If-Match` takes."""

    given_version: int | None = None

    def reports(self) -> ReportQuerySet:
        """The reports this caller may see."""
        return Report.objects.visible_to(self.request.user)

    def seen(self, pk: int) -> Report:
        """One of them; Http404 when it is not there to see."""
        report = self.reports().filter(pk=pk).first()
        if report is None:
            raise Http404
        return report

    def row(self, pk: int) -> Row:
        rows = report_rows(self.reports().filter(pk=pk))
        if not rows:
            raise Http404
        return rows[0]

    def read_version(self, request: Request, pk: int) -> int:
        """The version a change was made from."""
        self.given_version = read_if_match(request, kind=KIND, key=pk)
        return self.given_version

    def answer(self, report: Report, *, status: int = 200) -> Response:
        """The report after a change, with the ETag for the next one."""
        row = self.row(report.pk)
        self.etag = f'"{object_name(KIND, report.pk, row["version"])}"'
        return Response(row, status=status)

    def describe_error(self, error: Exception) -> dict[str, Any]:
        """Both versions when somebody else saved first."""
        if not isinstance(error, StaleVersionError):
            return {}
        current = report_rows(self.reports().filter(pk=error.current.pk))  # it may have gone out of sight meanwhile
        return {"given_version": self.given_version, "current": next(iter(current), None)}
