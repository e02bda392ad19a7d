"""报送期: months, quarters and half-years, their limits, and who owes a report for them; by arithmetic alone.

The rules are those of docs/glossary.md: a quarter by default, yellow and red tasks report monthly, standing tasks
half-yearly. The month that ends a quarter is no period of its own: the quarter's report stands for it.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.workdays import WorkCalendar
from tasks.status import REPORTING, Status

MONTHS_IN_QUARTER = 3
QUARTERS = range(1, 5)
CODE = re.compile(r"([12][0-9]{3})Q([1-4])")
PERIOD_CODE = re.compile(r"([12][0-9]{3})(?:M(0[1-9]|1[0-2])|Q([1-4])|H([12]))")
REPORTED_MONTHLY = frozenset({"yellow", "red"})  # colours; the lights know periods, not the other way round


class Cycle(TextChoices):
    """报送周期: how often a task reports."""

    MONTH = "month", _("按月")
    QUARTER = "quarter", _("按季")
    HALF = "half", _("按半年")


# How many months a period of each cycle lasts, and the letter of its code; the shorter comes first where two end alike.
LENGTHS: dict[Cycle, int] = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.HALF: 6}
LETTERS: dict[Cycle, str] = {Cycle.MONTH: "M", Cycle.QUARTER: "Q", Cycle.HALF: "H"}
MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class PeriodPolicy:
    """The limits within a period, as days of a month; the office can change them, the defaults are ours."""

    contributions_day: int = 20  # of the period's last month
    reports_day: int = 25  # of the period's last month
    lock_day: int = 10  # of the month after: the bulletin's day
    review_days: int = 3  # working days that the office has for a review

    def __post_init__(self) -> None:
        if not 1 <= self.contributions_day <= self.reports_day <= 28 or not 1 <= self.lock_day <= 28:
            raise ValueError("days of a month are 1 to 28, contributions before reports")
        if self.review_days < 1:
            raise ValueError("the office has at least one working day for a review")


DEFAULT_PERIODS = PeriodPolicy()


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


def quarter_dates(
    year: int, quarter: int, calendar: WorkCalendar, policy: PeriodPolicy = DEFAULT_PERIODS
) -> PeriodDates:
    """The dates of one quarter. Raises ValueError for a quarter outside 1…4."""
    if quarter not in QUARTERS:
        raise ValueError(f"no such quarter: {quarter}")
    return period_dates(quarter_code(year, quarter), calendar, policy)


def period_code(cycle: Cycle, year: int, n: int) -> str:
    """The code of the n-th period of a cycle in a year: "2026M07", "2026Q4", "2026H2"."""
    return f"{year}{LETTERS[cycle]}{n:02d}" if cycle == Cycle.MONTH else f"{year}{LETTERS[cycle]}{n}"


def parse_period(code: str) -> tuple[Cycle, int, int]:
    """The cycle, the year and the number within it: "2026M11" → (MONTH, 2026, 11).

    Raises ValueError, with a message for people, for anything that is not the code of a period.
    """
    match = PERIOD_CODE.fullmatch(code)
    if match is None:
        message = gettext("报送期写作 2026M11（月）、2026Q4（季度）或 2026H2（半年）；“%(code)s”不是报送期。")
        raise ValueError(message % {"code": code})
    found = zip((Cycle.MONTH, Cycle.QUARTER, Cycle.HALF), match.groups()[1:], strict=True)
    return next((cycle, int(match[1]), int(n)) for cycle, n in found if n)


def starts_on(code: str) -> date:
    """The first day of a period. Raises ValueError like `parse_period`."""
    cycle, year, n = parse_period(code)
    return date(year, (n - 1) * LENGTHS[cycle] + 1, 1)


def ends_on(code: str) -> date:
    """The last day of a period. Raises ValueError like `parse_period`."""
    cycle, year, n = parse_period(code)
    month = n * LENGTHS[cycle]
    return date(year, month, monthrange(year, month)[1])


def period_label(code: str) -> str:
    """What people call a period, in the reader's language: 2026年11月, 2026年第4季度, 2026年下半年."""
    cycle, year, n = parse_period(code)
    if cycle == Cycle.MONTH:
        return date_format(date(year, n, 1), "YEAR_MONTH_FORMAT")
    if cycle == Cycle.QUARTER:
        return gettext("%(year)s年第%(quarter)s季度") % {"year": year, "quarter": n}
    text = gettext("%(year)s年上半年") if n == 1 else gettext("%(year)s年下半年")
    return text % {"year": year}


