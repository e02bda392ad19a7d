"""The facts of the ladder on past days, from the ledger: its states at the opening of each day, in turn."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, localtime

from common.workdays import OPENS_AT, WorkCalendar
from ledger.models import Event
from ledger.readers import states_at
from progress.models import Period
from progress.status import RECEIVED, ClosingStatus, ReportStatus
from supervision.models import Notice
from supervision.readers.facts import read_staff
from supervision.reminders import Facts, Mark, Rules, TaskFacts, Waiting, latest_days
from supervision.status import NoticeStatus
from tasks.models import Task
from tasks.periods import PeriodDates
from tasks.readers.as_of import state_columns
from tasks.readers.rows import light_of_row
from tasks.status import REPORTING, RUNNING, ExtensionStatus, Status

KINDS = ("task", "report", "extension", "closing")

Row = dict[str, Any]
Identity = tuple[str, Any]


def opening(day: date) -> datetime:
    """The moment at which the office opens."""
    return datetime.combine(day, OPENS_AT, tzinfo=get_default_timezone())


class PastFacts:
    """Facts of a day as the ledger knew them when the office opened; to be asked for days in order.

    People are today's: who held which post then is not rebuilt. Notices are those that stood before the first day,
    since a rehearsal assumes its own from then on. Six queries, and one pass over the events of the stretch.
    """

    def __init__(self, first: date, last: date, *, calendar: WorkCalendar, rules: Rules) -> None:
        self.calendar, self.rules = calendar, rules
        plans = Task.objects.current().values_list("plan__code", "number", "pk")
        self.numbers = {(plan, number): pk for plan, number, pk in plans}
        self.states = _states_at(opening(first))
        self.events = _events_between(opening(first), opening(last))
        self.coming = next(self.events, None)
        self.marks = _marks_before(opening(first))
        self.periods = _periods()
        self.staff = read_staff(last)

    def __call__(self, day: date) -> Facts:
        self._forward(opening(day))
        reports, extensions = self._of("report"), self._of("extension")
        asks = [row for row in reports if row["ask"] and not row.get("ask_to")]
        closings = self._of("closing")
        waiting = (*_extensions(extensions), *_asks(asks), *self._reviews(reports), *self._closings(closings))
        held = {each.task for each in waiting if each.subject in {"extension", "ask"}}
        released = _released([*extensions, *closings], asks)
        return Facts(
            tasks=tuple(
                _task_facts(state, waits=state["pk"] in held, released_on=released.get(state["pk"]))
                for state in self._of("task")
                if state["status"] in RUNNING | REPORTING
            ),
            periods=self.periods,
            received=frozenset((row["pk"], row["period"]) for row in reports if row["status"] in RECEIVED),
            marks=self.marks,
            waiting=waiting,
            staff=self.staff,
        )

    def _forward(self, moment: datetime) -> None:
        while self.coming and self.coming[0] <= moment:
            _at, kind, state = self.coming
            self.states[_identity(kind, state)] = state
            self.coming = next(self.events, None)

    def _of(self, kind: str) -> list[Row]:
        """The states of one kind that belong to the plan in force, each with its task's `pk`."""
        number = "number" if kind == "task" else "task"
        found = [state for (name, _key), state in self.states.items() if name == kind]
        named = [(self.numbers.get((state["plan"], state[number])), state) for state in found]
        return [{**state, "pk": pk} for pk, state in named if pk]

    def _reviews(self, reports: Iterable[Row]) -> Iterator[Waiting]:
        sent = (row for row in reports if row["status"] == ReportStatus.SUBMITTED)
        return (self._to_review("review", row, row["submitted_at"]) for row in sent)

    def _closings(self, closings: Iterable[Row]) -> Iterator[Waiting]:
        closing = {row["pk"] for row in self._of("task") if row["status"] == Status.CLOSING}
        waiting = {ClosingStatus.SENT.value, ClosingStatus.CHECKED.value}
        sent = (row for row in closings if row["status"] in waiting and row["pk"] in closing)
        return (self._to_review("closing", row, row["sent_at"]) for row in sent)

    def _to_review(self, subject: str, row: Row, moment: str) -> Waiting:
        since = _day(moment)
        limit = self.calendar.after(since, self.rules.periods.review_days)
        return Waiting(subject, row["id"], row["pk"], limit, since)


