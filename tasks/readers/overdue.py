from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

from agencies.models import Agency
from tasks.models import TaskQuerySet

_COLUMNS = ("pk", "number", "title", "title_en", "lead_code", "lead_name", "due_date", "original_due_date", "percent")


def late_rows(tasks: TaskQuerySet, *, on: date) -> list[dict[str, Any]]:
    """What of a scoped queryset is overdue on a day, the oldest first (one query); `pk` is for callers alone."""
    name = Agency.objects.filter(pk=OuterRef("lead_code")).values("name")[:1]
    late = tasks.overdue(on=on).annotate(lead_name=Subquery(name)).order_by("due_date", "number")
    return [
        {
            **{key: value for key, value in row.items() if not key.startswith("lead_")},
            "lead": {"code": row["lead_code"], "name": row["lead_name"]} if row["lead_code"] else None,
            "overdue_days": (on - row["due_date"]).days,
        }
        for row in late.values(*_COLUMNS)
    ]
