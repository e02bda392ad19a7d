from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language

from agencies.models import User
from supervision.models import Level, Message, MessageQuerySet
from supervision.wording import Wording
from tasks.models import Assignment

Row = dict[str, Any]

_FIELDS = (
    "pk", "task__number", "task__title", "task__title_en", "task__is_demo", "reason", "level", "payload", "created_at",
    "read_at", "delivery__notice", "delivery__bulletin", "lead_short_name", "lead_name_en",
)  # fmt: skip


def unread_count(user: User) -> int:
    """How many messages wait for this person."""
    return Message.objects.visible_to(user).unread().count()


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
