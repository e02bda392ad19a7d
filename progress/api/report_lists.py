"""Reports in pages: all that a caller may see, and those of one task; a new one is drafted at its task."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.replies import FIELDS, PAGING, PAGING_NAMES
from progress.actions import draft_report
from progress.actions.drafting import ReportExistsError
from progress.api.base import PagesMixin, ReportsView, codes
from progress.filters import ORDERINGS, ReportFilter, TaskReportFilter
from progress.models import ReportQuerySet
from progress.serializers import NewReportSerializer, ReportPageSerializer, ReportSerializer
from progress.status import ReportStatus
from tasks.models import Result


def _ordering(default: str) -> OpenApiParameter:
    return OpenApiParameter(
        "ordering", enum=list(ORDERINGS), default=default, description=_("排序；同值按编号，缺值在后。")
    )


OF_TASK = [
    codes("period", _("报送期，可用逗号给出几个。")),
    codes("status", _("报送状态。"), *ReportStatus.values),
]
FILTERS = [
    codes("task", _("任务序号，可用逗号给出几个。")),
    *OF_TASK,
    codes("agency", _("报送（牵头）单位代码。")),
    codes("result", _("进展评价。"), *Result.values),
    OpenApiParameter("late", bool, description=_("是否迟报；没有报出过的两者都不是。")),
    OpenApiParameter("approved_after", date, description=_("审定不早于这一天。")),
    OpenApiParameter("approved_before", date, description=_("审定不晚于这一天。")),
    _ordering(ReportFilter.default),
]


class ReportPagesView(PagesMixin, ReportsView):
    """A list of reports."""

    row_fields = tuple(ReportSerializer().fields)

    def _page(self, request: Request, wanted: TaskReportFilter, reports: ReportQuerySet) -> Response:
        return self.page(request, lambda: wanted.narrow(reports), ordering=wanted.ordering, keys=wanted.keys)


class ReportListView(ReportPagesView):
    """GET /reports/."""

    known_parameters = (*ReportFilter.KNOWN, "fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="reports_list",
        summary=_("进展报送一览"),
        description=_("各项任务的报送，凡是您能看到的；本单位的草稿需要相应权限。按编号排序时，新的总在最后。"),
        parameters=[*FILTERS, FIELDS, *PAGING],
        responses=ReportPageSerializer,
        tags=["reports"],
    )
    def get(self, request: Request) -> Response:
        wanted = ReportFilter(self.read)
        return self._page(request, wanted, self.visible().current())


class TaskReportsView(ReportPagesView):
    """GET and POST /tasks/{number}/reports/."""

    known_parameters = (*TaskReportFilter.KNOWN, "fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="task_reports_list",
        summary=_("一项任务的进展报送"),
        description=_("已审定的报送；本单位的草稿需要相应权限。最近的报送期在前。"),
        parameters=[*OF_TASK, _ordering(TaskReportFilter.default), FIELDS, *PAGING],
        responses=ReportPageSerializer,
        tags=["reports"],
    )
    def get(self, request: Request, number: int) -> Response:
        wanted = TaskReportFilter(self.read)
        return self._page(request, wanted, self.visible().filter(task=self.task(number)))

    @extend_schema(
        operation_id="task_reports_create",
        summary=_("起草进展报送"),
        request=NewReportSerializer,
        responses={201: ReportSerializer},
        tags=["reports"],
    )
    def post(self, request: Request, number: int) -> Response:
        task = self.task(number)
        entered = NewReportSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        period = self.period(entered.validated_data["period"])
        report = draft_report(task=task, period=period, content=entered.content(), by=request.user, now=clock.now())
        response = self.answer(report.pk, status=201)
        response.headers["Location"] = reverse("api:report", args=[report.pk])
        return response

    def describe_error(self, error: Exception) -> dict[str, Any]:
        """The report that stands in the way."""
        if isinstance(error, ReportExistsError):
            return {"report": error.report.pk}
        return super().describe_error(error)
