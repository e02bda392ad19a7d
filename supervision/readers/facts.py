"""The facts of the ladder as the database has them now: a fixed number of queries, whatever the number of tasks."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils.timezone import get_default_timezone, localtime

from agencies.models import Agency, Leave, User
from agencies.roles import AGENCY_ROLES, OFFICE_ROLES, Role
from common.workdays import WorkCalendar
from progress.models import Closing, Period, Report
from progress.status import RECEIVED, ClosingStatus, ReportStatus
from supervision.models import Bulletin, Notice, NoticeQuerySet
from supervision.reminders import (
    Facts,
    IssuedBulletin,
    Mark,
    ReminderPolicy,
    Rules,
    Staff,
    TaskFacts,
    Waiting,
    latest_days,
)
from supervision.status import BulletinStatus, NoticeStatus
from tasks.models import Assignment, Extension, PolicyVersion, Task, TaskQuerySet
from tasks.periods import PeriodDates, PeriodPolicy
from tasks.policies import PolicyKind
from tasks.status import REPORTING, RUNNING, ExtensionStatus, Status

A_YEAR = timedelta(days=366)  # longer than any period takes reports
BULLETIN_DAYS = 30  # so long after its issue a bulletin still goes to people who were not reached at once
_REPORT = ("pk", "task", "period", "status", "submitted_at", "ask", "ask_to", "ask_due_on", "answered_at")
_MARK = ("pk", "clock", "level", "occurrence", "status", "year", "serial", "new_limit", "issued_at", "ended_at")

Row = dict[str, Any]


def read_rules() -> Rules:
    """The policies in force (two queries)."""
    versions = PolicyVersion.objects
    return Rules(
        reminders=versions.value(ReminderPolicy, PolicyKind.REMINDERS),
        periods=versions.value(PeriodPolicy, PolicyKind.PERIODS),
    )


def read_facts(tasks: TaskQuerySet, *, on: date, calendar: WorkCalendar, rules: Rules) -> Facts:
    """Facts of these tasks, and the people of a day (ten queries, and one for each bulletin on its way)."""
    chosen = tasks.order_by().values("pk")
    reports = list(_reports(chosen, on))
    extensions = list(_extensions(chosen))
    closings = list(_closings(chosen))
    notices = list(_notices(chosen, on).values("task", "drafted_at", *_MARK))
    asks = [row for row in reports if row["ask"] and row["ask_to"] is None]
    waiting = [
        *_waiting_extensions(extensions),
        *_waiting_asks(asks),
        *_waiting_reviews(reports, calendar, rules),
        *_waiting_closings(closings, calendar, rules),
        *_waiting_notices(notices, calendar, rules),
    ]
    return Facts(
        tasks=tuple(_tasks(tasks, waiting, _released([*extensions, *closings], asks))),
        periods=tuple(_stored_periods(on)),
        received=frozenset((row["task"], row["period"]) for row in reports if row["status"] in RECEIVED),
        marks=_marks(notices),
        waiting=tuple(waiting),
        bulletins=tuple(_bulletins(on)),
        staff=read_staff(on),
    )


def _day(moment: datetime) -> date:
    return localtime(moment).date()


# -- tasks ---------------------------------------------------------------------------------------------------------


def _tasks(tasks: TaskQuerySet, waiting: Iterable[Waiting], released: dict[int, date]) -> list[TaskFacts]:
    held = {each.task for each in waiting if each.subject in {"extension", "ask"}}
    rows = tasks.with_lead().filter(status__in=RUNNING | REPORTING).defer("text", "unit_clause").order_by("pk")
    supporting: dict[int, list[str]] = defaultdict(list)
    links = Assignment.objects.filter(task__in=rows.order_by().values("pk"), role=Assignment.Role.CO)
    for task, agency in links.order_by("task_id", "order").values_list("task", "agency"):
        supporting[task].append(agency)
    return [
        TaskFacts(
            pk=task.pk,
            status=task.status,
            start=task.start_date,
            due=task.due_date,
            lead=task.lead_code,
            colour_on=_colour_of(task),
            supporting=tuple(supporting[task.pk]),
            cycle=task.cycle,
            issued_on=task.issued_on,
            received_on=task.received_on,
            closing_asked_on=task.closing_asked_on,
            exempt_from=task.exempt_from,
            exempt_until=task.exempt_until,
            waits_for_office=task.pk in held,
            released_on=released.get(task.pk),
        )
        for task in rows
    ]


def _colour_of(task: Task) -> Any:
    return lambda day: task.light(on=day).colour


def _released(decided: Iterable[Row], asks: Iterable[Row]) -> dict[int, date]:
    """The day of the office's last answer on a task: an extension refused, an ask answered, a closing returned."""
    answers = [(row["task"], row["decided_at"]) for row in decided if row["decided_at"]]
    answers += [(row["task"], row["answered_at"]) for row in asks if row["answered_at"]]
    return latest_days((task, _day(moment)) for task, moment in answers)


