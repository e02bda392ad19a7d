"""节点提示: which milestones should be reached by a day, beside the percent that is reported."""

from datetime import date
from typing import Any

from tasks.models import Milestone

Row = dict[str, Any]


def milestone_hints(task: int, *, percent: int | None, on: date) -> Row:
    """The milestones due by a day, the next one, and how many of the due the percent does not reach (one query)."""
    marks = list(Milestone.objects.filter(task=task).order_by("due_on").values("name", "due_on", "planned_percent"))
    due = [each for each in marks if each["due_on"] <= on]
    told = [{**each, "is_missed": percent is not None and percent < each["planned_percent"]} for each in due]
    return {
        "due": told,
        "missed": sum(each["is_missed"] for each in told),
        "next": next((each for each in marks if each["due_on"] > on), None),
    }
