"""What the rules of the lights are given: the facts of a task, and the calendar and policy in force."""

from dataclasses import dataclass
from datetime import date

from common.workdays import WorkCalendar
from tasks.lights import (
    Colour,
    LightDates,
    LightFacts,
    LightPolicy,
    Rule,
    last_quarter_end,
    light_dates,
)
from tasks.models import CalendarDay, PolicyVersion, Result, Task
from tasks.planned import Mark
from tasks.policies import PolicyKind


@dataclass(frozen=True)
class Rules:
    """By what lights are judged, with the numbers of the two versions; 0 while nobody has set one."""

    calendar: WorkCalendar
    policy: LightPolicy
    calendar_number: int = 0
    policy_number: int = 0


def rules_in_force(*, calendar: WorkCalendar | None = None, policy: LightPolicy | None = None) -> Rules:
    """The calendar and the policy of today, or those given instead (four queries, two fewer with a calendar)."""
    versions = PolicyVersion.objects.all()
    return Rules(
        calendar=calendar or CalendarDay.objects.as_calendar(),
        policy=policy or versions.value(LightPolicy, PolicyKind.LIGHTS),
        calendar_number=versions.number_of(PolicyKind.CALENDAR),
        policy_number=versions.number_of(PolicyKind.LIGHTS),
    )


def light_facts(task: Task, *, on: date) -> LightFacts:
    """What the rules of the lights need to know of a task on a day (two queries unless milestones and quarter lights
    are prefetched).
    """
    return LightFacts(
        status=task.status,
        start=task.start_date,
        due=task.due_date,
        percent=task.percent,
        marks=tuple(Mark(each.due_on, each.planned_percent) for each in task.milestones.all()),
        closing_asked_on=task.closing_asked_on,
        closed_late=task.closed_late,
        extension_asked_on=task.extension_asked_on,
        started=task.last_result not in {"", Result.NOT_STARTED},
        report_due_on=task.report_due_on,
        report_period=task.report_period,
        held_from=task.held_from,
        held_until=task.held_until,
        exempt_from=task.exempt_from,
        exempt_until=task.exempt_until,
        closes=_closes(task, on),
    )


def _closes(task: Task, on: date) -> tuple[tuple[date, str], ...]:
    """The colours kept at the quarters' ends; what was made good counts as green, what is not kept as not judged."""
    last = last_quarter_end(on)
    kept = sorted(
        (each.closed_on, Colour.GREEN if each.rule == Rule.MADE_GOOD else each.colour)
        for each in task.quarter_lights.all()
        if each.closed_on <= last
    )
    known = tuple((day, str(colour)) for day, colour in kept)
    return known if known and known[-1][0] == last else (*known, (last, str(Colour.GREY)))


def judge(task: Task, rules: Rules, *, on: date) -> LightDates:
    """The days on which the task's light turns, by these rules; nothing is stored."""
    return light_dates(light_facts(task, on=on), rules.calendar, rules.policy)
