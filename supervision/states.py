"""What the ledger keeps of a notice and a bulletin after each change."""

from typing import Any

from supervision.models import Bulletin, Notice

_OF_NOTICE = (
    "level", "occurrence", "status", "version", "agency_name", "reason", "limit", "period", "document_number", "demand",
    "new_limit", "drafted_at", "issued_at", "declined_at", "decline_reason", "received_at", "answer", "answered_at",
    "ended_at", "is_demo",
)  # fmt: skip
_OF_BULLETIN = (
    "on",
    "status",
    "version",
    "document_number",
    "items",
    "note",
    "head",
    "drafted_at",
    "issued_at",
    "is_demo",
)


# What a draft says is the office's own, also after the issue: in the event of issue it stands empty.
_EMPTY_NOTICE = {"agency": None, "agency_name": "", "demand": "", "document_number": "", "new_limit": None}
_EMPTY_BULLETIN: dict[str, Any] = {"items": [], "note": "", "document_number": ""}


def notice_state(notice: Notice) -> dict[str, Any]:
    """The whole state of a notice; task and plan must be loaded with it."""
    return {
        "id": notice.pk,
        "plan": notice.task.plan.code,
        "task": notice.task.number,
        "agency": notice.agency_id,
        "number": notice.number,
        **{name: getattr(notice, name) for name in _OF_NOTICE},
    }


def bulletin_state(bulletin: Bulletin) -> dict[str, Any]:
    """The whole state of a bulletin."""
    return {"id": bulletin.pk, "number": bulletin.number, **{name: getattr(bulletin, name) for name in _OF_BULLETIN}}


def draft_of_notice(notice: Notice) -> dict[str, Any]:
    """The state of a draft as those may know it to whom the notice goes."""
    return notice_state(notice) | _EMPTY_NOTICE


def draft_of_bulletin(bulletin: Bulletin) -> dict[str, Any]:
    """The state of a draft as those may know it to whom the bulletin goes."""
    return bulletin_state(bulletin) | _EMPTY_BULLETIN
