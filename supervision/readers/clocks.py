"""The clocks that run against units on a day, read in a handful of queries whatever their number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from agencies.models import User
from agencies.roles import AGENCY_ROLES, Role
from common.workdays import WorkCalendar
from progress.models import Period, Report
from progress.periods import PeriodDates, following_quarter, is_owed, quarter_code, quarter_dates, quarter_of
from progress.status import RECEIVED
from supervision.reminders import KIND_DUE, KIND_REPORT, Clock
from tasks.models import CalendarDay, TaskQuerySet
from tasks.status import REPORTING, RUNNING

Row = dict[str, Any]
_COLUMNS = ("pk", "status", "start_date", "due_date", "closing_asked_on", "lead_code")


@dataclass(frozen=True)
class Staff:
    """Who serves where: the people of each unit by role, the office's directors, and who has a mail address."""

    of_agency: dict[tuple[str, str], tuple[int, ...]]
    directors: tuple[int, ...]
    with_address: frozenset[int]


@dataclass(frozen=True)
class Gathered:
    """Everything the plan of a day needs to know; `periods` names the period of a report's clock."""

    clocks: list[Clock]
    periods: dict[str, str]
    staff: Staff
    calendar: WorkCalendar


def due_key(task: int, limit: date) -> str:
    """The clock of a task's deadline: a moved deadline is a new clock."""
    return f"task:{task}:{KIND_DUE}:{limit.isoformat()}"


def report_key(task: int, period: str, limit: date) -> str:
    """The clock of a task's report for one period."""
    return f"task:{task}:{KIND_REPORT}:{period}:{limit.isoformat()}"


def gather_clocks(tasks: TaskQuerySet, *, on: date, calendar: WorkCalendar | None = None) -> Gathered:
    """The open clocks of these tasks with the people who answer for them (four queries, and two for the calendar)."""
    calendar = calendar or CalendarDay.objects.as_calendar()
    rows = list(tasks.with_lead().filter(status__in=RUNNING | REPORTING).order_by("pk").values(*_COLUMNS))
    staff = _staff()
    clocks = [_due_clock(row, staff) for row in rows if _runs_to_deadline(row)]
    periods: dict[str, str] = {}
    for period, row in _missing_reports(rows, on=on, calendar=calendar):
        clock = _report_clock(row, period, staff)
        periods[clock.key] = period.code
        clocks.append(clock)
    return Gathered(clocks, periods, staff, calendar)


def _staff() -> Staff:
    people = User.objects.serving().filter(role__in=[*AGENCY_ROLES, Role.DIRECTOR]).order_by("pk")
    of_agency: dict[tuple[str, str], list[int]] = defaultdict(list)
    with_address = set()
    for pk, agency, role, email in people.values_list("pk", "agency", "role", "email"):
        of_agency[agency, role].append(pk)
        if email:
            with_address.add(pk)
    directors = [pk for (_agency, role), pks in of_agency.items() if role == Role.DIRECTOR for pk in pks]
    grouped = {key: tuple(pks) for key, pks in of_agency.items()}
    return Staff(grouped, tuple(sorted(directors)), frozenset(with_address))


def _people(row: Row, staff: Staff) -> dict[str, tuple[int, ...]]:
    """Who answers for a task. Where nobody drafts for a unit, its approvers are told what its reporters would be."""
    reporters = staff.of_agency.get((row["lead_code"], Role.REPORTER), ())
    approvers = staff.of_agency.get((row["lead_code"], Role.APPROVER), ())
    return {"reporters": reporters or approvers, "approvers": approvers, "directors": staff.directors}


def _runs_to_deadline(row: Row) -> bool:
    """Once the unit has asked for closing, the office is to move: the unit's clock stands still."""
    return row["status"] in RUNNING and row["due_date"] is not None and row["closing_asked_on"] is None


def _due_clock(row: Row, staff: Staff) -> Clock:
    key, limit = due_key(row["pk"], row["due_date"]), row["due_date"]
    people = _people(row, staff)
    return Clock(key=key, kind=KIND_DUE, limit=limit, task=row["pk"], opened_on=row["start_date"], **people)


def _report_clock(row: Row, period: Period | PeriodDates, staff: Staff) -> Clock:
    limit = period.reports_due_on
    return Clock(
        key=report_key(row["pk"], period.code, limit),
        kind=KIND_REPORT,
        limit=limit,
        task=row["pk"],
        opened_on=max(filter(None, (period.starts_on, row["start_date"]))),
        **_people(row, staff),
    )


def _missing_reports(
    rows: Iterable[Row], *, on: date, calendar: WorkCalendar
) -> list[tuple[Period | PeriodDates, Row]]:
    """Each task and unlocked period whose report is owed and not at the office; a returned one is out again."""
    periods = _unlocked_periods(on, calendar)
    sent = Report.objects.filter(period__in=[each.code for each in periods], status__in=RECEIVED)
    received = set(sent.values_list("task", "period"))
    return [
        (period, row)
        for period in periods
        for row in rows
        if (row["pk"], period.code) not in received
        and is_owed(row["status"], row["start_date"], ends_on=period.ends_on)
    ]


def _unlocked_periods(on: date, calendar: WorkCalendar) -> list[Period | PeriodDates]:
    """Periods that take reports on a day. One that nobody has opened yet is computed, so that a plan needs no write."""
    quarter = quarter_of(on)
    expected = {quarter_code(*each): each for each in (following_quarter(*quarter, -1), quarter)}
    stored = list(Period.objects.filter(Q(code__in=expected) | Q(starts_on__lte=on, locks_on__gte=on)))
    known = {period.code for period in stored}
    computed = [quarter_dates(*each, calendar) for code, each in expected.items() if code not in known]
    found: list[Period | PeriodDates] = [*stored, *computed]
    unlocked = [each for each in found if each.starts_on <= on <= each.locks_on]
    return sorted(unlocked, key=lambda each: each.starts_on)
