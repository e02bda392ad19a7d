from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from common import clock
from common.api.exports import ExportMixin, documented_export, in_batches, read_batches
from common.api.replies import FIELDS
from ledger.models import Event
from tasks.api.base import AS_OF, TasksView
from tasks.api.tasks import FILTERS, ROW_FIELDS
from tasks.exports import task_columns
from tasks.filters import TaskFilter, read_iso_date
from tasks.models import Task
from tasks.readers import task_rows, task_rows_as_of
from tasks.serializers import TaskRowSerializer

Row = dict[str, Any]


class TaskExportView(ExportMixin, TasksView):
    """GET /tasks/export/."""

    known_parameters = (*TaskFilter.KNOWN, "as_of", "fields", "format")
    file_name: ClassVar[tuple[str, Any]] = ("tasks", _("任务台账"))

    @documented_export(
        "tasks_export", _("导出任务台账"), TaskRowSerializer, parameters=[*FILTERS, AS_OF, FIELDS], tag="exports"
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        past = self.read_as_of()
        wanted = TaskFilter(request.query_params, past or clock.today(), read_day=read_iso_date)
        self.read.take(wanted.errors)
        fields = self.read.names("fields", known=ROW_FIELDS)
        form = self.read_format()
        self.read.check()
        return self.send(self._batches(wanted, past), form, columns=task_columns(), fields=fields)

    def _batches(self, wanted: TaskFilter, past: date | None) -> Iterator[list[Row]]:
        """A past day is rebuilt from the ledger as a whole, as for the list: the tasks of a plan are few."""
        tasks = Task.objects.visible_to(self.request.user).current()
        if past is None:
            return read_batches(wanted.apply(tasks), lambda found: task_rows(found, on=wanted.on), key="number")
        events = Event.objects.visible_to(self.request.user)
        return in_batches(wanted.keep(task_rows_as_of(wanted.search(tasks), events, on=past)))
