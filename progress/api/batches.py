"""批量报送: many reports in one request, each judged by itself."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.errors import problem_handler
from common.api.serializers import InputSerializer
from ledger.middleware import REFUSALS, record_refusal
from progress.actions import DraftItem, ReportContent, SubmitItem, submit_reports, write_reports
from progress.actions.drafting import ReportExistsError
from progress.api.base import ReportsView, Row, UnknownPeriodError
from progress.models import Period, Report
from progress.serializers import (
    BatchAnswerSerializer,
    BatchItemSerializer,
    BatchSerializer,
    ItemsSerializer,
    ReportContentSerializer,
    SubmittedBatchSerializer,
    SubmittedItemSerializer,
)
from tasks.models import Task

Outcome = Report | Exception

CONTENT_FIELDS = tuple(ReportContentSerializer().fields)


class BatchView(ReportsView):
    """POST with `items`: 200 with a result for each, in order; 400 only when the request as a whole is none."""

    item_serializer: ClassVar[type[InputSerializer]]
    refused: Sequence[int] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The answer as a whole is no refusal that would be traced, so those of the items are: as everywhere after the
        request's transaction, since a trace takes locks that nobody may wait for with the ledger's head in hand.
        """
        response = super().dispatch(request, *args, **kwargs)
        for status in self.refused:
            record_refusal(request, status)
        return response

    def post(self, request: Request) -> Response:
        entered = ItemsSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        read = [self._read(each) for each in entered.validated_data["items"]]
        self.look_up([each for each in read if not isinstance(each, Exception)])
        items = [each if isinstance(each, Exception) else self.make_item(each) for each in read]
        done = iter(self.act_on([each for each in items if not isinstance(each, Exception)]))
        outcomes = [each if isinstance(each, Exception) else next(done) for each in items]
        return self._answer(request, items, outcomes)

    def look_up(self, values: list[Row]) -> None:
        """Find what the items name, all at once."""
        raise NotImplementedError

    def make_item(self, values: Row) -> Any:
        """What the action takes for an item, or why it cannot have it."""
        raise NotImplementedError

    def act_on(self, items: list[Any]) -> list[Outcome]:
        raise NotImplementedError

    def _read(self, raw: Any) -> Row | ValidationError:
        entered = self.item_serializer(data=raw)
        try:
            entered.is_valid(raise_exception=True)
        except ValidationError as error:
            return error
        return entered.validated_data

    def _answer(self, request: Request, items: list[Any], outcomes: list[Outcome]) -> Response:
        done = [each.pk for each in outcomes if isinstance(each, Report)]
        rows = {row["id"]: row for row in self.rows(self.visible().filter(pk__in=done))} if done else {}
        results = [
            self._done(index, item, rows[outcome.pk])
            if isinstance(outcome, Report)
            else self._refused(index, item, outcome)
            for index, (item, outcome) in enumerate(zip(items, outcomes, strict=True))
        ]
        self.refused = sorted(REFUSALS & {each["status"] for each in results})
        return Response({"results": results})

    def _done(self, index: int, item: Any, row: Row) -> Row:
        status = 201 if item.version is None else 200
        return {"index": index, "status": status, "report": row, "problem": None}

    def _refused(self, index: int, item: Any, error: Exception) -> Row:
        """The body that this refusal would have alone, with pointers from the beginning of this request."""
        self.given_version = getattr(item, "version", None)
        body = problem_handler(error, {"view": self}).data
        errors = [{**each, "pointer": f"/items/{index}{each['pointer']}"} for each in body["errors"]]
        return {"index": index, "status": body["status"], "report": None, "problem": {**body, "errors": errors}}

    def describe_error(self, error: Exception) -> Row:
        """The report that stands in the way."""
        if isinstance(error, ReportExistsError):
            return {"report": error.report.pk}
        return super().describe_error(error)


class ReportBatchView(BatchView):
    """POST /reports/batch/."""

    item_serializer = BatchItemSerializer

    @extend_schema(
        operation_id="reports_batch",
        summary=_("批量起草或修改进展报送"),
        description=_(
            "最多 100 项，逐项办理，一项有误不影响其他项；应答 200，results 逐项给出结果。"
            "给出 version 的项修改现有草稿，不给的起草。全部在一个事务中，可用 Idempotency-Key 重发。"
        ),
        request=BatchSerializer,
        responses=BatchAnswerSerializer,
        tags=["reports"],
    )
    def post(self, request: Request) -> Response:
        return super().post(request)

    def look_up(self, values: list[Row]) -> None:
        user, numbers = self.request.user, {each["task"] for each in values}
        tasks = Task.objects.visible_to(user).current().filter(number__in=numbers)
        self.tasks = {each.number: each for each in tasks}
        self.periods = Period.objects.visible_to(user).in_bulk({each["period"] for each in values})

    def make_item(self, values: Row) -> DraftItem | Exception:
        task, period = self.tasks.get(values["task"]), self.periods.get(values["period"])
        if task is None:
            return Http404()
        if period is None:
            return UnknownPeriodError()
        content = ReportContent(**{name: values[name] for name in CONTENT_FIELDS})
        return DraftItem(task, period, content, values.get("version"))

    def act_on(self, items: list[DraftItem]) -> list[Any]:
        return write_reports(items=items, by=self.request.user, now=clock.now())


class SubmitBatchView(BatchView):
    """POST /reports/batch/submit/."""

    item_serializer = SubmittedItemSerializer

    @extend_schema(
        operation_id="reports_batch_submit",
        summary=_("批量审签报出"),
        description=_("最多 100 项，逐项审签报出，规则与单项相同；应答 200，results 逐项给出结果。"),
        request=SubmittedBatchSerializer,
        responses=BatchAnswerSerializer,
        tags=["reports"],
    )
    def post(self, request: Request) -> Response:
        return super().post(request)

    def look_up(self, values: list[Row]) -> None:
        self.reports = self.visible().in_bulk({each["report"] for each in values})

    def make_item(self, values: Row) -> SubmitItem | Exception:
        report = self.reports.get(values["report"])
        return SubmitItem(report, values["version"]) if report else Http404()

    def act_on(self, items: list[SubmitItem]) -> list[Any]:
        return submit_reports(items=items, by=self.request.user, now=clock.now())
