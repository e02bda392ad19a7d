"""Filters that the lists of what belongs to tasks share: by task and by unit. Their codes are read when asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from agencies.models import Agency
from common.api.parameters import Parameters
from tasks.models import Task

CODES = {"type": "array", "items": {"type": "string"}}
BY_TASK = OpenApiParameter("task", CODES, explode=False, description=_("任务序号，可用逗号给出几个。"))
BY_AGENCY = OpenApiParameter("agency", CODES, explode=False, description=_("单位代码，可用逗号给出几个。"))


def one_of(name: str, known: Sequence[str], description: Any) -> OpenApiParameter:
    """A filter that takes several of a few known words."""
    items = {"type": "string", "enum": list(known)}
    return OpenApiParameter(name, {"type": "array", "items": items}, explode=False, description=description)


def read_tasks(read: Parameters, request: Request) -> list[str]:
    """The numbers of tasks that were asked for."""
    if "task" not in read.params:
        return []
    tasks = Task.objects.visible_to(request.user).current().order_by("number")
    return read.names("task", known=[str(number) for number in tasks.values_list("number", flat=True)])


def read_agencies(read: Parameters, request: Request) -> list[str]:
    """The codes of units that were asked for."""
    if "agency" not in read.params:
        return []
    agencies = Agency.objects.visible_to(request.user).order_by("order")
    return read.names("agency", known=list(agencies.values_list("code", flat=True)))


def narrow(rows: Any, wanted: Mapping[str, Sequence[str]]) -> Any:
    """The rows with one of the wanted values in each column; a column without wanted values narrows nothing."""
    return rows.filter(**{column: values for column, values in wanted.items() if values})
