"""报送期: the dates of a quarter, by arithmetic alone."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext

from common.workdays import WorkCalendar
from tasks.status import REPORTING

MONTHS_IN_QUARTER = 3
QUARTERS = range(1, 5)
CONTRIBUTIONS_DAY = 20
REPORTS_DAY = 25
LOCK_DAY = 10
CODE = re.compile(r"([12][0-9]{3})Q([1-4])")


@dataclass(frozen=True)
class PeriodDates:
    """The limits of one period, each already moved to a working day. A limit day itself still belongs to the limit."""

    code: str
    starts_on: date
    ends_on: date
    contributions_due_on: date
    reports_due_on: date
    locks_on: date
    review_days: int = 3  # working days that the office has for a review


def quarter_code(year: int, quarter: int) -> str:
    """2026, 4 → "2026Q4"."""
    return f"{year}Q{quarter}"


def parse_code(code: str) -> tuple[int, int]:
    """The year and quarter of "2026Q4": (2026, 4). Raises ValueError, with a message for people, for anything else."""
    match = CODE.fullmatch(code)
    if match is None:
        message = gettext("报送期写作“年份+Q+季度”，例如 2026Q4；“%(code)s”不是报送期。")
        raise ValueError(message % {"code": code})
    return int(match[1]), int(match[2])


def quarter_of(day: date) -> tuple[int, int]:
    """The year and quarter in which the day lies."""
    return day.year, (day.month - 1) // MONTHS_IN_QUARTER + 1


def following_quarter(year: int, quarter: int, count: int = 1) -> tuple[int, int]:
    """The quarter so many after this one; before it if `count` is negative."""
    years, index = divmod(quarter - 1 + count, len(QUARTERS))
    return year + years, index + 1


def _first_day(year: int, quarter: int) -> date:
    return date(year, (quarter - 1) * MONTHS_IN_QUARTER + 1, 1)


def quarter_dates(year: int, quarter: int, calendar: WorkCalendar) -> PeriodDates:
    """The dates of one quarter. Raises ValueError for a quarter outside 1…4.

    Contributions by day 20 and reports by day 25 of the quarter's last month, the lock on day 10 of the month after
    (the bulletin's day), each moved to the next working day if it is a day off. Defaults of ours.
    """
    if quarter not in QUARTERS:
        raise ValueError(f"no such quarter: {quarter}")
    next_starts_on = _first_day(*following_quarter(year, quarter))
    ends_on = next_starts_on - timedelta(days=1)
    return PeriodDates(
        code=quarter_code(year, quarter),
        starts_on=_first_day(year, quarter),
        ends_on=ends_on,
        contributions_due_on=calendar.next_working_day(ends_on.replace(day=CONTRIBUTIONS_DAY)),
        reports_due_on=calendar.next_working_day(ends_on.replace(day=REPORTS_DAY)),
        locks_on=calendar.next_working_day(next_starts_on.replace(day=LOCK_DAY)),
    )


def is_owed(status: str, start: date | None, *, ends_on: date) -> bool:
    """Whether a task owes a report for the period that ends so: it is under way or standing, and has begun by then."""
    return status in REPORTING and (start is None or start <= ends_on)
