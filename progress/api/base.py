from collections.abc import Callable
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.objects import ObjectsMixin
from common.api.paging import MAX_PAGE_SIZE, PAGE_SIZE, Keys, page_queryset
from common.api.replies import page_reply
from common.errors import InvalidError
from progress.models import Closing, ClosingQuerySet, Period, Report, ReportQuerySet
from progress.readers import report_rows
from progress.readers.told import told_closings
from tasks.api import TasksView
from tasks.models import Task

Row = dict[str, Any]


def several(*known: str) -> dict[str, Any]:
    """The schema of a parameter that takes several codes with commas."""
    return {"type": "array", "items": {"type": "string", **({"enum": list(known)} if known else {})}}


def codes(name: str, description: Any, *known: str) -> OpenApiParameter:
    return OpenApiParameter(name, several(*known), explode=False, description=description)


class UnknownPeriodError(InvalidError):
    """没有这个报送期."""

    def __init__(self) -> None:
        super().__init__({"period": [gettext("没有这个报送期；可用的见 /api/v1/periods/。")]})


class NamedView(TasksView):
    """A view whose address or body names a task or a period."""

    def task(self, number: int) -> Task:
        task = Task.objects.visible_to(self.request.user).current().filter(number=number).first()
        if task is None:
            raise Http404
        return task

    def period(self, code: str) -> Period:
        period = Period.objects.visible_to(self.request.user).filter(code=code).first()
        if period is None:
            raise UnknownPeriodError
        return period


class PagesMixin(ObjectsMixin):
    """A list of objects that is handed out in pages."""

    row_fields: ClassVar[tuple[str, ...]]

    def page(self, request: Request, find: Callable[[], Any], *, ordering: str, keys: Keys) -> Response:
        """The page that was asked for, of what `find` gives once all parameters are known to be right.

        Raises ParametersError for whatever was wrong with them.
        """
        fields = self.read.names("fields", known=self.row_fields)
        size = self.read.integer("page_size", default=PAGE_SIZE, least=1, most=MAX_PAGE_SIZE)
        self.read.check()
        place = {"ordering": ordering, "keys": keys, "cursor": self.read.text("cursor"), "size": size}
        return page_reply(request, page_queryset(find(), self.rows, **place), fields)


class ReportsView(ObjectsMixin, NamedView):
    """A view of reports."""

    kind: ClassVar[str] = "r"

    def visible(self) -> ReportQuerySet:
        return Report.objects.visible_to(self.request.user)

    def rows(self, objects: Any) -> list[Row]:
        return report_rows(objects)


class ClosingsView(ObjectsMixin, NamedView):
    """A view of closing requests."""

    kind: ClassVar[str] = "k"

    def visible(self) -> ClosingQuerySet:
        return Closing.objects.visible_to(self.request.user)

    def rows(self, objects: Any) -> list[Row]:
        return told_closings(objects)
