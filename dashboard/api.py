"""日历订阅: a calendar program reads it by its address, which holds the token."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from agencies.authentication import client_address, find_token
from agencies.models import ApiToken, User
from agencies.roles import Scope
from common import clock
from common.errors import NotAllowedError
from dashboard.exports import calendar_file
from dashboard.readers.feed import calendar_feed
from tasks.api import TasksView

MEDIA_TYPE = "text/calendar"


class AddressAuthentication(BaseAuthentication):
    """`?token=`: addresses are kept and passed on, so that only a token good for nothing but the calendar is taken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Raises what `find_token` raises, and NotAllowedError for a token that lets more through."""
        text = request.query_params.get("token", "").strip()
        if not text or "Authorization" in request.headers:
            return None
        row = find_token(text, address=client_address(request), moment=clock.now())
        if row.scopes != [Scope.CALENDAR.value]:
            words = gettext(
                "地址里只能放仅有“订阅日历”（calendar:read）一项权限的令牌：地址会留在浏览器和代理的记录里。"
                "这个令牌权限更多，请改放在 Authorization 中，并考虑更换它。"
            )
            raise NotAllowedError(words)
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class AddressScheme(OpenApiAuthenticationExtension):
    """Told as the query parameter that it is."""

    target_class = AddressAuthentication
    name = "calendarToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "query",
            "name": "token",
            "description": gettext("仅有 calendar:read 权限的令牌。"),
        }


class CalendarView(TasksView):
    """GET /calendar.ics."""

    authentication_classes = (AddressAuthentication, *TasksView.authentication_classes)
    read_scopes = (Scope.CALENDAR.value, *TasksView.read_scopes)
    known_parameters = ("token",)

    @extend_schema(
        operation_id="calendar_read",
        summary=_("日历订阅"),
        description=_(
            "本单位牵头任务的时限、节点和报送时限，以及所配合任务的配合情况时限（iCalendar）；办公室和不属于单位的账号得到全部。"
            "已结束的任务不在其中。把带令牌的地址填进日历程序即可，建议每 6 小时取一次。"
        ),
        parameters=[
            OpenApiParameter("token", description=_("仅有 calendar:read 权限的令牌；其他令牌放在 Authorization 中。"))
        ],
        responses={(200, MEDIA_TYPE): {"type": "string"}},
        tags=["calendar"],
    )
    def get(self, request: Request) -> HttpResponse:
        self.read.text("token")
        self.read.check()
        body = calendar_file(calendar_feed(request.user, now=clock.now()))
        headers = {"Content-Disposition": 'inline; filename="gxftz.ics"'}
        return HttpResponse(body, content_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
