from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.conditional import object_name
from common.api.paging import MAX_PAGE_SIZE, PAGE_SIZE, Page, page_queryset, page_rows
from common.api.replies import FIELDS, PAGING, PAGING_NAMES, page_reply, pick
from ledger.models import Event
from tasks.api.base import AS_OF, TasksView
from tasks.filters import ORDERINGS, TaskFilter, read_iso_date
from tasks.lights import WORST_FIRST
from tasks.models import Task, TaskQuerySet
from tasks.readers import task_detail, task_detail_as_of, task_rows, task_rows_as_of
from tasks.serializers import TaskDetailSerializer, TaskPageSerializer, TaskRowSerializer
from tasks.status import Status

ROW_FIELDS = tuple(TaskRowSerializer().fields)
DETAIL_FIELDS = tuple(TaskDetailSerializer().fields)


def _several(*known: str) -> dict[str, object]:
    items = {"type": "string", **({"enum": list(known)} if known else {})}
    return {"type": "array", "items": items}


FILTERS = [
    OpenApiParameter("pillar", _several(), explode=False, description=_("板块序号，可用逗号给出几个。")),
    OpenApiParameter("lead", _several(), explode=False, description=_("牵头单位代码。")),
    OpenApiParameter("agency", _several(), explode=False, description=_("牵头或配合的单位代码。")),
    OpenApiParameter("zone", _several(), explode=False, description=_("片区代码。")),
    OpenApiParameter("status", _several(*Status.values), explode=False, description=_("状态。")),
    OpenApiParameter("light", _several(*WORST_FIRST), explode=False, description=_("亮灯。")),
    OpenApiParameter("overdue", bool, description=_("是否超期。")),
    OpenApiParameter("due_before", date, description=_("现时限不晚于这一天。")),
    OpenApiParameter("due_after", date, description=_("现时限不早于这一天。")),
    OpenApiParameter("q", description=_("在序号、标题、正文和单位名称中查找，空格隔开的词都要找到。")),
    OpenApiParameter(
        "ordering", enum=list(ORDERINGS), default="number", description=_("排序；同值按序号，缺值在后。")
    ),
]  # fmt: skip


class TaskListView(TasksView):
    """GET /tasks/."""

    known_parameters = (*TaskFilter.KNOWN, "as_of", "fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="tasks_list",
        summary=_("任务台账"),
        parameters=[*FILTERS, AS_OF, FIELDS, *PAGING],
        responses=TaskPageSerializer,
        tags=["tasks"],
    )
    def get(self, request: Request) -> Response:
        past = self.read_as_of()
        on = past or clock.today()
        wanted = TaskFilter(request.query_params, on, read_day=read_iso_date)
        self.read.take(wanted.errors)
        fields = self.read.names("fields", known=ROW_FIELDS)
        size = self.read.integer("page_size", default=PAGE_SIZE, least=1, most=MAX_PAGE_SIZE)
        self.read.check()
        tasks = Task.objects.visible_to(request.user).current()
        page = self._page(tasks, wanted, size=size, is_past=past is not None)
        return page_reply(request, page, fields, as_of=on)

    def _page(self, tasks: TaskQuerySet, wanted: TaskFilter, *, size: int, is_past: bool) -> Page:
        place = {"ordering": wanted.ordering, "keys": wanted.keys, "cursor": self.read.text("cursor"), "size": size}
        if not is_past:
            return page_queryset(wanted.narrow(tasks), lambda found: task_rows(found, on=wanted.on), **place)
        events = Event.objects.visible_to(self.request.user)
        rows = task_rows_as_of(wanted.search(tasks), events, on=wanted.on)
        return page_rows(wanted.keep(rows), **place)


class TaskView(TasksView):
    """GET /tasks/{number}/. What stood on a past day has no name in its ETag: no change can be made from it."""

    known_parameters = ("as_of", "fields")

    @extend_schema(
        operation_id="tasks_read",
        summary=_("任务"),
        description=_(
            "用 as_of 取过去某天结束时的任务，原文、举措、节点和同意的延期也按留痕重现；那时还没有留痕的为 404。"
        ),
        parameters=[AS_OF, FIELDS],
        responses=TaskDetailSerializer,
        tags=["tasks"],
    )
    def get(self, request: Request, number: int) -> Response:
        fields = self.read.names("fields", known=DETAIL_FIELDS)
        past = self.read_as_of()
        self.read.check()
        try:
            row = self._row(number, past)
        except Task.DoesNotExist as error:
            raise Http404 from error
        if past is None:
            self.named = object_name("t", number, row["version"])
        return Response(pick(row, fields))

    def _row(self, number: int, past: date | None) -> dict[str, Any]:
        tasks = Task.objects.visible_to(self.request.user).current()
        if past is None:
            return task_detail(tasks, number=number, on=clock.today())
        return task_detail_as_of(tasks, Event.objects.visible_to(self.request.user), number=number, on=past)
