"""督办通知 as plain dicts with all that stands in them, for the API."""

from typing import Any

from django.db.models import OuterRef, Subquery

from agencies.models import Agency
from supervision.models import Level, NoticeQuerySet, Reason
from supervision.status import NoticeStatus

Row = dict[str, Any]
_PLAIN = (
    "level", "status", "version", "reason", "limit", "period", "document_number", "demand", "new_limit", "drafted_at",
    "issued_at", "declined_at", "decline_reason", "received_at", "answer", "answered_at", "ended_at", "is_demo",
)  # fmt: skip
_PEOPLE = ("issued_by", "declined_by", "received_by", "answered_by")
_BESIDE = (
    "pk", "year", "serial", "agency", "agency_name", "agency__name", "lead_code", "lead_name", "task__number",
    "task__title", "task__title_en",
)  # fmt: skip


def notice_records(notices: NoticeQuerySet) -> list[Row]:
    """The notices of an already scoped queryset, in its order (one query)."""
    lead = Agency.objects.filter(pk=OuterRef("lead_code")).values("name")[:1]
    columns = (*_PLAIN, *_BESIDE, *(f"{name}__name" for name in _PEOPLE))
    return [_record(row) for row in notices.with_lead().annotate(lead_name=Subquery(lead)).values(*columns)]


def _record(row: Row) -> Row:
    return {
        "id": row["pk"],
        "number": f"{row['year']}-{row['serial']}" if row["serial"] else "",
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
        },
        "agency": {"code": row["agency"], "name": row["agency_name"] or row["agency__name"]},
        "lead": {"code": row["lead_code"], "name": row["lead_name"]},
        **{name: row[name] for name in _PLAIN},
        "period": row["period"] or None,
        "level_label": str(Level(row["level"]).label),
        "status_label": str(NoticeStatus(row["status"]).label),
        "reason_label": str(Reason(row["reason"]).label),
        **{name: row[f"{name}__name"] for name in _PEOPLE},
    }
