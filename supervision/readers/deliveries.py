"""每一次送达和不送达: what went out or did not, to whom, when, and why; for the office."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, TextChoices
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from supervision.models import Channel, Delivery, DeliveryQuerySet, Level, Reason, Suppression
from supervision.models.delivery import PENDING
from supervision.readers.planning import DayPlan
from tasks.models import Assignment, Task

Row = dict[str, Any]
PAGE_SIZE = 50


class State(TextChoices):
    """送达状态: where a delivery stands; derived, never stored."""

    WAITING = "waiting", _("待送达")
    RETRYING = "retrying", _("失败，将重试")
    DONE = "done", _("已送达")
    DEAD = "dead", _("多次失败，已放弃")
    SUPPRESSED = "suppressed", _("未发")


_CONDITIONS = {
    State.WAITING: PENDING & Q(attempts=0),
    State.RETRYING: PENDING & Q(attempts__gt=0),
    State.DONE: Q(done_at__isnull=False),
    State.DEAD: Q(dead_at__isnull=False),
    State.SUPPRESSED: Q(suppressed_at__isnull=False),
}
_FIELDS = (
    "pk", "dedupe_key", "channel", "level", "reason", "payload", "attempts", "last_error", "suppressed_reason",
    "created_at", "due_at", "done_at", "dead_at", "suppressed_at", "digest", "digest__on", "notice",
    "notice__year", "notice__serial", "bulletin", "endpoint__name", "recipient__name", "recipient__username",
    "recipient__agency__short_name", "recipient__agency__name_en", "task", "task__number", "task__title",
    "task__title_en", "task__is_demo",
)  # fmt: skip


def find_deliveries(
    deliveries: DeliveryQuerySet,
    *,
    state: str = "",
    channel: str = "",
    level: int | None = None,
    task: int | None = None,
    person: str = "",
    since: date | None = None,
    until: date | None = None,
) -> DeliveryQuerySet:
    """Those of an already scoped queryset that a filter asks for. Days are those on which a reminder arose."""
    found = deliveries
    if state:
        found = found.filter(_CONDITIONS[State(state)])
    for name, value in {"channel": channel or None, "level": level, "task__number": task}.items():
        if value is not None:
            found = found.filter(**{name: value})
    for word in person.split():
        found = found.filter(Q(recipient__name__icontains=word) | Q(recipient__username__icontains=word))
    if since:
        found = found.filter(created_at__gte=_midnight(since))
    return found.filter(created_at__lt=_midnight(until + timedelta(days=1))) if until else found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_default_timezone())


def delivery_page(deliveries: DeliveryQuerySet, *, before: int | None = None) -> tuple[list[Row], int | None]:
    """The newest, or the newest before a row; and the row before which the next page begins, None at the end.

    However long the history, a page costs the same (one query).
    """
    if before:
        deliveries = deliveries.filter(pk__lt=before)
    found = list(deliveries.order_by("-pk").values(*_FIELDS)[: PAGE_SIZE + 1])
    rows = [delivery_row(row) for row in found[:PAGE_SIZE]]
    return rows, rows[-1]["id"] if len(found) > PAGE_SIZE else None


def delivery_rows(deliveries: DeliveryQuerySet) -> list[Row]:
    """All of an already scoped and small queryset, in its order (one query)."""
    return [delivery_row(row) for row in deliveries.values(*_FIELDS)]


def delivery_row(row: Row) -> Row:
    """A row of the database as people read it."""
    state = _state(row)
    return {
        "id": row["pk"],
        "key": row["dedupe_key"],
        "channel": row["channel"],
        "channel_label": str(Channel(row["channel"]).label),
        "level": row["level"],
        "level_label": str(Level(row["level"]).label),
        "reason_label": str(Reason(row["reason"]).label),
        "limit": row["payload"].get("limit", ""),
        "period": row["payload"].get("period", ""),
        "is_copy": bool(row["payload"].get("copy")),
        "to": row["endpoint__name"] or row["recipient__name"] or row["recipient__username"],
        "unit": row["recipient__agency__short_name"] or "",
        "unit_en": row["recipient__agency__name_en"] or "",
        "task": _task(row),
        "notice": row["notice"],
        "notice_number": f"{row['notice__year']}-{row['notice__serial']}" if row["notice__serial"] else "",
        "bulletin": row["bulletin"],
        "digest": row["digest"],
        "digest_on": row["digest__on"],
        "state": state.value,
        "state_label": str(state.label),
        "why": str(Suppression(row["suppressed_reason"]).label) if row["suppressed_reason"] else "",
        "attempts": row["attempts"],
        "error": row["last_error"],
        "created_at": row["created_at"],
        "due_at": row["due_at"],
        "ended_at": row["done_at"] or row["dead_at"] or row["suppressed_at"],
    }


def _task(row: Row) -> Row | None:
    if row["task"] is None:
        return None
    return {name: row[f"task__{name}"] for name in ("number", "title", "title_en", "is_demo")}


def _state(row: Row) -> State:
    ended = {State.DONE: "done_at", State.DEAD: "dead_at", State.SUPPRESSED: "suppressed_at"}
    for state, name in ended.items():
        if row[name]:
            return state
    return State.RETRYING if row["attempts"] else State.WAITING


def dead_count(deliveries: DeliveryQuerySet) -> int:
    """How many of an already scoped queryset were given up and wait for the office (one query over a small index)."""
    return deliveries.dead().count()


def unreached_rows(day_plan: DayPlan) -> list[Row]:
    """The steps of a day that nobody is there to get, by task (two queries)."""
    clocks = [(step, day_plan.clocks[step.clock_key]) for step in day_plan.unreached]
    tasks = Task.objects.in_bulk({clock.task for _step, clock in clocks if clock.task})
    leads = dict(_lead_names(tasks))
    rows = [
        {
            "task": tasks.get(clock.task),
            "lead": leads.get(clock.task, ""),
            "level_label": str(Level(step.level).label),
            "reason_label": str(Reason(step.reason).label),
            "limit": clock.limit,
        }
        for step, clock in clocks
    ]
    return sorted(rows, key=lambda row: (row["limit"], row["task"].number if row["task"] else 0))


def _lead_names(tasks: Iterable[int]) -> Iterable[tuple[int, str]]:
    links = Assignment.objects.filter(task__in=list(tasks), role=Assignment.Role.LEAD)
    return links.values_list("task", "agency__short_name")


def parts_of_digest(delivery: Delivery) -> list[Row]:
    """What goes or went out in the same mail; empty for what goes by itself."""
    if delivery.digest_id is None:
        return []
    return delivery_rows(Delivery.objects.filter(digest=delivery.digest_id).order_by("pk"))
