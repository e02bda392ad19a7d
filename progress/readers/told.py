"""Contributions, closing requests and asks as the API tells them; how a page shows them is told elsewhere."""

from typing import Any

from progress.models import ClosingQuerySet, Hearing
from progress.models.ask import AskQuerySet
from progress.models.contribution import ContributionQuerySet
from progress.readers.asks import addressee_label
from progress.readers.files import files_of
from progress.status import STANDS_WITH, ClosingStatus, closing_status
from tasks.models import CalendarDay

Row = dict[str, Any]

_TASK = ("task__number", "task__title", "task__title_en")


def _task_of(row: Row) -> Row:
    return {"number": row["task__number"], "title": row["task__title"], "title_en": row["task__title_en"]}


# -- contributions -------------------------------------------------------------------------------------------------

_OF_CONTRIBUTION = (
    "id", *_TASK, "period", "agency", "agency__short_name", "lead_code", "text", "percent", "no_change", "received_on",
    "period__contributions_due_on", "given_at", "given_by__name", "version", "is_demo",
)  # fmt: skip


def contribution_rows(contributions: ContributionQuerySet) -> list[Row]:
    """What units gave, of an already scoped queryset in its order (one query)."""
    return [_contribution(row) for row in contributions.with_lead().values(*_OF_CONTRIBUTION)]


def _contribution(row: Row) -> Row:
    return {
        **{name: value for name, value in row.items() if "__" not in name and name != "lead_code"},
        "task": _task_of(row),
        "name": row["agency__short_name"],
        "lead": row["lead_code"],
        "is_late": row["received_on"] > row["period__contributions_due_on"],
        "given_by": row["given_by__name"],
    }


# -- closing requests ----------------------------------------------------------------------------------------------

_OF_CLOSING = (
    "id", *_TASK, "task__status", "task__closed_late", "lead_code", "status", "version", "statement", "drafted_at",
    "drafted_by__name", "sent_at", "sent_by__name", "checked_at", "checked_by__name", "check_note", "decided_at",
    "decided_by__name", "return_reason", "is_demo",
)  # fmt: skip
_OF_HEARING = (
    "closing", "agency", "agency__short_name", "answer", "text", "opened_on", "answered_at", "answered_by__name",
    "version",
)  # fmt: skip


def told_closings(closings: ClosingQuerySet) -> list[Row]:
    """Closing requests of an already scoped queryset in its order, with what the units say and the files (four queries
    at most).
    """
    rows = list(closings.values(*_OF_CLOSING))
    keys = [row["id"] for row in rows]
    heard, files = _hearings(keys), files_of("closing", keys)
    return [_closing(row, heard[row["id"]], files[row["id"]]) for row in rows]


def _closing(row: Row, hearings: list[Row], evidence: list[Row]) -> Row:
    state = closing_status(row["status"], row["task__status"])
    names = {name: row[f"{name}__name"] for name in ("drafted_by", "sent_by", "checked_by", "decided_by")}
    return {
        **{name: value for name, value in row.items() if "__" not in name and name != "lead_code"},
        **names,
        "task": _task_of(row),
        "agency": row["lead_code"],
        "status": state.value,
        "status_label": str(state.label),
        "stands": state in STANDS_WITH,
        "closed_late": row["task__closed_late"] if state == ClosingStatus.ACCEPTED else None,
        "hearings": hearings,
        "evidence": evidence,
    }


def _hearings(closings: list[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {key: [] for key in closings}
    if not closings:
        return found
    calendar = CalendarDay.objects.as_calendar()
    asked = Hearing.objects.filter(closing__in=closings).order_by("agency__order", "pk")
    for row in asked.values(*_OF_HEARING):
        answer = Hearing.Answer(row["answer"]) if row["answer"] else None
        found[row["closing"]].append({
            **{name: row[name] for name in ("agency", "text", "answered_at", "version")},
            "name": row["agency__short_name"],
            "answer": answer,
            "answer_label": str(answer.label) if answer else "",
            "asked_on": row["opened_on"],
            "limit": Hearing(opened_on=row["opened_on"]).limit(calendar),
            "answered_by": row["answered_by__name"],
        })  # fmt: skip
    return found


# -- asks ----------------------------------------------------------------------------------------------------------

_OF_ASK = (
    "id", *_TASK, "lead_code", "period", "version", "ask", "ask_to", "ask_to__short_name", "ask_to__name_en",
    "ask_due_on", "answer", "answered_at", "answered_by__name",
)  # fmt: skip


def told_asks(asks: AskQuerySet) -> list[Row]:
    """What reports ask and what was answered, of an already scoped queryset in its order (one query)."""
    return [
        {
            **{name: value for name, value in row.items() if "__" not in name and name != "lead_code"},
            "task": _task_of(row),
            "agency": row["lead_code"],
            "ask_to_label": addressee_label(row["ask"], row["ask_to__short_name"], row["ask_to__name_en"]),
            "answered_by": row["answered_by__name"],
        }
        for row in asks.values(*_OF_ASK)
    ]
