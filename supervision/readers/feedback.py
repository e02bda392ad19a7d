"""意见反馈 as the office and whoever said it read it, and the counts of the frame around every page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Func, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agencies.models import User
from supervision.models import Feedback, FeedbackQuerySet, Message

Row = dict[str, Any]
SEEN = "feedback_seen"  # in the session: until when the answers have been looked at
NEWS = timedelta(days=7)  # so long an answer counts as news in the menu

_FIELDS = (
    "pk", "kind", "page", "text", "sent_at", "answer", "answered_at", "answered_by__name", "user", "user__name",
    "user__username", "user__is_demo", "user__agency__short_name", "user__agency__name_en",
)  # fmt: skip


def feedback_rows(feedback: FeedbackQuerySet) -> list[Row]:
    """What an already scoped queryset holds, in its order (one query)."""
    return [{**row, "kind_label": Feedback.Kind(row["kind"]).label} for row in feedback.values(*_FIELDS)]


def frame_counts(user: User, *, now: datetime, seen: datetime | None = None) -> dict[str, int]:
    """How many messages are unread, how much feedback waits for this person's answer, and how many answers to the own
    have come since they were last looked at, in the last days (one query together).
    """
    everything = Feedback.objects.visible_to(user)
    waiting = everything.waiting() if user.is_office or user.manages_people else everything.none()
    since = max(filter(None, (seen, now - NEWS)))
    counts = {
        "unread": _counted(Message.objects.visible_to(user).unread()),
        "waiting": _counted(waiting),
        "answers": _counted(everything.filter(user=user.pk, answered_at__gt=since)),
    }
    found = User.objects.filter(pk=user.pk).values(**counts).first()
    return found or dict.fromkeys(counts, 0)


def _counted(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")), 0)
