"""The clocks that run on a day, with everything that a plan of that day needs."""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localtime

from common.workdays import WorkCalendar
from supervision.models import Endpoint
from supervision.readers.facts import read_facts, read_rules
from supervision.reminders import Clock, Facts, Rules, Staff, clocks_of
from tasks.models import CalendarDay, TaskQuerySet


@dataclass(frozen=True)
class Target:
    """An endpoint that serves: with a unit it gets what concerns that unit's tasks, without one everything; only what
    fell due on the day it was made or later.
    """

    pk: int
    agency: str | None
    min_level: int
    since: date


@dataclass(frozen=True)
class Gathered:
    """Everything the plan of a day needs to know."""

    clocks: list[Clock]
    facts: Facts
    calendar: WorkCalendar
    rules: Rules
    targets: tuple[Target, ...] = ()

    @property
    def staff(self) -> Staff:
        return self.facts.staff


def gather_clocks(tasks: TaskQuerySet, *, on: date, calendar: WorkCalendar | None = None) -> Gathered:
    """The clocks of these tasks, held ones included, and every bulletin on its way (a fixed number of queries)."""
    calendar, rules = calendar or CalendarDay.objects.as_calendar(), read_rules()
    facts = read_facts(tasks, on=on, calendar=calendar, rules=rules)
    serving = Endpoint.objects.serving().order_by("pk").values_list("pk", "agency", "min_level", "created_at")
    targets = tuple(Target(*row, since=localtime(made).date()) for *row, made in serving)
    return Gathered(clocks_of(facts, on, calendar, rules), facts, calendar, rules, targets)
