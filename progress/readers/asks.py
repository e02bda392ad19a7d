"""需协调事项: what is asked of whom, and what still waits for an answer."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from agencies.models import User
from agencies.readers import units_by_code
from progress.models import Ask
from progress.models.ask import AskQuerySet
from progress.status import RECEIVED
from tasks.models import Task

Row = dict[str, Any]

_FIELDS = (
    "pk", "task__number", "task__title", "task__title_en", "task__is_demo", "period", "status", "version", "ask",
    "ask_to", "ask_due_on", "answer", "answered_at", "answered_by__name", "answered_by__agency", "submitted_at",
    "lead_code", "is_demo",
)  # fmt: skip
ANSWERED_SHOWN = 20


def tasks_waiting_for_office(tasks: Iterable[Task | int]) -> set[int]:
    """Of these tasks (rows, keys or a queryset) the keys of those with an ask that the office has not answered."""
    return set(Ask.objects.open().to_office().filter(task__in=tasks).order_by().values_list("task", flat=True))


def pending_office_asks() -> set[int]:
    """The keys of all tasks that wait for the office's answer to an ask (one query)."""
    return set(Ask.objects.open().to_office().order_by().values_list("task", flat=True))


def ask_rows(user: User, *, on: date) -> dict[str, list[Row]]:
    """`to_answer`: open asks that are this person's to answer, the earliest limit first; `own`: what the person's unit
    has asked of others, the open ones first; `answered`: the latest that this person's side has answered.
    """
    seen = _seen(user)
    mine = seen.answerable_by(user)
    own = seen.led_by(user.agency_id) if user.drafts_for_agency else seen.none()
    answered = _rows(mine.exclude(answered_at=None).order_by("-answered_at")[:ANSWERED_SHOWN], on)
    asked = _rows(own.exclude(submitted_at=None).order_by("-submitted_at")[:ANSWERED_SHOWN], on)
    return {
        "to_answer": asks_to_answer(user, on=on),
        "answered": answered,
        "own": sorted(asked, key=lambda row: not row["is_open"]),
    }


def asks_to_answer(user: User, *, on: date) -> list[Row]:
    """Open asks that are this person's to answer, the earliest limit first."""
    return _rows(_seen(user).answerable_by(user).open().order_by("ask_due_on", "task__number"), on)


def _seen(user: User) -> AskQuerySet:
    return Ask.objects.visible_to(user).filter(task__plan__is_current=True)


def ask_row(asks: AskQuerySet, *, on: date) -> Row:
    """One ask of a scoped queryset that holds just it."""
    return _rows(asks, on)[0]


def _rows(asks: Any, on: date) -> list[Row]:
    rows = list(asks.values(*_FIELDS))
    units = {each.pk: each.label for each in units_by_code().values()} if rows else {}
    return [_row(row, units, on) for row in rows]


def _row(row: Row, units: dict[str, str], on: date) -> Row:
    due, is_open = row["ask_due_on"], row["answered_at"] is None
    return {
        "id": row["pk"],
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
            "is_demo": row["task__is_demo"],
        },
        **{name: row[name] for name in ("period", "version", "ask", "ask_to", "answer", "answered_at", "is_demo")},
        "lead": {"code": row["lead_code"], "label": units.get(row["lead_code"], "")},
        "to": units.get(row["ask_to"], "") if row["ask_to"] else office_label(),
        "answered_by": row["answered_by__name"] or "",
        "answered_for": units.get(row["answered_by__agency"], ""),
        "asked_at": row["submitted_at"],
        "limit": due,
        "is_open": is_open,
        "is_waiting": is_open and row["status"] in RECEIVED,
        "is_late": bool(due and is_open and due < on),
        "days": abs((due - on).days) if due else None,
    }


def office_label() -> str:
    """What the addressee of an ask is called when no unit is named."""
    return gettext("办公室")


def addressee_label(ask: str, short_name: str | None, name_en: str | None) -> str:
    """Who is asked, in the reader's language: a unit by its names, else the office; nobody without an ask."""
    if not ask:
        return ""
    return (name_en if get_language() == "en" else short_name) or office_label()
