"""The rules: from facts, a calendar and a policy to the days on which the light turns."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from common.workdays import WorkCalendar
from tasks.lights.facts import DEFAULT_POLICY, Colour, LightDates, LightFacts, LightPolicy, Rule
from tasks.periods import ends_on, quarter_code, quarter_of
from tasks.planned import FULL_PERCENT, first_day_planned_reaches
from tasks.status import DONE, Status

ONE_DAY = timedelta(days=1)
WARNING = frozenset({Colour.YELLOW, Colour.RED})

# The states in which every clock stands still.
STILL_STATUSES: dict[str, Rule] = {
    Status.SUSPENDED: Rule.SUSPENDED,
    Status.STOPPED: Rule.STOPPED,
    Status.STANDING: Rule.STANDING,
}


def fixed_rule(status: str, due: date | None) -> Rule | None:
    """The reason why no clock of the task runs at all, whatever the day; None if it is judged by dates."""
    if status in STILL_STATUSES:
        return STILL_STATUSES[status]
    if due is None:
        return Rule.NO_DEADLINE
    return Rule.NOT_ISSUED if status == Status.PLANNED else None


def _is_judged(facts: LightFacts) -> bool:
    return facts.status not in DONE and fixed_rule(facts.status, facts.due) is None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month if it is shorter."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def quarter_end(day: date) -> date:
    """The last day of the quarter in which the day lies."""
    return ends_on(quarter_code(*quarter_of(day)))


def last_quarter_end(day: date) -> date:
    """The last day of the quarter before the one in which the day lies: the last that has ended on this day."""
    return quarter_end(months_after(day.replace(day=1), -3))


def is_within(first: date | None, last: date | None, on: date) -> bool:
    """Whether the day lies in the stretch, both ends counted; no stretch holds no day."""
    return first is not None and last is not None and first <= on <= last


def _asked_in_time(facts: LightFacts) -> bool:
    """Whether the office has something to answer that was asked on or before the deadline.

    A request to close stands only while the office has it; one that was returned stops no clock any more. A request to
    extend is named in the facts only while it waits.
    """
    closing = facts.closing_asked_on if facts.status == Status.CLOSING else None
    asked = [day for day in (closing, facts.extension_asked_on) if day is not None]
    return facts.due is not None and any(day <= facts.due for day in asked)


def _from_start(facts: LightFacts, day: date) -> date:
    """Nothing is judged before the start date, so no light turns before it."""
    return max(day, facts.start) if facts.start else day


def overdue_from(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy = DEFAULT_POLICY) -> date | None:
    """The day from which a task is overdue: the first working day after its deadline (宜昌), whatever its percent.

    None if its clock does not run, or while the office has a request to close or to extend that was made in time.
    """
    if facts.due is None or not _is_judged(facts) or _asked_in_time(facts):
        return None
    return _from_start(facts, calendar.after(facts.due, policy.overdue_after))


def _near_due_from(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy) -> date | None:
    """The n-th working day before the deadline (西安), the day of the reminder too; None once 100 % is approved."""
    if facts.due is None or facts.percent >= FULL_PERCENT:
        return None
    is_long = facts.start is not None and facts.due > months_after(facts.start, policy.long_task_months)
    days = policy.near_days_long if is_long else policy.near_days
    return _from_start(facts, calendar.after(facts.due, -days))


def _behind_from(facts: LightFacts, points: int) -> date | None:
    """The first day with planned percent − approved percent ≥ points (银川 2025)."""
    return first_day_planned_reaches(facts.percent + points, facts.marks, start=facts.start, due=facts.due)


def _start_missed_from(facts: LightFacts, policy: LightPolicy) -> date | None:
    """The day so many months after the start date on which nothing is started yet (银川 2025)."""
    if facts.start is None or facts.started or facts.percent:
        return None
    return months_after(facts.start, policy.start_missed_months)


def _report_missing_from(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy) -> date | None:
    """So many working days after the limit of a report that is owed and not in (ours)."""
    if facts.report_due_on is None:
        return None
    return _from_start(facts, calendar.after(facts.report_due_on, policy.report_after))


def _two_yellow_from(facts: LightFacts, yellow_from: date | None, policy: LightPolicy) -> date | None:
    """The day after so many judged quarter ends running without green, or the day of yellow if that is later.

    Source: 江东 2020. The ends to come are foretold by the same dates, so that keeping them when they have come moves
    nothing. An end that was not judged neither counts nor breaks the run; a light made good counts as green.
    """
    if yellow_from is None or not facts.closes:
        return None
    running, reached = 0, None
    for end, colour in _closes(facts, yellow_from):
        if colour != Colour.GREY:
            running = running + 1 if colour in WARNING else 0
        if running < policy.yellow_closes:
            reached = None
        elif reached is None:
            reached = end
        if reached is not None and end >= facts.closes[-1][0]:
            day = max(reached + ONE_DAY, yellow_from)
            if day <= quarter_end(end + ONE_DAY):
                return day
    return None


def _closes(facts: LightFacts, yellow_from: date) -> Iterator[tuple[date, str]]:
    """The quarter ends that are known, then those to come until the run that begins with yellow is sure to be seen."""
    yield from facts.closes
    end = quarter_end(facts.closes[-1][0] + ONE_DAY)
    while True:
        yield end, _foretold(facts, yellow_from, end)
        end = quarter_end(end + ONE_DAY)


def _foretold(facts: LightFacts, yellow_from: date, end: date) -> Colour:
    is_early = facts.start is not None and end < facts.start
    if is_early or is_within(facts.exempt_from, facts.exempt_until, end):
        return Colour.GREY
    return Colour.YELLOW if yellow_from <= end else Colour.GREEN


def _earliest(candidates: Iterable[tuple[date | None, Rule]]) -> tuple[date | None, str]:
    """The earliest day with its rule; on the same day the candidate named first."""
    dated = [(day, str(rule)) for day, rule in candidates if day is not None]
    return min(dated, key=lambda candidate: candidate[0], default=(None, ""))


def light_dates(facts: LightFacts, calendar: WorkCalendar, policy: LightPolicy = DEFAULT_POLICY) -> LightDates:
    """The days to store on the task; yellow and red are None while it is done or not judged.

    Each is the day from which a rule holds if no fact changes, never before the start date. Red is the earliest of the
    four red rules, yellow of the three yellow ones that last, in the order of `Rule`; of a tie, the one named first.
    """
    holds = policy.hold_made_good
    kept = LightDates(
        held_from=facts.held_from if holds else None,
        held_until=facts.held_until if holds else None,
        exempt_from=facts.exempt_from,
        exempt_until=facts.exempt_until,
    )
    if not _is_judged(facts):
        return kept
    overdue = overdue_from(facts, calendar, policy)
    yellow_from, yellow_rule = _earliest(
        [
            (_behind_from(facts, policy.yellow_points), Rule.PACE_YELLOW),
            (_near_due_from(facts, calendar, policy), Rule.NEAR_DUE),
            (_report_missing_from(facts, calendar, policy), Rule.REPORT_MISSING),
        ]
    )
    red_from, red_rule = _earliest(
        [
            (overdue, Rule.OVERDUE),
            (_behind_from(facts, policy.red_points + 1), Rule.PACE_RED),
            (_start_missed_from(facts, policy), Rule.START_MISSED),
            (_two_yellow_from(facts, yellow_from, policy), Rule.TWO_YELLOW),
        ]
    )
    return replace(
        kept,
        yellow_from=yellow_from,
        yellow_rule=yellow_rule,
        red_from=red_from,
        red_rule=red_rule,
        overdue_from=overdue,
    )


def hold(dates: LightDates, *, was: Colour, now: Colour, on: date, policy: LightPolicy) -> LightDates:
    """The dates after an approved report: a red light that it set right stays yellow until the quarter's end.

    Source: 瓯海 2020. `was` and `now` are the colours of the day before and after the report.
    """
    if policy.hold_made_good and was == Colour.RED and now in {Colour.YELLOW, Colour.GREEN}:
        return replace(dates, held_from=on, held_until=quarter_end(on))
    return dates