# -- what waits for the office, and what is in ----------------------------------------------------------------------


def _reports(chosen: Any, on: date) -> Any:
    """Those that are in for periods not locked, those to be reviewed, and those that ask the office for something.

    An answer given before the deadline had passed moves nothing, so that answers of past years need not be read.
    """
    is_received = Q(status__in=RECEIVED, period__locks_on__gte=on)
    counts = Q(answered_at=None) | Q(answered_at__date__gt=F("task__due_date"))
    asks = Q(status__in=RECEIVED, ask_to=None) & ~Q(ask="") & counts
    found = Report.objects.filter(is_received | asks | Q(status=ReportStatus.SUBMITTED), task__in=chosen)
    return found.order_by("pk").values(*_REPORT)


def _extensions(chosen: Any) -> Any:
    found = Extension.objects.filter(task__in=chosen, status__in=(ExtensionStatus.SENT, ExtensionStatus.REFUSED))
    return found.order_by("pk").values("pk", "task", "status", "sent_at", "answer_due_on", "decided_at")


def _waiting_extensions(rows: Iterable[Row]) -> list[Waiting]:
    sent = [row for row in rows if row["status"] == ExtensionStatus.SENT]
    return [
        Waiting("extension", row["pk"], row["task"], row["answer_due_on"] or _day(row["sent_at"]), _day(row["sent_at"]))
        for row in sent
    ]


def _waiting_asks(rows: Iterable[Row]) -> list[Waiting]:
    open_asks = [row for row in rows if row["answered_at"] is None]
    return [
        Waiting(
            "ask", row["pk"], row["task"], row["ask_due_on"] or _day(row["submitted_at"]), _day(row["submitted_at"])
        )
        for row in open_asks
    ]


def _waiting_reviews(rows: Iterable[Row], calendar: WorkCalendar, rules: Rules) -> list[Waiting]:
    found = [(row, _day(row["submitted_at"])) for row in rows if row["status"] == ReportStatus.SUBMITTED]
    return [
        Waiting("review", row["pk"], row["task"], calendar.after(day, rules.periods.review_days), day)
        for row, day in found
    ]


def _closings(chosen: Any) -> Any:
    """Those that wait for the office while their task waits too, and those that it returned."""
    waits = Q(status__in=(ClosingStatus.SENT, ClosingStatus.CHECKED), task__status=Status.CLOSING)
    found = Closing.objects.filter(waits | Q(status=ClosingStatus.RETURNED), task__in=chosen)
    return found.order_by("pk").values("pk", "task", "status", "sent_at", "decided_at")


def _waiting_closings(rows: Iterable[Row], calendar: WorkCalendar, rules: Rules) -> list[Waiting]:
    """Check and decision together have the time of a review (ours)."""
    found = [(row, _day(row["sent_at"])) for row in rows if row["status"] != ClosingStatus.RETURNED]
    return [
        Waiting("closing", row["pk"], row["task"], calendar.after(day, rules.periods.review_days), day)
        for row, day in found
    ]


def _waiting_notices(rows: Iterable[Row], calendar: WorkCalendar, rules: Rules) -> list[Waiting]:
    found = [(row, _day(row["drafted_at"])) for row in rows if row["status"] == NoticeStatus.DRAFT]
    return [
        Waiting("notice", row["pk"], row["task"], calendar.after(day, rules.reminders.confirm_days), day)
        for row, day in found
    ]


