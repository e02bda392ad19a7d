from datetime import date, datetime

from django.db import transaction

from common.workdays import WorkCalendar
from ledger import actions as ledger
from ledger.actors import Actor
from progress.models import Period
from progress.periods import following_quarter, quarter_code, quarter_dates, quarter_of
from tasks.models import CalendarDay

_DATES = ("starts_on", "ends_on", "contributions_due_on", "reports_due_on", "locks_on")


@transaction.atomic
def open_period(*, year: int, quarter: int, by: Actor, now: datetime) -> Period:
    """The quarter exists with its dates; one that exists is left as it is."""
    return _open([(year, quarter)], by=by, now=now)[0]


@transaction.atomic
def open_periods(*, on: date, by: Actor, now: datetime) -> list[Period]:
    """The quarter of this day exists, and the one before it, whose reports may still come in."""
    year, quarter = quarter_of(on)
    wanted = [following_quarter(year, quarter, -1), (year, quarter)]
    if Period.objects.filter(code__in=[quarter_code(*each) for each in wanted]).count() == len(wanted):
        return []
    return _open(wanted, by=by, now=now)


def _open(quarters: list[tuple[int, int]], *, by: Actor, now: datetime) -> list[Period]:
    """All rows before the first event: the ledger's head is the last lock."""
    calendar = CalendarDay.objects.as_calendar()
    rows = [_ensure(year, quarter, calendar) for year, quarter in quarters]
    for period, is_new in rows:
        if is_new:
            state = {"code": period.code, **{name: getattr(period, name) for name in _DATES}}
            ledger.append(kind="period", key=period.code, verb="opened", by=by, at=now, state=state)
    return [period for period, _is_new in rows]


def _ensure(year: int, quarter: int, calendar: WorkCalendar) -> tuple[Period, bool]:
    dates = quarter_dates(year, quarter, calendar)
    return Period.objects.get_or_create(code=dates.code, defaults={name: getattr(dates, name) for name in _DATES})
