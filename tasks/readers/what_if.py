"""如果报 55%，灯会怎样: the light of a task if a percent were approved today."""

from dataclasses import replace
from datetime import date
from typing import Any

from tasks.lights import hold, light_dates
from tasks.models import Task
from tasks.planned import planned_percent
from tasks.readers.light_facts import light_facts, rules_in_force
from tasks.readers.rows import TOLD_FIELDS, tell_light

Row = dict[str, Any]


def what_if(task: Task, percent: int, on: date) -> Row:
    """The light of the day as it is (`now`) and as it would be (`then`) with this percent approved, both in words.

    By the rules in force and nothing stored (seven queries). The report that brings the percent is in then, so none is
    owed. `planned_percent` is the day's, None without dates.
    """
    facts, rules = light_facts(task, on=on), rules_in_force()
    planned = planned_percent(facts.marks, start=facts.start, due=facts.due, on=on)
    now = task.light(on=on)
    entered = replace(facts, percent=percent, started=facts.started or percent > 0, report_due_on=None)
    dates = light_dates(entered, rules.calendar, rules.policy)
    dates = hold(dates, was=now.colour, now=task.light(on=on, dates=dates).colour, on=on, policy=rules.policy)
    columns = {name: getattr(task, name) for name in TOLD_FIELDS}
    return {
        "number": task.number,
        "percent": percent,
        "planned_percent": planned,
        "now": tell_light(now, columns, planned, on),
        "then": tell_light(
            task.light(on=on, dates=dates), {**columns, "percent": percent, "held_until": dates.held_until}, planned, on
        ),
    }
