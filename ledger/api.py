"""The change feed, and what every view whose data the ledger follows has in common."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.views import ApiView
from ledger.models import Event
from ledger.readers import change_feed, last_sequence
from ledger.serializers import ChangesSerializer

CHANGES_SCOPE = "changes:read"
LIMIT = 200
MAX_LIMIT = 1000
MAX_SEQUENCE = 2**63 - 1
COUNT = {"type": "integer", "minimum": 0}


class LedgerView(ApiView):
    """A view whose answer changes only when the ledger grows."""

    newest = 0

    def data_version(self) -> str:
        self.newest = last_sequence()
        return str(self.newest)


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
    known_parameters = ("after", "limit")

    @extend_schema(
        operation_id="changes_list",
        summary=_("变更流"),
        description=_("按提交顺序、不缺号地给出变更，含删除；记住 last，下次从它取起，不会漏掉任何一条。"),
        parameters=[
            OpenApiParameter("after", {**COUNT, "default": 0}, description=_("上次收到的 last。")),
            OpenApiParameter("limit", {**COUNT, "minimum": 1, "maximum": MAX_LIMIT, "default": LIMIT}),
        ],
        responses=ChangesSerializer,
        tags=["changes"],
    )
    def get(self, request: Request) -> Response:
        after = self.read.integer("after", default=0, least=0, most=MAX_SEQUENCE)
        limit = self.read.integer("limit", default=LIMIT, least=1, most=MAX_LIMIT)
        self.read.check()
        events = Event.objects.visible_to(request.user)
        return Response(change_feed(events, after=after, limit=limit, newest=self.newest))