def _identity(kind: str, state: Row) -> Identity:
    return kind, (state["plan"], state["number"]) if kind == "task" else state["id"]


def _states_at(moment: datetime) -> dict[Identity, Row]:
    events = Event.objects.all()
    return {_identity(kind, state): state for kind in KINDS for state in states_at(kind, moment, events)}


def _events_between(first: datetime, last: datetime) -> Iterator[tuple[datetime, str, Row]]:
    found = Event.objects.filter(kind__in=KINDS, at__gt=first, at__lte=last, state__isnull=False).order_by("sequence")
    return ((at, kind, state or {}) for at, kind, state in found.values_list("at", "kind", "state").iterator())


def _task_facts(state: Row, *, waits: bool, released_on: date | None) -> TaskFacts:
    row = state_columns(state)
    issued, asked = state.get("issued_on"), state.get("closing_asked_on")
    return TaskFacts(
        pk=state["pk"],
        status=row["status"],
        start=row["start_date"],
        due=row["due_date"],
        lead=row["lead"],
        colour_on=lambda day: light_of_row(row, day).colour,
        supporting=tuple(row["supporting"]),
        cycle=row["cycle"],
        issued_on=issued and date.fromisoformat(issued),
        received_on=row["received_on"],
        closing_asked_on=asked and date.fromisoformat(asked),
        exempt_from=row["exempt_from"],
        exempt_until=row["exempt_until"],
        waits_for_office=waits,
        released_on=released_on,
    )


def _extensions(rows: Iterable[Row]) -> Iterator[Waiting]:
    for row in rows:
        if row["status"] == ExtensionStatus.SENT:
            yield Waiting("extension", row["id"], row["pk"], _limit(row["answer_due_on"]), _day(row["sent_at"]))


def _asks(rows: Iterable[Row]) -> Iterator[Waiting]:
    for row in rows:
        if row["status"] in RECEIVED and not row["answered_at"]:
            limit = row["ask_due_on"] or row["submitted_at"][:10]
            yield Waiting("ask", row["id"], row["pk"], _limit(limit), _day(row["submitted_at"]))


def _limit(text: str) -> date:
    return date.fromisoformat(text)


def _day(text: str) -> date:
    moment = parse_datetime(text)
    assert moment is not None
    return localtime(moment).date()


def _released(decided: Iterable[Row], asks: Iterable[Row]) -> dict[int, date]:
    """The day of the office's last answer on a task: an extension refused, an ask answered, a closing returned."""
    refusals = {ExtensionStatus.REFUSED.value, ClosingStatus.RETURNED.value}
    answers = [(row["pk"], row["decided_at"]) for row in decided if row["status"] in refusals]
    answers += [(row["pk"], row["answered_at"]) for row in asks]
    return latest_days((task, _day(moment)) for task, moment in answers if moment)


def _marks_before(moment: datetime) -> dict[str, tuple[Mark, ...]]:
    """The notices that had been issued by then, as they stood."""
    marks: dict[str, tuple[Mark, ...]] = {}
    for notice in Notice.objects.filter(issued_at__lt=moment).order_by("pk"):
        status = NoticeStatus.ISSUED
        if notice.ended_at and notice.ended_at < moment:
            status = NoticeStatus.SETTLED
        elif notice.answered_at and notice.answered_at < moment:
            status = NoticeStatus.ANSWERED
        assert notice.issued_at is not None
        mark = Mark(
            notice.level, status, notice.occurrence, notice.pk, notice.number, notice.new_limit,
            issued_on=localtime(notice.issued_at).date(),
            ended_on=localtime(notice.ended_at).date() if status == NoticeStatus.SETTLED and notice.ended_at else None,
        )  # fmt: skip
        marks[notice.clock] = (*marks.get(notice.clock, ()), mark)
    return marks


def _periods() -> tuple[PeriodDates, ...]:
    names = ("code", "starts_on", "ends_on", "contributions_due_on", "reports_due_on", "locks_on")
    return tuple(PeriodDates(**row) for row in Period.objects.order_by().values(*names))
