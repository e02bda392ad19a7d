from datetime import date
from operator import attrgetter
from typing import Any

from tasks.models import Milestone, Task
from tasks.planned import Mark
from tasks.readers.detail import measure_rows
from tasks.readers.rows import ROW_FIELDS, make_row, units_of, zones_of

Row = dict[str, Any]


def task_page_row(task: Task, *, on: date) -> Row:
    """The row of `task_rows` with text, measures and milestones, of a task at hand (four queries).

    The task must carry its pillar. Each milestone says whether it is reached.
    """
    milestones = list(
        Milestone.objects.filter(task=task.pk).order_by("due_on").values("name", "due_on", "planned_percent")
    )
    marks = [Mark(each["due_on"], each["planned_percent"]) for each in milestones]
    values = {name: attrgetter(name.replace("__", "."))(task) for name in ROW_FIELDS}
    row = make_row(values, units_of([task.pk])[task.pk], zones_of([task.pk])[task.pk], marks, on)
    return {
        **row,
        "text": task.text,
        "unit_clause": task.unit_clause,
        "due_note": task.due_note,
        "closing_asked_on": task.closing_asked_on,
        "measures": measure_rows(task.pk, task.number),
        "milestones": [{**each, **_standing(each, task, on)} for each in milestones],
        "marks": marks,
    }


def _standing(milestone: Row, task: Task, on: date) -> Row:
    """Whether its percent is reached, and if not, whether its day has passed."""
    is_reached = task.percent >= milestone["planned_percent"]
    return {"is_reached": is_reached, "is_late": not is_reached and milestone["due_on"] < on}
