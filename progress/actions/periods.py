from datetime import date, datetime

from django.db import transaction

from common.workdays import WorkCalendar
from ledger import actions as ledger
from ledger.actors import Actor
from progress.models import Period
from progress.periods import quarter_dates, quarter_of
from tasks.models import CalendarDay

_DATES = ("starts_on", "ends_on", "contributions_due_on", "reports_due_on", "locks_on")


@transaction.atomic
def open_period(*, year: int, quarter: int, by: Actor, now: datetime, calendar: WorkCalendar | None = None) -> Period:
    """The quarter exists with its dates; one that exists is left as it is."""
    dates = quarter_dates(year, quarter, calendar or CalendarDay.objects.as_calendar())
    values = {name: getattr(dates, name) for name in _DATES}
    period, created = Period.objects.get_or_create(code=dates.code, defaults=values)
    if created:
        state = {"code": period.code, **values}
        ledger.append(kind="period", key=period.code, verb="opened", by=by, at=now, state=state)
    return period


@transaction.atomic
def open_periods(*, on: date, by: Actor, now: datetime) -> list[Period]:
    """The quarter of this day exists, and the one before it, whose reports may still come in."""
    year, quarter = quarter_of(on)
    before = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    if Period.objects.filter(code__in=[f"{year}Q{quarter}", "{}Q{}".format(*before)]).count() == 2:
        return []
    calendar = CalendarDay.objects.as_calendar()
    return [open_period(year=y, quarter=q, by=by, now=now, calendar=calendar) for y, q in (before, (year, quarter))]
