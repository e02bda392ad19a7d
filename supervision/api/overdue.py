"""What is late now."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.replies import FIELDS, pick
from supervision.models import Level
from supervision.readers import levels_reached, overdue_version
from supervision.serializers import OverdueSerializer
from tasks.api import TasksView
from tasks.api.tasks import FILTERS
from tasks.filters import TaskFilter, read_iso_date
from tasks.models import Task, TaskQuerySet
from tasks.readers import late_rows

OVERDUE_FIELDS = tuple(OverdueSerializer().fields)
NARROWING = ("pillar", "lead", "agency", "zone")


class OverdueView(TasksView):
    """GET /overdue/. Its levels are of what was delivered, which the ledger does not tell."""

    known_parameters = (*NARROWING, "fields")

    @extend_schema(
        operation_id="overdue_list",
        summary=_("超期任务"),
        description=_("现在超期的任务，最久的在前。"),
        parameters=[*(each for each in FILTERS if each.name in NARROWING), FIELDS],
        responses=OverdueSerializer(many=True),
        tags=["tasks"],
    )
    def get(self, request: Request) -> Response:
        today = clock.today()
        wanted = TaskFilter(request.query_params, today, read_day=read_iso_date)
        self.read.take({name: found for name, found in wanted.errors.items() if name in self.known_parameters})
        fields = self.read.names("fields", known=OVERDUE_FIELDS)
        self.read.check()
        rows = late_rows(wanted.narrow(self._tasks()), on=today)
        levels = levels_reached((row["pk"], row["due_date"]) for row in rows)
        return Response([pick(_with_level(row, levels.get(row.pop("pk"))), fields) for row in rows])

    def data_version(self) -> str:
        return overdue_version(self._tasks(), on=clock.today())

    def _tasks(self) -> TaskQuerySet:
        return Task.objects.visible_to(self.request.user).current()


def _with_level(row: dict[str, Any], level: int | None) -> dict[str, Any]:
    return {**row, "level": level, "level_label": str(Level(level).label) if level else None}
