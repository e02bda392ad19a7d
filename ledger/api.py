"""The change feed, and what every view whose data the ledger follows has in common."""

import re
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.exports import JSON, NDJSON, ExportMixin, documented_export
from common.api.views import ApiView
from ledger.models import Event
from ledger.readers import MARK_LENGTH, change_feed, read_changes, read_head
from ledger.serializers import ChangesSerializer, EventSerializer

CHANGES_SCOPE = "changes:read"
LIMIT = 200
MAX_LIMIT = 1000
MAX_SEQUENCE = 2**63 - 1
COUNT = {"type": "integer", "minimum": 0}
AFTER = OpenApiParameter("after", {**COUNT, "default": 0}, description=_("上次收到的 last。"))
MARK = OpenApiParameter(
    "mark",
    {"type": "string", "pattern": f"^[0-9a-f]{{{MARK_LENGTH}}}$"},
    description=_("上次收到的 mark：系统从备份恢复过时，会以 unknown_sequence 拒绝，而不是漏掉变更。"),
)


class LedgerView(ApiView):
    """A view whose answer changes only when the ledger grows."""

    end: tuple[int, str] = (0, "")

    def data_version(self) -> str:
        """The last event, which has come with a token already; its hash tells two histories of one length apart."""
        token = self.request.auth
        self.end = (token.newest, token.newest_hash) if hasattr(token, "newest") else read_head()
        return " ".join(map(str, self.end))


class ReadsLedger(BasePermission):
    """Whoever may read some event: the auditor and the office all of them, others the public ones and their unit's."""

    message = _("您的岗位不能查看留痕。")

    def has_permission(self, request: Request, view: Any) -> bool:
        user: Any = request.user
        return user.reads_whole_ledger or user.reads_tasks


class ChangesView(LedgerView):
    """GET /changes/."""

    permission_classes = (*LedgerView.permission_classes, ReadsLedger)
    read_scopes = (CHANGES_SCOPE,)
    known_parameters = ("after", "mark", "limit")

    @extend_schema(
        operation_id="changes_list",
        summary=_("变更流"),
        description=_("按提交顺序、不缺号地给出变更，含删除；记住 last，下次从它取起，不会漏掉任何一条。"),
        parameters=[
            AFTER,
            MARK,
            OpenApiParameter("limit", {**COUNT, "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT}),
        ],
        responses=ChangesSerializer,
        tags=["changes"],
    )
    def get(self, request: Request) -> Response:
        after = self.read.integer("after", default=0, least=0, most=MAX_SEQUENCE)
        mark = self.read.text("mark") or ""
        limit = self.read.integer("limit", default=LIMIT, least=1, most=MAX_LIMIT)
        if mark and not re.fullmatch(f"[0-9a-f]{{{MARK_LENGTH}}}", mark):
            self.read.take({"mark": [gettext("请用上次应答里的 mark。")]})
        self.read.check()
        events = Event.objects.visible_to(request.user)
        return Response(change_feed(events, after=after, limit=limit, mark=mark, head=self.end))


class ChangesExportView(ExportMixin, LedgerView):
    """GET /changes/export/."""

    permission_classes = (*LedgerView.permission_classes, ReadsLedger)
    read_scopes = (CHANGES_SCOPE,)
    known_parameters = ("after", "format")
    formats = (JSON, NDJSON)
    file_name: ClassVar[tuple[str, Any]] = ("changes", _("变更流"))

    @documented_export(
        "changes_export", _("导出变更流"), EventSerializer, parameters=[AFTER], tag="exports", formats=formats
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        after = self.read.integer("after", default=0, least=0, most=MAX_SEQUENCE)
        form = self.read_format()
        self.read.check()
        events = Event.objects.visible_to(request.user)
        return self.send(read_changes(events, after=after, newest=self.end[0]), form)
