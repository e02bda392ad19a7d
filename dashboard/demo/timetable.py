"""When things happen in the demonstration: days and moments of the past year, by arithmetic alone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from common.workdays import WorkCalendar
from tasks.periods import Cycle, PeriodDates, following_quarter, parse_period, periods_begun, quarter_dates, quarter_of

QUARTERS_BACK = 4
# A report comes in so many working days before its limit, each task at its own habit.
HABITS = 9


@dataclass(frozen=True)
class ReportDays:
    """The days of one report; on the same day the hours keep the order."""

    draft: date
    submit: date
    review: date


@dataclass(frozen=True)
class Timetable:
    """Five quarters up to the live one, the one that takes reports on the day of loading."""

    today: date
    zone: tzinfo
    calendar: WorkCalendar
    periods: tuple[PeriodDates, ...]

    @classmethod
    def ending(cls, now: datetime, calendar: WorkCalendar) -> "Timetable":
        today = now.date()
        quarter = quarter_of(today)
        before = quarter_dates(*following_quarter(*quarter, -1), calendar)
        live = quarter if today > before.locks_on else following_quarter(*quarter, -1)
        codes = [following_quarter(*live, count) for count in range(-QUARTERS_BACK, 1)]
        return cls(today, now.tzinfo, calendar, tuple(quarter_dates(*code, calendar) for code in codes))

    @property
    def live(self) -> PeriodDates:
        return self.periods[-1]

    @property
    def months(self) -> list[PeriodDates]:
        """The months of the year that are periods of their own and have begun by the day of loading."""
        begun = periods_begun(self.periods[0].starts_on, self.today, self.calendar)
        return [each for each in begun if parse_period(each.code)[0] == Cycle.MONTH]

    def month_openings(self) -> set[date]:
        """The days on which a period is opened: the first working day of each month and quarter."""
        starts = {each.starts_on for each in (*self.periods, *self.months)}
        days = {self.calendar.next_working_day(day) for day in starts}
        return {day for day in days if self.is_past(day)}

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone)

    def first_day(self, period: int, *, plus: int = 0) -> date:
        """The first working day of a period, or so many working days after it."""
        return self.calendar.after(self.periods[period].starts_on - timedelta(days=1), plus + 1)

    def back(self, workdays: int) -> date:
        """The n-th working day before today; always in the past."""
        return self.calendar.after(self.today, -workdays)

    def recent(self, workdays: int) -> date:
        """The same, but not before the live period began."""
        return max(self.back(workdays), self.first_day(QUARTERS_BACK))

    def ahead(self, days: int) -> date:
        """The working day on or after so many days from today."""
        return self.calendar.next_working_day(self.today + timedelta(days=days))

    def is_past(self, day: date) -> bool:
        """Nothing happens on the day of loading itself: it belongs to those who try the system."""
        return day < self.today

    def report_days(self, period: int, number: int, *, early: int = 0, late: int = 0) -> ReportDays:
        """The days of the report of one task in one period, `early` or `late` working days more than its habit."""
        after = late or -(1 + number * 4 % HABITS + early)
        submit = self.calendar.after(self.periods[period].reports_due_on, after)
        draft = max(self.calendar.after(submit, -2), self.first_day(period))
        return ReportDays(draft, max(submit, draft), self.calendar.after(submit, 1 + number % 3))
