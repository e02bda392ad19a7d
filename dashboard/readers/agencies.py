"""Units with what they carry, as the pages of units show it."""

from collections import defaultdict
from datetime import date
from typing import Any

from agencies.models import Agency, AgencyQuerySet
from agencies.models.agency import Kind
from tasks.models import Task
from tasks.readers import agency_rows, task_rows

Row = dict[str, Any]


def unit_groups(agencies: AgencyQuerySet) -> list[Row]:
    """Units of an already scoped queryset by kind, each with how many tasks it leads and supports (two queries)."""
    counts = {row["code"]: row for row in agency_rows(agencies)}
    groups: dict[str, list[Row]] = defaultdict(list)
    for agency in agencies.order_by("order"):
        row = counts[agency.code]
        groups[agency.kind].append({"agency": agency, "led": row["led"], "supported": row["supported"]})
    return [{"kind": kind, "units": groups[kind]} for kind in Kind if kind in groups]


def unit_tasks(user: Any, agency: Agency, *, on: date) -> dict[str, list[Row]]:
    """The tasks that a unit leads and those that it supports, as far as the person may see them (four queries)."""
    rows = task_rows(Task.objects.visible_to(user).current().involving(agency.code).order_by("number"), on=on)
    led = [row for row in rows if row["lead"] and row["lead"]["code"] == agency.code]
    return {"led": led, "supported": [row for row in rows if row not in led]}
