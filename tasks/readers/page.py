"""The task's own facts for its page, with the names that the page needs."""

from datetime import date
from operator import attrgetter
from typing import Any

from django.utils.translation import get_language

from agencies.models import Agency
from common.gathering import day, gathered
from tasks.models import Assignment, Deliverable, Measure, MeasureStatus, Milestone, Task
from tasks.planned import Mark
from tasks.readers.choices import Names
from tasks.readers.rows import ROW_FIELDS, make_row, unit_row
from zones.models import Zone

Row = dict[str, Any]

_UNIT = {name: f"agency__{name}" for name in ("name", "plan_name", "short_name", "name_en")}


def task_page_row(task: Task, *, on: date) -> tuple[Row, Names]:
    """The row of `task_rows` with text, measures and milestones, of a task at hand, and what units and zones are called
    (one query).

    The task must carry its pillar. Each milestone says whether it is reached.
    """
    found = _found(task)
    milestones = sorted(({**each, "due_on": day(each["due_on"])} for each in found["milestone"]), key=_due)
    marks = [Mark(each["due_on"], each["planned_percent"]) for each in milestones]
    values = {name: attrgetter(name.replace("__", "."))(task) for name in ROW_FIELDS}
    units = [unit_row(*(each[name] for name in ("code", *_UNIT))) for each in sorted(found["unit"], key=_order)]
    row = {
        **make_row(values, units, [each["code"] for each in sorted(found["zone"], key=_order)], marks, on),
        "text": task.text,
        "unit_clause": task.unit_clause,
        "due_note": task.due_note,
        "closing_asked_on": task.closing_asked_on,
        "measures": [_measure(each, task.number) for each in sorted(found["measure"], key=_order)],
        "milestones": [{**each, **_standing(each, task, on)} for each in milestones],
        "marks": marks,
    }
    return row, _names(found)


def _found(task: Task) -> dict[str, list[Row]]:
    zones = Task.zones.through.objects.filter(task=task.pk)
    return gathered(
        unit=(Assignment.objects.filter(task=task.pk), {"order": "order", "code": "agency", **_UNIT}),
        zone=(zones, {"order": "zone__order", "code": "zone"}),
        measure=(
            Measure.objects.filter(task=task.pk),
            {name: name for name in ("order", "text", "deliverable", "status")},
        ),
        milestone=(
            Milestone.objects.filter(task=task.pk),
            {name: name for name in ("name", "due_on", "planned_percent")},
        ),
        agency_name=(Agency.objects.all(), {"code": "code", "name": "short_name", "name_en": "name_en"}),
        zone_name=(Zone.objects.all(), {"code": "code", "name": "name", "name_en": "name_en"}),
    )


def _order(row: Row) -> Any:
    return row["order"]


def _due(row: Row) -> Any:
    return row["due_on"]


def _names(found: dict[str, list[Row]]) -> Names:
    name = "name_en" if get_language() == "en" else "name"
    return {kind: {each["code"]: each[name] for each in found[f"{kind}_name"]} for kind in ("agency", "zone")}


def _measure(row: Row, number: int) -> Row:
    return {
        "code": f"{number}.{row['order']}",
        **row,
        "deliverable_label": str(Deliverable(row["deliverable"]).label) if row["deliverable"] else "",
        "status_label": str(MeasureStatus(row["status"]).label),
    }


def _standing(milestone: Row, task: Task, on: date) -> Row:
    """Whether its percent is reached, and if not, whether its day has passed."""
    is_reached = task.percent >= milestone["planned_percent"]
    return {"is_reached": is_reached, "is_late": not is_reached and milestone["due_on"] < on}
