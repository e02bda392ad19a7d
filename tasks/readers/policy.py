"""What a change of the rules would do to the lights, before it is saved; and the versions that stand."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery

from agencies.models import Agency
from common.workdays import WorkCalendar
from tasks.lights import COLOUR_LABELS, RULE_LABELS, Light, LightDates, LightPolicy
from tasks.models import PolicyVersionQuerySet, Task
from tasks.readers.light_facts import judge, rules_in_force

Row = dict[str, Any]
DATES = ("yellow_from", "red_from", "overdue_from")


def preview_lights(*, on: date, policy: LightPolicy | None = None, calendar: WorkCalendar | None = None) -> list[Row]:
    """The tasks whose light dates another policy or calendar would move, by number; exactly what saving it moves.

    Each with its number, titles and lead, the light of the day `now` and `then`, the dates `before` and `after`, and
    `turns_on`, the first day from today on whose colour differs, None if no colour does (seven queries).
    """
    rules = rules_in_force(calendar=calendar, policy=policy)
    name = Agency.objects.filter(pk=OuterRef("lead_code")).values("name")[:1]
    tasks = Task.objects.current().with_lead().annotate(lead_name=Subquery(name))
    found = tasks.prefetch_related("milestones", "quarter_lights").order_by("number")
    judged = [(task, task.light_dates(), judge(task, rules, on=on)) for task in found]
    return [_row(task, before, after, on) for task, before, after in judged if before != after]


def _row(task: Any, before: LightDates, after: LightDates, on: date) -> Row:
    return {
        "number": task.number,
        "title": task.title,
        "title_en": task.title_en,
        "label": task.label,
        "lead": {"code": task.lead_code, "name": task.lead_name} if task.lead_code else None,
        "now": _tell(task.light(on=on, dates=before)),
        "then": _tell(task.light(on=on, dates=after)),
        "before": {name: getattr(before, name) for name in DATES},
        "after": {name: getattr(after, name) for name in DATES},
        "turns_on": _first_difference(task, before, after, on),
    }


def _tell(light: Light) -> Row:
    return {
        "colour": light.colour.value,
        "label": str(COLOUR_LABELS[light.colour]),
        "rule": light.rule.value,
        "reason": str(RULE_LABELS[light.rule]),
    }


def _first_difference(task: Task, before: LightDates, after: LightDates, on: date) -> date | None:
    """The two lights can only part on a day on which one of them turns, or today."""
    days = {on, *_turns(task, before, on), *_turns(task, after, on)}
    apart = (day for day in days if task.light(on=day, dates=before).colour != task.light(on=day, dates=after).colour)
    return min(apart, default=None)


def _turns(task: Task, dates: LightDates, on: date) -> list[date]:
    """Every turn after a day, one after the other."""
    turns, light = [], task.light(on=on, dates=dates)
    while light.next_on:
        turns.append(light.next_on)
        light = task.light(on=light.next_on, dates=dates)
    return turns


def policy_rows(versions: PolicyVersionQuerySet, kind: str) -> list[Row]:
    """The versions of one kind, the newest first, each with who set it when and why."""
    return list(versions.of(kind).values("number", "values", "reason", "set_at", set_by_name=F("set_by__name")))
