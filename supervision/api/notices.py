"""督办通知: those that one may see, one of them, and what the office and the unit do with it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.objects import ObjectsMixin, VerbMixin, documented_verb
from common.api.paging import MAX_PAGE_SIZE, PAGE_SIZE, Key, page_queryset
from common.api.replies import FIELDS, PAGING, PAGING_NAMES, page_reply
from common.api.serializers import InputSerializer, NothingSerializer
from common.errors import require
from supervision.actions import answer_notice, confirm_notice, decline_notice, issue_notice, receive_notice
from supervision.models import Notice, NoticeQuerySet
from supervision.permissions import can_see_notices
from supervision.readers.notice_records import notice_records
from supervision.serializers import (
    AnswerSerializer,
    ConfirmSerializer,
    DeclineSerializer,
    IssueSerializer,
    NoticePageSerializer,
    NoticeSerializer,
)
from supervision.status import NOTICE_TRANSITIONS, NoticeStatus
from tasks.api import TasksView
from tasks.api.filters import BY_AGENCY, BY_TASK, narrow, one_of, read_agencies, read_tasks

Row = dict[str, Any]
NOTICE_FIELDS = tuple(NoticeSerializer().fields)
LEVELS = sorted({str(each.level) for each in NOTICE_TRANSITIONS})

ID = Key("pk", lambda row: row["id"], is_always_there=True)
SORT_KEYS: dict[str, Key] = {
    "drafted_at": Key("drafted_at", lambda row: row["drafted_at"], read=datetime.fromisoformat, is_always_there=True),
    "issued_at": Key("issued_at", lambda row: row["issued_at"], read=datetime.fromisoformat),
    "limit": Key("limit", lambda row: row["limit"], read=date.fromisoformat, is_always_there=True),
}
ORDERINGS: dict[str, tuple[Key, ...]] = {
    **{name: (key, ID) for name, key in SORT_KEYS.items()},
    **{f"-{name}": (key.reversed(), ID.reversed()) for name, key in SORT_KEYS.items()},
}
NEWEST_FIRST = "-drafted_at"


class NoticesView(ObjectsMixin, TasksView):
    """A view of notices."""

    kind: ClassVar[str] = "n"

    def visible(self) -> NoticeQuerySet:
        return Notice.objects.visible_to(self.request.user).filter(task__plan__is_current=True)

    def rows(self, objects: NoticeQuerySet) -> list[Row]:
        return notice_records(objects)


class NoticeListView(NoticesView):
    """GET /notices/."""

    known_parameters = ("level", "status", "task", "agency", "ordering", "fields", *PAGING_NAMES)

    @extend_schema(
        operation_id="notices_list",
        summary=_("督办通知"),
        description=_("办公室看到全部，含待签发的；单位看到发给本单位的，和本单位现在牵头的任务的。"),
        parameters=[
            one_of("level", LEVELS, _("级别。")),
            one_of("status", NoticeStatus.values, _("状态。")),
            BY_TASK,
            BY_AGENCY,
            OpenApiParameter("ordering", enum=list(ORDERINGS), default=NEWEST_FIRST, description=_("排序；缺值在后。")),
            FIELDS,
            *PAGING,
        ],
        responses=NoticePageSerializer,
        tags=["notices"],
    )
    def get(self, request: Request) -> Response:
        require(can_see_notices(request.user))
        notices = self._read_filters(request)
        ordering = self.read.choice("ordering", known=ORDERINGS) or NEWEST_FIRST
        fields = self.read.names("fields", known=NOTICE_FIELDS)
        size = self.read.integer("page_size", default=PAGE_SIZE, least=1, most=MAX_PAGE_SIZE)
        cursor, keys = self.read.text("cursor"), ORDERINGS[ordering]
        self.read.check()
        page = page_queryset(notices(), self.rows, ordering=ordering, keys=keys, cursor=cursor, size=size)
        return page_reply(request, page, fields)

    def _read_filters(self, request: Request) -> Callable[[], NoticeQuerySet]:
        """The notices that were asked for, once nothing is found wrong; of units, the one named or now leading."""
        wanted = {
            "level__in": self.read.names("level", known=LEVELS),
            "status__in": self.read.names("status", known=NoticeStatus.values),
            "task__number__in": read_tasks(self.read, request),
        }
        units = read_agencies(self.read, request)
        of_units = Q(agency__in=units) | Q(lead_code__in=units) if units else Q()
        return lambda: narrow(self.visible(), wanted).filter(of_units)


class NoticeView(NoticesView):
    """GET /notices/{id}/."""

    @extend_schema(operation_id="notices_read", summary=_("一份督办通知"), responses=NoticeSerializer, tags=["notices"])
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)


class VerbView(VerbMixin, NoticesView):
    """POST /notices/{id}/<verb>/."""

    noun: ClassVar[str] = "notice"


def _documented(operation: str, summary: Any, serializer: type[InputSerializer]) -> Callable[..., Any]:
    return documented_verb(operation, summary, serializer, NoticeSerializer, tag="notices")


@_documented("notices_confirm", _("确认发出催办单"), ConfirmSerializer)
class ConfirmNoticeView(VerbView):
    act = staticmethod(confirm_notice)
    input_serializer = ConfirmSerializer


@_documented("notices_issue", _("签发督办通知单"), IssueSerializer)
class IssueNoticeView(VerbView):
    act = staticmethod(issue_notice)
    input_serializer = IssueSerializer


@_documented("notices_decline", _("决定不发"), DeclineSerializer)
class DeclineNoticeView(VerbView):
    act = staticmethod(decline_notice)
    input_serializer = DeclineSerializer


@_documented("notices_receive", _("签收督办通知"), NothingSerializer)
class ReceiveNoticeView(VerbView):
    act = staticmethod(receive_notice)
    input_serializer = NothingSerializer


@_documented("notices_answer", _("答复督办通知"), AnswerSerializer)
class AnswerNoticeView(VerbView):
    act = staticmethod(answer_notice)
    input_serializer = AnswerSerializer
