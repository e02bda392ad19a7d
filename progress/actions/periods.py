"""Opening, re-dating and settling periods: what the calendar brings about, whoever asks for it and however late."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.timezone import localtime

from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Event
from progress.actions.expectations import expect_reports
from progress.actions.working_copies import drop_old_copies
from progress.models import Expectation, Period
from tasks.actions import close_quarters
from tasks.models import CalendarDay, PolicyVersion, Task
from tasks.periods import (
    PeriodDates,
    PeriodPolicy,
    moved_later,
    parse_period,
    period_dates,
    periods_begun,
    periods_running,
    quarter_code,
)
from tasks.policies import PolicyKind
from tasks.readers import owed_at_close

_DATES = ("starts_on", "ends_on", "contributions_due_on", "reports_due_on", "locks_on")
_LIMITS = ["contributions_due_on", "reports_due_on", "locks_on"]


def keep_periods(*, now: datetime, by: Actor) -> list[Period]:
    """Everything that days bring about in reporting has come about by `now`; the periods it opened.

    The periods that run are open; limits still to come stand on working days; who owed for a locked period is kept,
    what was typed for it and left alone is not; the lights of closed quarters are kept; every task knows until when its
    next report has to be in. Safe to repeat, to miss and to run twice at once: each step finds in the data what is left
    to do, and late it does the same.
    """
    now = localtime(now)
    on = now.date()
    opened = open_periods(on=on, by=by, now=now)
    redate_periods(on=on, by=by, now=now)
    for code in Period.objects.unsettled().filter(locks_on__lt=on).in_order().values_list("code", flat=True):
        settle_period(code=code, by=by, now=now)
    close_quarters(on=on, by=by, now=now)
    expect_reports(by=by, now=now)
    drop_old_copies(now=now)
    return opened


@transaction.atomic
def open_period(*, year: int, quarter: int, by: Actor, now: datetime) -> Period:
    """The quarter exists with its dates; one that exists is left as it is."""
    calendar, policy = CalendarDay.objects.as_calendar(), period_policy()
    return _open([period_dates(quarter_code(year, quarter), calendar, policy)], by=by, now=now)[0]


@transaction.atomic
def open_periods(*, on: date, by: Actor, now: datetime) -> list[Period]:
    """Every period that runs exists, and every one that began since the first there is; those that are new.

    Its dates are those of the policy and the calendar of the day on which it is opened; a later policy leaves them.
    """
    first = Period.objects.aggregate(first=Min("ends_on"))["first"]
    calendar, policy = CalendarDay.objects.as_calendar(), period_policy()
    running = periods_running(on, calendar, policy)
    wanted = running if first is None else [*periods_begun(min(first, on), on, calendar, policy), *running]
    known = set(Period.objects.values_list("code", flat=True))
    missing = {each.code: each for each in wanted if each.code not in known}
    return _open(list(missing.values()), by=by, now=now) if missing else []


def period_policy() -> PeriodPolicy:
    """The policy in force for periods (one query)."""
    return PolicyVersion.objects.value(PeriodPolicy, PolicyKind.PERIODS)


def _open(found: list[PeriodDates], *, by: Actor, now: datetime) -> list[Period]:
    """All rows before the first event: the ledger's head is the last lock."""
    rows = [_ensure(dates) for dates in found]
    for period, is_new in rows:
        if is_new:
            ledger.append(kind="period", key=period.code, verb="opened", by=by, at=now, state=_state(period))
    return [period for period, _is_new in rows]


def _ensure(dates: PeriodDates) -> tuple[Period, bool]:
    values = {name: getattr(dates, name) for name in _DATES}
    cycle = parse_period(dates.code)[0]
    return Period.objects.get_or_create(code=dates.code, defaults={"cycle": cycle, **values})


def _state(period: Period) -> dict[str, Any]:
    return {"code": period.code, "cycle": period.cycle, **{name: getattr(period, name) for name in _DATES}}


@transaction.atomic
def redate_periods(*, on: date, by: Actor, now: datetime) -> list[Period]:
    """A limit still to come that the calendar has made a day off stands on the next working day; the periods moved.

    Only ever later: nobody's report becomes late, and none is locked out, by a change of the calendar.
    """
    calendar = CalendarDay.objects.as_calendar()
    found = [each.code for each in _open_ones(on) if moved_later(each.dates(), calendar, on=on) != each.dates()]
    if not found:
        return []
    periods = list(_open_ones(on).filter(code__in=found).order_by("code").select_for_update(no_key=True, of=("self",)))
    before = [_state(period) for period in periods]
    for period in periods:
        moved = asdict(moved_later(period.dates(), calendar, on=on))
        for name in _LIMITS:
            setattr(period, name, moved[name])
        period.save(update_fields=_LIMITS)
    for period, old in zip(periods, before, strict=True):
        state = _state(period)
        if state != old:  # another run may have moved it while this one waited for the row
            ledger.append(kind="period", key=period.code, verb="redated", by=by, at=now, state=state, before=old)
    return periods


def _open_ones(on: date) -> Any:
    return Period.objects.unsettled().filter(locks_on__gte=on)


@transaction.atomic
def settle_period(*, code: str, by: Actor, now: datetime) -> Period:
    """Who owed a report for a period stands in `Expectation` for good, by the unit that led then.

    As the ledger knew it at the period's end, so that a late run keeps the same; of two at once the second finds it
    done.
    """
    period = Period.objects.select_for_update(no_key=True, of=("self",)).get(pk=code)
    if period.is_settled:
        return period
    tasks = Task.objects.current()
    keys = dict(tasks.values_list("number", "pk"))
    owed = owed_at_close(tasks, Event.objects.all(), period=period.dates())
    rows = [Expectation(period=period, task_id=keys[number], agency_id=lead) for number, lead in owed]
    Expectation.objects.bulk_create(rows)
    period.is_settled = True
    period.save(update_fields=["is_settled"])
    state = {**_state(period), "expected": len(rows)}
    ledger.append(kind="period", key=period.code, verb="settled", by=by, at=now, state=state, before=_state(period))
    return period