def order_of(code: str) -> tuple[date, int]:
    """The place of a period among all: by its end, and of those that end alike the shorter first.

    "" (no period yet) comes before every period. Codes are compared by this and never as strings.
    """
    if not code:
        return date.min, 0
    return ends_on(code), LENGTHS[parse_period(code)[0]]


def period_dates(code: str, calendar: WorkCalendar, policy: PeriodPolicy = DEFAULT_PERIODS) -> PeriodDates:
    """The dates of a period. Raises ValueError like `parse_period`.

    Contributions and reports by their days of the period's last month, the lock on its day of the month after (the
    bulletin's day), each moved to the next working day if it is a day off. The default days are ours.
    """
    last = ends_on(code)
    month_after = last + timedelta(days=1)
    return PeriodDates(
        code=code,
        starts_on=starts_on(code),
        ends_on=last,
        contributions_due_on=calendar.next_working_day(last.replace(day=policy.contributions_day)),
        reports_due_on=calendar.next_working_day(last.replace(day=policy.reports_day)),
        locks_on=calendar.next_working_day(month_after.replace(day=policy.lock_day)),
        review_days=policy.review_days,
    )


def codes_of_year(year: int) -> list[str]:
    """Every period of a year in their order, without the months that end a quarter: 8 months, 4 quarters, 2 halves."""
    months = [n for n in range(1, MONTHS_IN_YEAR + 1) if n % MONTHS_IN_QUARTER]
    numbers = {Cycle.MONTH: months, Cycle.QUARTER: list(QUARTERS), Cycle.HALF: [1, 2]}
    codes = [period_code(cycle, year, n) for cycle, found in numbers.items() for n in found]
    return sorted(codes, key=order_of)


def periods_begun(
    since: date, on: date, calendar: WorkCalendar, policy: PeriodPolicy = DEFAULT_PERIODS
) -> list[PeriodDates]:
    """Every cycle's periods that have begun by a day and end on `since` or later, the oldest first."""
    codes = [code for year in range(since.year, on.year + 1) for code in codes_of_year(year)]
    begun = [code for code in codes if ends_on(code) >= since and starts_on(code) <= on]
    return [period_dates(code, calendar, policy) for code in begun]


def periods_running(on: date, calendar: WorkCalendar, policy: PeriodPolicy = DEFAULT_PERIODS) -> list[PeriodDates]:
    """Every cycle's periods that have begun and are not locked on a day, the oldest first."""
    # A lock lies in the month after the period, or is moved out of it by a long run of days off.
    since = date(on.year - 1, on.month, 1)
    return [each for each in periods_begun(since, on, calendar, policy) if on <= each.locks_on]


def moved_later(dates: PeriodDates, calendar: WorkCalendar, *, on: date) -> PeriodDates:
    """A period's dates after the calendar changed.

    A limit still to come that is a day off now moves to the next working day. Never earlier, and one that has passed
    stays, so that nobody's report becomes late by it.
    """

    def moved(day: date) -> date:
        return calendar.next_working_day(day) if day >= on else day

    return replace(
        dates,
        contributions_due_on=moved(dates.contributions_due_on),
        reports_due_on=moved(dates.reports_due_on),
        locks_on=moved(dates.locks_on),
    )


def begun_on(start: date | None, received: date | None) -> date | None:
    """The day from which a task can owe a report: its start date or its receipt (签收), whichever is later."""
    return max(filter(None, (start, received)), default=None)


def owes(period: PeriodDates, *, status: str, start: date | None, cycle: str, colour: str) -> bool:
    """Whether a task owes a report for a period.

    `colour` is the task's light on the period's first day, `cycle` its own setting ("" = by rule), `start` the day from
    which it can owe (`begun_on`). A task under way or standing owes, if it began by the report's limit: quarters; if it
    was yellow or red on the first day of a month, that month too; standing, half-years alone. Its own cycle overrides:
    by month → months and quarters, by quarter → quarters, by half-year → half-years alone.
    """
    if status not in REPORTING or (start is not None and start > min(period.ends_on, period.reports_due_on)):
        return False
    kind, _year, n = parse_period(period.code)
    if kind == Cycle.MONTH and n % MONTHS_IN_QUARTER == 0:
        return False
    return kind in _cycles_owed(status, cycle, colour)


def _cycles_owed(status: str, cycle: str, colour: str) -> set[Cycle]:
    if cycle == Cycle.HALF or (not cycle and status == Status.STANDING):
        return {Cycle.HALF}
    if cycle == Cycle.MONTH or (not cycle and colour in REPORTED_MONTHLY):
        return {Cycle.MONTH, Cycle.QUARTER}
    return {Cycle.QUARTER}