def _notices(chosen: Any, on: date) -> NoticeQuerySet:
    """Those that are open, and those of clocks that may run: of today's deadlines, and of reports of the last year."""
    may_run = Q(limit__gte=on - A_YEAR) | Q(period="", limit=F("task__due_date"))
    return (Notice.objects.open() | Notice.objects.filter(may_run)).filter(task__in=chosen).order_by("pk")


def _marks(notices: Iterable[Row]) -> dict[str, tuple[Mark, ...]]:
    marks: dict[str, list[Mark]] = defaultdict(list)
    for row in notices:
        mark = Mark(
            level=row["level"],
            status=row["status"],
            occurrence=row["occurrence"],
            notice=row["pk"],
            number=f"{row['year']}-{row['serial']}" if row["serial"] else "",
            new_limit=row["new_limit"],
            issued_on=_day(row["issued_at"]) if row["issued_at"] else None,
            ended_on=_day(row["ended_at"]) if row["ended_at"] else None,
        )
        marks[row["clock"]].append(mark)
    return {clock: tuple(found) for clock, found in marks.items()}


def _stored_periods(on: date) -> list[PeriodDates]:
    """Locked ones of the last year too: by a later policy or calendar they might be thought to run still."""
    names = ("code", "starts_on", "ends_on", "contributions_due_on", "reports_due_on", "locks_on")
    found = Period.objects.filter(Q(locks_on__gte=on) | Q(ends_on__gte=on - A_YEAR))
    return [PeriodDates(**row) for row in found.order_by().values(*names)]


def _bulletins(on: date) -> list[IssuedBulletin]:
    since = datetime.combine(on - timedelta(days=BULLETIN_DAYS), time.min, tzinfo=get_default_timezone())
    issued = Bulletin.objects.filter(status=BulletinStatus.ISSUED, issued_at__gte=since).order_by("pk")
    rows = list(issued.values_list("pk", "on"))
    if not rows:
        return []
    members = Agency.objects.in_plan().filter(Q(dissolved_on=None) | Q(dissolved_on__gt=on))
    units = tuple(members.order_by("order").values_list("code", flat=True))
    return [IssuedBulletin(pk, day, units) for pk, day in rows]


# -- people --------------------------------------------------------------------------------------------------------


def read_staff(on: date) -> Staff:
    """Who serves on a day. Whoever is away is replaced by the delegate, if that one serves in the same unit; people
    who left are nowhere (two queries).
    """
    serving = Q(role__in=sorted(AGENCY_ROLES | OFFICE_ROLES)) | Q(is_head=True)
    people = list(
        User.objects.serving().filter(serving).order_by("pk").values("pk", "agency", "role", "is_head", "email")
    )
    stand_in = _stand_ins({row["pk"]: row["agency"] for row in people}, on)
    groups: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    for row in people:
        person = stand_in.get(row["pk"], row["pk"])
        groups[row["role"], row["agency"]][person] = None
        if row["is_head"]:
            groups["head", row["agency"]][person] = None
    return Staff(
        reporters=_of_units(groups, Role.REPORTER),
        approvers=_of_units(groups, Role.APPROVER),
        heads=_of_units(groups, "head"),
        supervisors=_of_office(groups, Role.SUPERVISOR),
        directors=_of_office(groups, Role.DIRECTOR),
        with_address=frozenset(row["pk"] for row in people if row["email"]),
    )


def _stand_ins(unit_of: dict[int, str], on: date) -> dict[int, int]:
    away = Leave.objects.on(on).order_by("pk").values_list("user", "delegate")
    return {
        user: delegate
        for user, delegate in away
        if delegate in unit_of and user in unit_of and unit_of[delegate] == unit_of[user]
    }


def _of_units(groups: dict[tuple[str, str], dict[int, None]], part: str) -> dict[str, tuple[int, ...]]:
    return {agency: tuple(people) for (role, agency), people in groups.items() if role == part and agency}


def _of_office(groups: dict[tuple[str, str], dict[int, None]], part: str) -> tuple[int, ...]:
    return tuple(sorted({person for (role, _agency), people in groups.items() if role == part for person in people}))
