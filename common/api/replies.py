"""How lists are answered, and the parameters that all of them share."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.paging import MAX_PAGE_SIZE, PAGE_SIZE, Page

Row = dict[str, Any]

SIZES = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
PAGING = [
    OpenApiParameter("cursor", description=_("下一页或上一页的位置，取自 next 或 previous。")),
    OpenApiParameter("page_size", SIZES),
]
FIELDS = OpenApiParameter("fields", description=_("只要这些字段，用逗号分隔。"))
PAGING_NAMES = ("cursor", "page_size")


def pick(row: Row, fields: Sequence[str]) -> Row:
    """The row with these fields alone; the whole row when none is named."""
    return {name: row[name] for name in fields} if fields else row


def page_reply(request: Request, page: Page, fields: Sequence[str], **members: Any) -> Response:
    """One page of a list with the addresses of its neighbours."""
    return Response({
        "next": _address(request, page.next),
        "previous": _address(request, page.previous),
        **members,
        "results": [pick(row, fields) for row in page.rows],
    })  # fmt: skip


def _address(request: Request, cursor: str | None) -> str | None:
    """The address of this list at another place, with everything else that was asked for."""
    if cursor is None:
        return None
    params = request.query_params.copy()
    params["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")
