"""通报: when one is due, and what is named in it."""

from collections.abc import Iterable
from datetime import date

from common.workdays import WorkCalendar
from supervision.reminders.clock import Clock, Mark
from supervision.reminders.policy import SUPERVISE_LEVEL, ReminderPolicy
from tasks.periods import following_quarter, quarter_of

MONTHS_IN_QUARTER = 3


def bulletin_date(on: date, calendar: WorkCalendar, policy: ReminderPolicy) -> date:
    """The latest date of a bulletin that has come: the policy's day of the month after a quarter, or the working day
    that follows.
    """
    year, quarter = quarter_of(on)
    dates = [_date_in(*following_quarter(year, quarter, -back), calendar, policy) for back in (0, 1)]
    return next(day for day in dates if day <= on)


def _date_in(year: int, quarter: int, calendar: WorkCalendar, policy: ReminderPolicy) -> date:
    """In the first month of a quarter, about the quarter before."""
    return calendar.next_working_day(date(year, (quarter - 1) * MONTHS_IN_QUARTER + 1, policy.bulletin_day))


def named_on(clocks: Iterable[Clock], day: date) -> list[tuple[Clock, Mark]]:
    """The clocks under a 督办通知单 that was out on a day, with it. One that waits for the office is not named."""
    found = [(clock, mark) for clock in clocks if not clock.is_held and (mark := clock.mark_of(SUPERVISE_LEVEL))]
    return [(clock, mark) for clock, mark in found if mark.stood(on=day)]
