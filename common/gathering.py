"""Small rows of several tables in one statement: what hangs on one object is asked for together."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import JSONObject

Row = dict[str, Any]
Part = tuple[QuerySet[Any], Mapping[str, Any]]


def gathered(**parts: Part) -> dict[str, list[Row]]:
    """Name → the rows of its queryset as dicts, in no order (one query for all).

    A part is a queryset that is already scoped, and field → path or expression. The database hands the rows over as
    JSON: `day` and `moment` read its dates, and of a truth value only whether it holds is to be asked.
    """
    asked = [_rows(name, *part) for name, part in parts.items()]
    rows: dict[str, list[Row]] = {name: [] for name in parts}
    for name, values in asked[0].union(*asked[1:], all=True):
        rows[name].append(values)
    return rows


def _rows(name: str, rows: QuerySet[Any], fields: Mapping[str, Any]) -> QuerySet[Any]:
    return rows.order_by().values_list(Value(name, CharField()), JSONObject(**fields))


def day(text: str | None) -> date | None:
    """A date as JSON holds it."""
    return date.fromisoformat(text) if text else None


def moment(text: str | None) -> datetime | None:
    """A moment as JSON holds it, with its offset from PostgreSQL, in UTC without one from SQLite."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
