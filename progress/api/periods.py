"""Reading periods, and progress summed up."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.texts import join_words
from ledger.models import Event
from progress.models import Period
from progress.readers.periods import period_list
from progress.readers.summary import DIMENSIONS, summary_rows, summary_rows_as_of
from progress.serializers import PeriodSerializer, SummarySerializer
from tasks.api import TasksView
from tasks.api.base import AS_OF
from tasks.models import Task


class PeriodsView(TasksView):
    """GET /periods/."""

    @extend_schema(
        operation_id="periods_list", summary=_("报送期"), responses=PeriodSerializer(many=True), tags=["reports"]
    )
    def get(self, request: Request) -> Response:
        return Response(period_list(Period.objects.visible_to(request.user), on=clock.today()))


class SummaryView(TasksView):
    """GET /progress/summary/."""

    known_parameters = ("by", "as_of")

    @extend_schema(
        operation_id="progress_summary",
        summary=_("按一个维度汇总进展"),
        description=_("按单位（agency）和片区（zone）汇总时，一项任务在它的每个单位、每个片区各计一次。"),
        parameters=[
            OpenApiParameter("by", enum=list(DIMENSIONS), required=True, description=_("维度。")),
            AS_OF,
        ],
        responses=SummarySerializer(many=True),
        tags=["progress"],
    )
    def get(self, request: Request) -> Response:
        by = self.read.choice("by", known=DIMENSIONS)
        if by is None and "by" not in self.read.errors:
            self.read.take({"by": [gettext("请用 by 注明维度：%(known)s。") % {"known": join_words(DIMENSIONS)}]})
        past = self.read_as_of()
        self.read.check()
        tasks = Task.objects.visible_to(request.user).current()
        if past is None:
            return Response(summary_rows(tasks, by=by, on=clock.today()))
        return Response(summary_rows_as_of(tasks, Event.objects.visible_to(request.user), by=by, on=past))
