"""演练: who would hear what on which day, over any stretch of days, by the ladder itself. Nothing is stored or sent.

Where the ladder needs the office's hand, the office is assumed to act on the same day: it confirms every 催办单, issues
every 督办通知单 and every 通报; no unit answers. So a rehearsal shows the most that a policy can bring.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from common.workdays import WorkCalendar
from supervision.reminders.bulletins import bulletin_date, named_on
from supervision.reminders.clock import Clock, Mark
from supervision.reminders.facts import Facts, IssuedBulletin, Rules, clocks_of
from supervision.reminders.ladder import Step, plan
from supervision.status import ENDED, NoticeStatus


@dataclass(frozen=True)
class Sending:
    """One person hears of one step on one day."""

    on: date
    person: int
    level: int
    reason: str
    key: str
    clock: Clock
    is_copy: bool


@dataclass
class _Assumed:
    """What the office is assumed to have done so far, and who has heard what."""

    first_day: date
    units: tuple[str, ...]
    marks: dict[str, dict[tuple[int, int], Mark]] = field(default_factory=dict)
    bulletins: dict[date, IssuedBulletin] = field(default_factory=dict)
    told: set[tuple[str, int]] = field(default_factory=set)

    def added_to(self, facts: Facts) -> Facts:
        """The facts of a day with all that is assumed; an assumed notice stands for the real one of its place."""
        marks = {clock: self._marks_of(clock, facts) for clock in {*facts.marks, *self.marks}}
        return replace(facts, marks=marks, bulletins=(*facts.bulletins, *self.bulletins.values()))

    def _marks_of(self, clock: str, facts: Facts) -> tuple[Mark, ...]:
        real = {(mark.level, mark.occurrence): mark for mark in facts.marks.get(clock, ())}
        return tuple((real | self.marks.get(clock, {})).values())

    def issue(self, steps: Iterable[Step], calendar: WorkCalendar, rules: Rules, on: date) -> None:
        """Every draft is out on the day it is drafted."""
        new_limit = calendar.after(on, rules.reminders.new_limit_days)
        for step in steps:
            mark = Mark(step.level, NoticeStatus.ISSUED, step.occurrence, issued_on=on, new_limit=new_limit)
            self.marks.setdefault(step.clock_key, {})[step.level, step.occurrence] = mark

    def settle(self, running: set[str], on: date) -> None:
        """A notice whose clock has stopped is settled, as the sweep would do it."""
        for clock, marks in self.marks.items():
            for place, mark in marks.items():
                if clock not in running and mark.status not in ENDED:
                    marks[place] = replace(mark, status=NoticeStatus.SETTLED, ended_on=on)

    def name(self, clocks: list[Clock], calendar: WorkCalendar, rules: Rules, on: date) -> None:
        """The bulletin of the latest date is out, if its date has come since the rehearsal began."""
        day = bulletin_date(on, calendar, rules.reminders)
        if day >= self.first_day and day not in self.bulletins and named_on(clocks, day):
            self.bulletins[day] = IssuedBulletin(-len(self.bulletins) - 1, day, self.units)


def rehearse(
    days: Iterable[date],
    facts_on: Callable[[date], Facts],
    calendar: WorkCalendar,
    rules: Rules,
    *,
    units: tuple[str, ...] = (),
) -> list[Sending]:
    """Everybody's reminders and notices on each working day of `days`, which are in order.

    `units` are those that a bulletin goes to.
    """
    ordered = [day for day in days if calendar.is_working_day(day)]
    assumed = _Assumed(first_day=ordered[0] if ordered else date.max, units=units)
    return [sending for day in ordered for sending in _live(day, facts_on(day), calendar, rules, assumed)]


def _live(day: date, facts: Facts, calendar: WorkCalendar, rules: Rules, assumed: _Assumed) -> Iterator[Sending]:
    """One day: what is drafted goes out at once, so the ladder is asked until it drafts nothing more."""
    clocks = clocks_of(assumed.added_to(facts), day, calendar, rules)
    assumed.settle({clock.key for clock in clocks}, day)
    assumed.issue((step for step in _steps(clocks, calendar, rules, day) if step.is_draft), calendar, rules, day)
    assumed.name(clocks_of(assumed.added_to(facts), day, calendar, rules), calendar, rules, day)
    clocks = clocks_of(assumed.added_to(facts), day, calendar, rules)
    by_key = {clock.key: clock for clock in clocks}
    for step in _steps(clocks, calendar, rules, day):
        yield from _tell(step, by_key[step.clock_key], day, assumed)


def _steps(clocks: list[Clock], calendar: WorkCalendar, rules: Rules, day: date) -> list[Step]:
    return plan(clocks, calendar, rules.reminders, day)


def _tell(step: Step, clock: Clock, day: date, assumed: _Assumed) -> Iterator[Sending]:
    if step.is_draft:
        return
    for person in (*step.recipients, *step.copies):
        if (step.key, person) not in assumed.told:
            assumed.told.add((step.key, person))
            yield Sending(day, person, step.level, step.reason, step.key, clock, person in step.copies)
