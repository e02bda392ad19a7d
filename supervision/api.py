"""What is late now."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from supervision.models import Level
from supervision.readers import levels_reached
from supervision.serializers import OverdueSerializer
from tasks.api import TasksView
from tasks.models import Task
from tasks.readers import late_rows


class OverdueView(TasksView):
    """GET /overdue/."""

    @extend_schema(
        operation_id="overdue_list",
        summary=_("超期任务"),
        description=_("现在超期的任务，最久的在前。"),
        responses=OverdueSerializer(many=True),
        tags=["tasks"],
    )
    def get(self, request: Request) -> Response:
        tasks = Task.objects.visible_to(request.user).current()
        rows = late_rows(tasks, on=clock.today())
        levels = levels_reached((row["pk"], row["due_date"]) for row in rows)
        return Response([_with_level(row, levels.get(row.pop("pk"))) for row in rows])


def _with_level(row: dict[str, Any], level: int | None) -> dict[str, Any]:
    return {**row, "level": level, "level_label": str(Level(level).label) if level else None}
