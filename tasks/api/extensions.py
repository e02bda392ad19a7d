"""延期: the requests of one task and of all, one request, and what either side does with it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.objects import IF_MATCH, ObjectsMixin, VerbMixin, documented_verb
from common.api.paging import MAX_PAGE_SIZE, PAGE_SIZE, Key, page_queryset
from common.api.replies import FIELDS, PAGING, PAGING_NAMES, page_reply
from common.api.serializers import InputSerializer, NothingSerializer
from tasks.actions import (
    ExtensionInput,
    draft_extension,
    grant_extension,
    refuse_extension,
    save_extension,
    send_extension,
    withdraw_extension,
)
from tasks.actions.extensions import ExtensionExistsError
from tasks.api.base import TasksView
from tasks.api.filters import BY_AGENCY, BY_TASK, narrow, one_of, read_agencies, read_tasks
from tasks.models import Extension, ExtensionQuerySet
from tasks.readers import extension_rows
from tasks.serializers import (
    ExtensionContentSerializer,
    ExtensionPageSerializer,
    ExtensionSerializer,
    GrantSerializer,
    RefusalSerializer,
)
from tasks.status import ExtensionStatus

Row = dict[str, Any]
EXTENSION_FIELDS = tuple(ExtensionSerializer().fields)
CONTENT_FIELDS = tuple(ExtensionContentSerializer().fields)
NEWEST_FIRST = (Key("pk", lambda row: row["id"], descending=True, is_always_there=True),)


class ExtensionsView(ObjectsMixin, TasksView):
    """A view of requests to move a deadline."""

    kind: ClassVar[str] = "x"

    def visible(self) -> ExtensionQuerySet:
        return Extension.objects.visible_to(self.request.user).filter(task__plan__is_current=True)

    def rows(self, objects: ExtensionQuerySet) -> list[Row]:
        return extension_rows(objects, on=clock.today())

    def answer_page(self, request: Request, wanted: dict[str, Any]) -> Response:
        """A page of the requests with the wanted values, the newest first."""
        fields = self.read.names("fields", known=EXTENSION_FIELDS)
        size = self.read.integer("page_size", default=PAGE_SIZE, least=1, most=MAX_PAGE_SIZE)
        cursor = self.read.text("cursor")
        self.read.check()
        found = narrow(self.visible(), wanted)
        page = page_queryset(found, self.rows, ordering="-id", keys=NEWEST_FIRST, cursor=cursor, size=size)
        return page_reply(request, page, fields)


class ExtensionListView(ExtensionsView):
    """GET /extensions/."""

    known_parameters = ("status", "task", "agency", "fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="extensions_list",
        summary=_("延期申请"),
        description=_("同意的延期人人可见；本单位的和报到办公室的申请需要相应权限。最近的在前。"),
        parameters=[one_of("status", ExtensionStatus.values, _("状态。")), BY_TASK, BY_AGENCY, FIELDS, *PAGING],
        responses=ExtensionPageSerializer,
        tags=["extensions"],
    )
    def get(self, request: Request) -> Response:
        wanted = {
            "status__in": self.read.names("status", known=ExtensionStatus.values),
            "task__number__in": read_tasks(self.read, request),
            "lead_code__in": read_agencies(self.read, request),
        }
        return self.answer_page(request, wanted)


class TaskExtensionsView(ExtensionsView):
    """GET and POST /tasks/{number}/extensions/."""

    known_parameters = ("fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="task_extensions_list",
        summary=_("一项任务的延期申请"),
        parameters=[FIELDS, *PAGING],
        responses=ExtensionPageSerializer,
        tags=["extensions"],
    )
    def get(self, request: Request, number: int) -> Response:
        return self.answer_page(request, {"task__in": [self.find_task(number)]})

    @extend_schema(
        operation_id="task_extensions_create",
        summary=_("起草延期申请"),
        request=ExtensionContentSerializer,
        responses={201: ExtensionSerializer},
        tags=["extensions"],
    )
    def post(self, request: Request, number: int) -> Response:
        task = self.find_task(number)
        entered = ExtensionContentSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        content = ExtensionInput(**entered.validated_data)
        extension = draft_extension(task=task, entered=content, by=request.user, now=clock.now())
        response = self.answer(extension.pk, status=201)
        response.headers["Location"] = reverse("api:extension", args=[extension.pk])
        return response

    def describe_error(self, error: Exception) -> Row:
        """The request that stands in the way."""
        if isinstance(error, ExtensionExistsError):
            return {"extension": error.extension.pk}
        return super().describe_error(error)


class ExtensionView(ExtensionsView):
    """GET, PUT and PATCH /extensions/{id}/."""

    @extend_schema(
        operation_id="extensions_read", summary=_("一份延期申请"), responses=ExtensionSerializer, tags=["extensions"]
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)

    @extend_schema(
        operation_id="extensions_save",
        summary=_("保存延期申请草稿"),
        parameters=[IF_MATCH],
        request=ExtensionContentSerializer,
        responses=ExtensionSerializer,
        tags=["extensions"],
    )
    def put(self, request: Request, pk: int) -> Response:
        return self._save(request, pk, is_partial=False)

    @extend_schema(
        operation_id="extensions_change",
        summary=_("修改延期申请草稿的几项"),
        parameters=[IF_MATCH],
        request=ExtensionContentSerializer,
        responses=ExtensionSerializer,
        tags=["extensions"],
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self._save(request, pk, is_partial=True)

    def _save(self, request: Request, pk: int, *, is_partial: bool) -> Response:
        extension = self.seen(pk)
        version = self.read_version(request, pk)
        entered = ExtensionContentSerializer(data=request.data, partial=is_partial)
        entered.is_valid(raise_exception=True)
        stood = {name: getattr(extension, name) for name in CONTENT_FIELDS}  # of the version that the action checks
        content = ExtensionInput(**{**stood, **entered.validated_data})
        save_extension(extension=extension, entered=content, version=version, by=request.user, now=clock.now())
        return self.answer(pk)


class VerbView(VerbMixin, ExtensionsView):
    """POST /extensions/{id}/<verb>/."""

    noun: ClassVar[str] = "extension"


def _documented(operation: str, summary: Any, serializer: type[InputSerializer]) -> Callable[..., Any]:
    return documented_verb(operation, summary, serializer, ExtensionSerializer, tag="extensions")


@_documented("extensions_send", _("审签报出延期申请"), NothingSerializer)
class SendExtensionView(VerbView):
    act = staticmethod(send_extension)
    input_serializer = NothingSerializer


@_documented("extensions_withdraw", _("撤回延期申请"), NothingSerializer)
class WithdrawExtensionView(VerbView):
    act = staticmethod(withdraw_extension)
    input_serializer = NothingSerializer


@_documented("extensions_grant", _("同意延期"), GrantSerializer)
class GrantExtensionView(VerbView):
    act = staticmethod(grant_extension)
    input_serializer = GrantSerializer


def _refuse(*, decision: str, **values: Any) -> Extension:
    """The answer is one field, whichever it is; the action calls this one a reason."""
    return refuse_extension(reason=decision, **values)


@_documented("extensions_refuse", _("不同意延期"), RefusalSerializer)
class RefuseExtensionView(VerbView):
    act = staticmethod(_refuse)
    input_serializer = RefusalSerializer
