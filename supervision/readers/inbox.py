import re
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError
from supervision.models import Level, Message, MessageQuerySet
from supervision.wording import Wording
from tasks.models import Assignment

Row = dict[str, Any]

_FIELDS = (
    "pk", "task__number", "task__title", "task__title_en", "task__is_demo", "reason", "level", "payload", "created_at",
    "read_at", "delivery__notice", "delivery__bulletin", "lead_short_name", "lead_name_en",
)  # fmt: skip

RECENT = 8
_CURSOR = re.compile(r"(?P<part>unread|read)-(?P<pk>[0-9]{1,18})", re.ASCII)


def unread_count(user: User) -> int:
    """How many messages wait for this person."""
    return Message.objects.visible_to(user).unread().count()


def recent_unread(user: User) -> list[Row]:
    """The newest messages that wait for this person, under their tasks (one query)."""
    return by_task(message_rows(Message.objects.visible_to(user).unread()[:RECENT]))


def inbox_page(own: MessageQuerySet, *, show: str, after: str, size: int) -> tuple[list[Row], str]:
    """What is unread, then what is read, each newest first, and where the next page goes on; "" on the last.

    A page begins after a message, not at a number of rows: the last costs what the first does (three queries).
    """
    parts = ("unread",) if show == "unread" else ("unread", "read")
    begun = _CURSOR.fullmatch(after)
    if after and not (begun and begun["part"] in parts):
        raise InvalidError({"after": [_("没有这一页，请从第一页重新看。")]})
    rows: list[Row] = []
    for part in parts[parts.index(begun["part"]) if begun else 0 :]:
        found = own.filter(read_at__isnull=part == "unread").order_by("-created_at", "-pk")
        if begun and part == begun["part"]:
            found = _behind(found, own, int(begun["pk"]))
        rows += message_rows(found[: size + 1 - len(rows)]) if len(rows) <= size else []
    more = len(rows) > size
    rows = rows[:size]
    return rows, f"{'unread' if rows[-1]['is_unread'] else 'read'}-{rows[-1]['id']}" if more else ""


def _behind(found: MessageQuerySet, own: MessageQuerySet, pk: int) -> MessageQuerySet:
    """Those that come after the message with this number, whether or not it has been read meanwhile."""
    moment = own.filter(pk=pk).values_list("created_at", flat=True).first()
    return found.filter(Q(created_at__lt=moment) | Q(created_at=moment, pk__lt=pk)) if moment else found.none()


def message_rows(messages: MessageQuerySet) -> list[Row]:
    """Messages of an already scoped queryset, in its order, as a person reads them (one query)."""
    lead = Assignment.objects.filter(task=OuterRef("task"), role=Assignment.Role.LEAD)
    named = messages.annotate(
        lead_short_name=Subquery(lead.values("agency__short_name")[:1]),
        lead_name_en=Subquery(lead.values("agency__name_en")[:1]),
    )
    return [_row(row) for row in named.values(*_FIELDS)]


def _row(row: Row) -> Row:
    notice = Wording.of(row["reason"], row["payload"])
    return {
        "id": row["pk"],
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
            "is_demo": row["task__is_demo"],
            "lead": row["lead_name_en"] if get_language() == "en" else row["lead_short_name"],
        },
        "level": row["level"],
        "level_label": str(Level(row["level"]).label),
        "reason": row["reason"],
        "text": notice.sentence(),
        "advice": notice.advice(),
        "is_copy": notice.is_copy,
        "notice": row["delivery__notice"],
        "bulletin": row["delivery__bulletin"],
        "created_at": row["created_at"],
        "is_unread": row["read_at"] is None,
    }


def by_task(rows: list[Row]) -> list[Row]:
    """The messages under their tasks, in the order in which each task first comes. No query."""
    groups: dict[int | None, Row] = {}
    for row in rows:
        group = groups.setdefault(row["task"]["number"], {"task": row["task"], "messages": [], "unread": 0})
        group["messages"].append(row)
        group["unread"] += row["is_unread"]
    return list(groups.values())
