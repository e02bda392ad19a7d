"""What the ladder needs to know, as plain values: of now from the database, of a past day from the ledger, or assumed.

`clocks_of` makes the same clocks from all of them, so that the sweep, a sender and a rehearsal cannot differ.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from common.workdays import WorkCalendar
from supervision.reminders.clock import (
    KIND_ANSWER,
    KIND_BULLETIN,
    KIND_DUE,
    KIND_RECEIPT,
    KIND_REPORT,
    Clock,
    Mark,
    once,
)
from supervision.reminders.policy import ReminderPolicy
from tasks.periods import PeriodDates, PeriodPolicy, begun_on, order_of, owes, periods_running
from tasks.status import RUNNING, Status

People = tuple[int, ...]


@dataclass(frozen=True)
class Staff:
    """Who serves where: the people of each unit by their part, and the office's. Who is away is replaced already."""

    reporters: Mapping[str, People] = field(default_factory=dict)
    approvers: Mapping[str, People] = field(default_factory=dict)
    heads: Mapping[str, People] = field(default_factory=dict)
    supervisors: People = ()
    directors: People = ()
    with_address: frozenset[int] = frozenset()


@dataclass(frozen=True)
class TaskFacts:
    """A task as far as its clocks depend on it. `colour_on` gives the light of a day.

    `waits_for_office` says that an extension or an ask of the unit is unanswered; `released_on` is the day of the
    office's last answer.
    """

    pk: int
    status: str
    start: date | None
    due: date | None
    lead: str | None
    colour_on: Callable[[date], str]
    supporting: tuple[str, ...] = ()
    cycle: str = ""
    issued_on: date | None = None
    received_on: date | None = None
    closing_asked_on: date | None = None
    exempt_from: date | None = None
    exempt_until: date | None = None
    waits_for_office: bool = False
    released_on: date | None = None

    def is_exempt(self, *, on: date) -> bool:
        return bool(self.exempt_from and self.exempt_until and self.exempt_from <= on <= self.exempt_until)


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the office: `subject` is extension, ask, review or notice; `limit` the office's own."""

    subject: str
    pk: int
    task: int
    limit: date
    since: date


@dataclass(frozen=True)
class IssuedBulletin:
    """A bulletin on its way, with the units that it goes to."""

    pk: int
    on: date
    units: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Everything that clocks are made from. `periods` are the stored ones, whose dates go before computed ones;
    `received` are (task, period) of the reports that are in; `marks` the notices of each clock.
    """

    tasks: tuple[TaskFacts, ...] = ()
    periods: tuple[PeriodDates, ...] = ()
    received: frozenset[tuple[int, str]] = frozenset()
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    bulletins: tuple[IssuedBulletin, ...] = ()
    staff: Staff = field(default_factory=Staff)


@dataclass(frozen=True)
class Rules:
    """The policies in force."""

    reminders: ReminderPolicy = field(default_factory=ReminderPolicy)
    periods: PeriodPolicy = field(default_factory=PeriodPolicy)


def latest_days(answers: Iterable[tuple[int, date]]) -> dict[int, date]:
    """Of the office's answers (task, day) the last on each task: from it 催办 and 督办 are counted at the earliest."""
    found: dict[int, date] = {}
    for task, day in answers:
        found[task] = max(day, found.get(task, date.min))
    return found


def due_key(task: int, limit: date) -> str:
    """The clock of a task's deadline: a moved deadline is a new clock."""
    return f"task:{task}:{KIND_DUE}:{limit.isoformat()}"


def report_key(task: int, period: str, limit: date) -> str:
    """The clock of a task's report for one period."""
    return f"task:{task}:{KIND_REPORT}:{period}:{limit.isoformat()}"


def clocks_of(facts: Facts, on: date, calendar: WorkCalendar, rules: Rules) -> list[Clock]:
    """Every clock that runs on a day, held ones too: deadlines, reports, receipts, the office's answers, bulletins."""
    running = [task for task in facts.tasks if not task.is_exempt(on=on)]
    periods = _running_periods(facts.periods, on, calendar, rules.periods)
    clocks = [clock for task in running for clock in _clocks_of_task(task, facts, periods, calendar, rules)]
    clocks += [_answer_clock(each, facts.staff) for each in facts.waiting]
    clocks += [_bulletin_clock(each, facts.staff) for each in facts.bulletins]
    return clocks


