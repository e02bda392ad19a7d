"""Working days: which day counts, and how to step from one to another.

Source: the yearly notice of the State Council's General Office on holidays (节假日安排), which names days off and
the weekend days worked instead (调休). The notice of one year may name days of a neighbouring one, so a named day
counts in whatever year it lies; `published_years` says only for which years the notice is known to be entered.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)
WEEK_LENGTH = 7
WEEK_WORKDAYS = 5
OPENS_AT = time(8, 30)
CLOSES_AT = time(18, 0)


def _is_weekday(day: date) -> bool:
    return day.weekday() < WEEK_WORKDAYS


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday with the ordinal 1, up to and with this ordinal."""
    weeks, rest = divmod(ordinal, WEEK_LENGTH)
    return weeks * WEEK_WORKDAYS + min(rest, WEEK_WORKDAYS)


@dataclass(frozen=True)
class WorkCalendar:
    """工作日历. Monday to Friday, less `holidays`, plus `workdays` (the worked weekend days).

    A year that is not in `published_years` has no notice yet: Monday to Friday holds there, and whoever shows a date
    in it says so (`is_published`). A day in both sets is a contradiction and raises ValueError.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    published_years: frozenset[int]

    def __post_init__(self) -> None:
        if both := self.holidays & self.workdays:
            days = ", ".join(day.isoformat() for day in sorted(both))
            raise ValueError(f"days both off and worked: {days}")

    def is_published(self, year: int) -> bool:
        """Whether the holiday notice of this year has been entered."""
        return year in self.published_years

    def is_working_day(self, day: date) -> bool:
        """A named day counts as it is named, any other day by the week."""
        if day in self.workdays:
            return True
        return _is_weekday(day) and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first worked day after it: where a limit on a day off moves to."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which itself does not count; before it if n is negative.

        With n = 0 it is `next_working_day`. Raises OverflowError at the ends of Python's calendar (years 1 and 9999).
        """
        if n == 0:
            return self.next_working_day(day)
        step = ONE_DAY if n > 0 else -ONE_DAY
        for _count in range(abs(n)):
            day = self._step_to_working_day(day, step)
        return day

    def _step_to_working_day(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_working_day(day):
            day += step
        return day

    def between(self, start: date, end: date) -> int:
        """The number of working days after `start` up to and with `end`; 0 if `end` is not after `start`."""
        if end <= start:
            return 0
        weekdays = _weekdays_through(end.toordinal()) - _weekdays_through(start.toordinal())
        off = sum(1 for day in self.holidays if start < day <= end and _is_weekday(day))
        added = sum(1 for day in self.workdays if start < day <= end and not _is_weekday(day))
        return weekdays - off + added

    def next_working_moment(self, moment: datetime, *, opens: time = OPENS_AT, closes: time = CLOSES_AT) -> datetime:
        """The moment itself if it lies in working hours (opens ≤ t < closes) of a working day, else the next opening.

        Hours and days are those of the moment's own time zone, which the answer keeps: convert it to local time first.
        Raises ValueError for a naive moment, and if `opens` is not before `closes`. Source of 8:30–18:00: our own rule.
        """
        if moment.utcoffset() is None:
            raise ValueError("a working moment needs a time zone")
        if opens >= closes:
            raise ValueError("working hours must open before they close")
        day, clock = moment.date(), moment.time()
        if self.is_working_day(day) and opens <= clock < closes:
            return moment
        if clock >= closes:
            day += ONE_DAY
        return datetime.combine(self.next_working_day(day), opens, tzinfo=moment.tzinfo)


# Monday to Friday and nothing else: what holds as long as no notice has been entered.
WEEKDAYS = WorkCalendar(frozenset(), frozenset(), frozenset())
