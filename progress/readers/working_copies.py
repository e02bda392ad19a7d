"""What is being typed and not saved yet: one's own, to go on with it, and that colleagues are at it."""

from datetime import datetime, timedelta
from typing import Any

from agencies.models import User
from progress.models import Period, WorkingCopy
from tasks.models import Task

Row = dict[str, Any]

SEEN_FOR = timedelta(minutes=15)


def own_copy(user: User, task: Task, period: Period) -> WorkingCopy | None:
    """What this person has typed for a task and period and not saved (one query)."""
    return WorkingCopy.objects.visible_to(user).filter(user=user, task=task, period=period).first()


def copy_mark(copy: WorkingCopy | None) -> str:
    """Tells one keeping from the next, so that a window knows whether the last was its own; pure."""
    return str(copy.typed_at.timestamp()) if copy else ""


def copies_at_work(user: User, task: Task, period: Period, *, now: datetime) -> list[Row]:
    """Who else of the unit has typed for a task and period in the last quarter of an hour, the latest first (a query).

    Names and moments, never the text.
    """
    copies = WorkingCopy.objects.visible_to(user).filter(task=task, period=period, typed_at__gt=now - SEEN_FOR)
    return [
        {"unit": each.user.agency.label if each.user.agency else "", "name": each.user.name, "at": each.typed_at}
        for each in copies.exclude(user=user).select_related("user__agency")
    ]