def _running_periods(
    stored: Iterable[PeriodDates], on: date, calendar: WorkCalendar, policy: PeriodPolicy
) -> list[PeriodDates]:
    """Periods that take reports on a day. One that nobody has opened yet is computed, so that a plan needs no write."""
    known = {each.code: each for each in stored}
    found = {each.code: each for each in periods_running(on, calendar, policy)} | known
    running = [each for each in found.values() if each.starts_on <= on <= each.locks_on]
    return sorted(running, key=lambda each: order_of(each.code))


def _clocks_of_task(
    task: TaskFacts, facts: Facts, periods: Iterable[PeriodDates], calendar: WorkCalendar, rules: Rules
) -> Iterator[Clock]:
    if task.status == Status.ISSUED and task.issued_on:
        limit = calendar.after(task.issued_on, rules.reminders.receipt_days)
        key = f"task:{task.pk}:{KIND_RECEIPT}:{limit.isoformat()}"
        yield _unit_clock(task, facts, key=key, kind=KIND_RECEIPT, limit=limit, opened_on=task.issued_on)
    if task.status in RUNNING and task.due:
        yield _unit_clock(
            task,
            facts,
            key=due_key(task.pk, task.due),
            kind=KIND_DUE,
            limit=task.due,
            opened_on=task.start,
            is_held=task.waits_for_office or task.closing_asked_on is not None,
        )
    for period in periods:
        if _is_missing(task, period, facts.received):
            yield _report_clock(task, period, facts)


def _is_missing(task: TaskFacts, period: PeriodDates, received: frozenset[tuple[int, str]]) -> bool:
    """Owed and not at the office; a returned report is out again."""
    begun, colour = begun_on(task.start, task.received_on), task.colour_on(period.starts_on)
    is_owed = owes(period, status=task.status, start=begun, cycle=task.cycle, colour=colour)
    return is_owed and (task.pk, period.code) not in received


def _report_clock(task: TaskFacts, period: PeriodDates, facts: Facts) -> Clock:
    limit = period.reports_due_on
    return _unit_clock(
        task,
        facts,
        key=report_key(task.pk, period.code, limit),
        kind=KIND_REPORT,
        limit=limit,
        period=period.code,
        opened_on=max(filter(None, (period.starts_on, begun_on(task.start, task.received_on)))),
        supporters=once(*(facts.staff.reporters.get(unit, ()) for unit in task.supporting)),
    )


def _unit_clock(
    task: TaskFacts,
    facts: Facts,
    *,
    key: str,
    kind: str,
    limit: date,
    opened_on: date | None,
    period: str = "",
    is_held: bool = False,
    supporters: People = (),
) -> Clock:
    """A clock of the lead unit. Where nobody drafts for it, its approvers are told what its reporters would be."""
    staff, unit = facts.staff, task.lead or ""
    approvers = staff.approvers.get(unit, ())
    return Clock(
        key=key,
        kind=kind,
        limit=limit,
        task=task.pk,
        agency=unit,
        period=period,
        is_held=is_held,
        opened_on=opened_on,
        released_on=task.released_on if kind == KIND_DUE else None,
        reporters=staff.reporters.get(unit, ()) or approvers,
        supporters=supporters,
        approvers=approvers,
        heads=staff.heads.get(unit, ()),
        directors=staff.directors,
        marks=facts.marks.get(key, ()),
    )


def _answer_clock(waiting: Waiting, staff: Staff) -> Clock:
    return Clock(
        key=f"task:{waiting.task}:{KIND_ANSWER}:{waiting.subject}:{waiting.pk}:{waiting.limit.isoformat()}",
        kind=KIND_ANSWER,
        limit=waiting.limit,
        task=waiting.task,
        subject=waiting.subject,
        opened_on=waiting.since,
        supervisors=staff.supervisors,
        directors=staff.directors,
    )


def _bulletin_clock(bulletin: IssuedBulletin, staff: Staff) -> Clock:
    return Clock(
        key=f"bulletin:{bulletin.pk}:{bulletin.on.isoformat()}",
        kind=KIND_BULLETIN,
        limit=bulletin.on,
        task=None,
        approvers=once(*(staff.approvers.get(unit, ()) for unit in bulletin.units)),
        heads=once(*(staff.heads.get(unit, ()) for unit in bulletin.units)),
    )
