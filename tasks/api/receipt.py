"""What is done with a task itself: 签收, and the other changes of its state."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.conditional import object_name
from common.api.objects import IF_MATCH, ObjectsMixin
from common.api.serializers import InputSerializer, NothingSerializer
from tasks.actions import change_status
from tasks.api.base import TasksView
from tasks.models import Task, TaskQuerySet
from tasks.readers import task_detail
from tasks.serializers import StatusChangeSerializer, TaskDetailSerializer

Row = dict[str, Any]


class TaskChangeView(ObjectsMixin, TasksView):
    """A change of one task, which is named by its number."""

    kind: ClassVar[str] = "t"

    def visible(self) -> TaskQuerySet:
        return Task.objects.visible_to(self.request.user).current()

    def rows(self, objects: TaskQuerySet) -> list[Row]:
        numbers = list(objects.values_list("number", flat=True))
        return [task_detail(objects, number=number, on=clock.today()) for number in numbers]

    def change(self, request: Request, number: int, serializer: type[InputSerializer], **fixed: str) -> Response:
        """One change of the transition table, and the task as it stands then."""
        task = self.find_task(number)
        version = self.read_version(request, number)
        entered = serializer(data=request.data)
        entered.is_valid(raise_exception=True)
        values: Row = {**fixed, **entered.validated_data}
        change_status(task=task, version=version, by=request.user, now=clock.now(), **values)
        row = self.row(task.pk)
        self.named = object_name(self.kind, number, row["version"])
        return Response(row)


class ReceiptView(TaskChangeView):
    """POST /tasks/{number}/receipt/."""

    @extend_schema(
        operation_id="tasks_receive",
        summary=_("签收任务单"),
        parameters=[IF_MATCH],
        request=NothingSerializer,
        responses=TaskDetailSerializer,
        tags=["tasks"],
    )
    def post(self, request: Request, number: int) -> Response:
        return self.change(request, number, NothingSerializer, verb="receive")


class TaskStatusView(TaskChangeView):
    """POST /tasks/{number}/status/."""

    @extend_schema(
        operation_id="tasks_change_status",
        summary=_("变更任务状态"),
        description=_("按状态表办理；申请办结、退回和办结走办结申请，不在这里。"),
        parameters=[IF_MATCH],
        request=StatusChangeSerializer,
        responses=TaskDetailSerializer,
        tags=["tasks"],
    )
    def post(self, request: Request, number: int) -> Response:
        return self.change(request, number, StatusChangeSerializer)
