from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.conditional import object_name
from common.api.paging import MAX_PAGE_SIZE, PAGE_SIZE, Key, page_queryset
from common.api.replies import FIELDS, PAGING, PAGING_NAMES, page_reply
from common.errors import InvalidError
from progress.actions import ReportContent, draft_report, save_report
from progress.actions.drafting import ReportExistsError
from progress.api.base import IF_MATCH, KIND, ReportsView
from progress.models import Period, Report
from progress.readers import report_rows
from progress.serializers import NewReportSerializer, ReportContentSerializer, ReportPageSerializer, ReportSerializer
from tasks.models import Task

REPORT_FIELDS = tuple(ReportSerializer().fields)
CONTENT_FIELDS = tuple(ReportContentSerializer().fields)
NEWEST_FIRST = (Key("period", lambda row: row["period"], descending=True, read=str),)


class TaskReportsView(ReportsView):
    """GET and POST /tasks/{number}/reports/."""

    known_parameters = ("fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="task_reports_list",
        summary=_("一项任务的进展报送"),
        description=_("已审定的报送；本单位的草稿需要相应权限。最近的报送期在前。"),
        parameters=[FIELDS, *PAGING],
        responses=ReportPageSerializer,
        tags=["reports"],
    )
    def get(self, request: Request, number: int) -> Response:
        fields = self.read.names("fields", known=REPORT_FIELDS)
        size = self.read.integer("page_size", default=PAGE_SIZE, least=1, most=MAX_PAGE_SIZE)
        self.read.check()
        reports = self.reports().filter(task=self._task(number))
        cursor = self.read.text("cursor")
        page = page_queryset(reports, report_rows, ordering="-period", keys=NEWEST_FIRST, cursor=cursor, size=size)
        return page_reply(request, page, fields)

    @extend_schema(
        operation_id="task_reports_create",
        summary=_("起草进展报送"),
        request=NewReportSerializer,
        responses={201: ReportSerializer},
        tags=["reports"],
    )
    def post(self, request: Request, number: int) -> Response:
        task = self._task(number)
        entered = NewReportSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        period = self._period(entered.validated_data["period"])
        report = draft_report(task=task, period=period, content=entered.content(), by=request.user, now=clock.now())
        response = self.answer(report, status=201)
        response.headers["Location"] = reverse("api:report", args=[report.pk])
        return response

    def describe_error(self, error: Exception) -> dict[str, Any]:
        """The report that stands in the way."""
        if isinstance(error, ReportExistsError):
            return {"report": error.report.pk}
        return super().describe_error(error)

    def _task(self, number: int) -> Task:
        task = Task.objects.visible_to(self.request.user).current().filter(number=number).first()
        if task is None:
            raise Http404
        return task

    def _period(self, code: str) -> Period:
        period = Period.objects.visible_to(self.request.user).filter(code=code).first()
        if period is None:
            raise InvalidError({"period": [gettext("没有这个报送期；可用的见 /api/v1/periods/。")]})
        return period


class ReportView(ReportsView):
    """GET, PUT and PATCH /reports/{id}/."""

    def object_version(self, request: Request) -> str:
        found = self.reports().filter(pk=self.kwargs["pk"]).values_list("pk", "version").first()
        return object_name(KIND, *found) if found else ""

    @extend_schema(operation_id="reports_read", summary=_("进展报送"), responses=ReportSerializer, tags=["reports"])
    def get(self, request: Request, pk: int) -> Response:
        return Response(self.row(pk))

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
        return self.answer(saved)


def _changed(report: Report, values: dict[str, Any]) -> ReportContent:
    """What the report says with some of it changed; what it said belongs to the version that the action checks."""
    stood = {**{name: getattr(report, name) for name in CONTENT_FIELDS}, "ask_to": report.ask_to_id or ""}
    return ReportContent(**{name: values.get(name, stood[name]) for name in CONTENT_FIELDS})
