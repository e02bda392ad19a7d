"""视图 as plain dicts: the office's and one's own."""

from typing import Any

from agencies.models import User
from tasks.models import SavedViewQuerySet

Row = dict[str, Any]


def saved_view_rows(views: SavedViewQuerySet, *, user: User) -> list[Row]:
    """The views of an already scoped queryset, the shared ones first (one query)."""
    columns = ("pk", "name", "query", "is_shared", "owner_id", "owner__name")
    return [
        {
            "id": row["pk"],
            "name": row["name"],
            "query": row["query"],
            "is_shared": row["is_shared"],
            "is_own": row["owner_id"] == user.pk,
            "owner": row["owner__name"],
        }
        for row in views.values(*columns)
    ]
