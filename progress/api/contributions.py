"""配合情况: what a unit gives to the lead of a task that it supports."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.replies import FIELDS, PAGING, PAGING_NAMES
from common.errors import StaleVersionError, require
from progress.actions import give_contribution
from progress.actions.contributions import ContributionExistsError
from progress.api.base import NamedView, PagesMixin, codes
from progress.filters import ORDERINGS, known_if, period_codes
from progress.models import Contribution, Period
from progress.models.contribution import ContributionQuerySet
from progress.permissions import can_contribute
from progress.readers.told import contribution_rows
from progress.serializers import ContributionPageSerializer, ContributionSerializer, PartSerializer
from tasks.models import Task

Row = dict[str, Any]

NEWEST_FIRST = "-period"
MAY_MATCH = OpenApiParameter(
    "If-Match",
    location=OpenApiParameter.HEADER,
    description=_("修改已反馈的内容时：所依据的版本（ETag，或正文中的 version，如 \"3\"）。首次反馈时不给。"),
)  # fmt: skip


class ContributionsView(PagesMixin, NamedView):
    """A view of contributions."""

    kind: ClassVar[str] = "c"
    row_fields = tuple(ContributionSerializer().fields)

    def visible(self) -> ContributionQuerySet:
        return Contribution.objects.visible_to(self.request.user)

    def rows(self, objects: Any) -> list[Row]:
        return contribution_rows(objects)


class TaskContributionsView(ContributionsView):
    """GET and POST /tasks/{number}/contributions/."""

    known_parameters = ("period", "fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="task_contributions_list",
        summary=_("一项任务的配合情况"),
        description=_("本单位的；牵头单位和办公室看到各配合单位的。最近的报送期在前。"),
        parameters=[codes("period", _("报送期，可用逗号给出几个。")), FIELDS, *PAGING],
        responses=ContributionPageSerializer,
        tags=["contributions"],
    )
    def get(self, request: Request, number: int) -> Response:
        wanted = known_if(self.read, "period", period_codes)
        given = self.visible().filter(task=self.task(number), **({"period__in": wanted} if wanted else {}))
        return self.page(request, lambda: given, ordering=NEWEST_FIRST, keys=ORDERINGS[NEWEST_FIRST])

    @extend_schema(
        operation_id="task_contributions_give",
        summary=_("反馈配合情况"),
        description=_("首次反馈应答 201；用 If-Match 注明版本时修改已反馈的，应答 200。牵头单位报出前都可以改。"),
        parameters=[MAY_MATCH],
        request=PartSerializer,
        responses={200: ContributionSerializer, 201: ContributionSerializer},
        tags=["contributions"],
    )
    def post(self, request: Request, number: int) -> Response:
        task = self.task(number)
        entered = PartSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        values = {**entered.validated_data, "period": self.period(entered.validated_data["period"])}
        version = self._version(request, task, values["period"])
        given = give_contribution(task=task, version=version, by=request.user, now=clock.now(), **values)
        response = self.answer(given.pk, status=200 if version else 201)
        response.headers["Location"] = reverse("api:contribution", args=[given.pk])
        return response

    def _version(self, request: Request, task: Task, period: Period) -> int | None:
        """The version a change was made from, None for a first contribution; of nothing there is no version."""
        if "If-Match" not in request.headers:
            return None
        own = self.visible().filter(task=task, period=period, agency=request.user.agency_id).first()
        version = self.read_version(request, own.pk if own else 0)
        if own is None:
            require(can_contribute(request.user, task))
            raise StaleVersionError
        return version

    def describe_error(self, error: Exception) -> Row:
        """What the unit has given already."""
        if isinstance(error, ContributionExistsError):
            return {"contribution": error.contribution.pk}
        return super().describe_error(error)


class ContributionView(ContributionsView):
    """GET /contributions/{id}/."""

    @extend_schema(
        operation_id="contributions_read",
        summary=_("配合情况"),
        responses=ContributionSerializer,
        tags=["contributions"],
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)
