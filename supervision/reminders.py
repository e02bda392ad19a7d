"""提醒与催办: which reminder is due on a day, as a pure function of clocks, calendar, policy and day.

Nothing here remembers what was sent: the business key of a step does, which the database holds unique. So a run may be
repeated, missed, doubled or killed. Because a step can wait for working hours after it was planned, whoever sends it
plans its clock again at that moment and suppresses a step that `plan` no longer names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from common.workdays import WorkCalendar

NEAR_LEVEL = 1  # 临期提示
URGE_LEVEL = 2  # 催办
KIND_DUE = "due"
KIND_REPORT = "report"
NEAR_REASONS = {KIND_DUE: "near_due", KIND_REPORT: "report_near"}
URGE_REASONS = {KIND_DUE: "overdue", KIND_REPORT: "report_missing"}


@dataclass(frozen=True)
class Clock:
    """One limit that runs against a unit. `key` names task, kind and limit: a changed limit is a new clock.

    `kind` is "due" (the task's deadline) or "report" (a period's report). People are user ids.
    """

    key: str
    kind: str
    limit: date
    task: int
    is_open: bool = True
    reporters: tuple[int, ...] = ()
    approvers: tuple[int, ...] = ()
    directors: tuple[int, ...] = ()
    opened_on: date | None = None

    def __post_init__(self) -> None:
        if self.kind not in NEAR_REASONS:
            raise ValueError(f"unknown kind of clock: {self.kind}")


@dataclass(frozen=True)
class ReminderPolicy:
    """When reminders fall due, in working days; the office can change it, the defaults are ours."""

    before: tuple[int, ...] = (7, 3, 1)
    overdue_after: int = 1
    approvers_from: int = 1  # so many working days before the limit, or fewer, the approvers are told too

    def __post_init__(self) -> None:
        if min((*self.before, self.overdue_after)) < 1:
            raise ValueError("reminders are at least one working day from the limit")


@dataclass(frozen=True)
class Step:
    """One reminder: `on` is the day from which it is due, `days` its nominal distance from the limit in working days.

    `recipients` answer for it; `copies` (the directors, from 催办 on) are told. Nobody is in both, or twice.
    """

    key: str
    clock_key: str
    level: int
    reason: str
    on: date
    days: int
    recipients: tuple[int, ...]
    copies: tuple[int, ...] = ()


def _once(*groups: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(person for group in groups for person in group))


def _near_step(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, days: int) -> Step:
    """临期提示: to the reporters, at the last one to the approvers too. Its occurrence is the distance in days."""
    approvers = clock.approvers if days <= policy.approvers_from else ()
    return Step(
        key=f"{clock.key}:{NEAR_LEVEL}:{days}",
        clock_key=clock.key,
        level=NEAR_LEVEL,
        reason=NEAR_REASONS[clock.kind],
        on=_not_before_opening(clock, calendar.after(clock.limit, -days)),
        days=days,
        recipients=_once(clock.reporters, approvers),
    )


def _urge_step(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy) -> Step:
    """催办: once for each limit, to reporters and approvers, a copy to the directors."""
    recipients = _once(clock.reporters, clock.approvers)
    return Step(
        key=f"{clock.key}:{URGE_LEVEL}:1",
        clock_key=clock.key,
        level=URGE_LEVEL,
        reason=URGE_REASONS[clock.kind],
        on=_not_before_opening(clock, calendar.after(clock.limit, policy.overdue_after)),
        days=policy.overdue_after,
        recipients=recipients,
        copies=tuple(person for person in _once(clock.directors) if person not in recipients),
    )


def _not_before_opening(clock: Clock, day: date) -> date:
    return max(day, clock.opened_on) if clock.opened_on else day


def _all_steps(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy) -> Iterator[Step]:
    for days in sorted(set(policy.before), reverse=True):
        step = _near_step(clock, calendar, policy, days)
        if step.on <= clock.limit:
            yield step
    yield _urge_step(clock, calendar, policy)


def schedule(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy) -> list[Step]:
    """Every step of a clock in order, at most one a day, whether it is open or not.

    Of the steps that fall before the clock was opened only the last is left, and it falls on that day; if the limit had
    passed by then, no reminder that it is near.
    """
    return list({step.on: step for step in _all_steps(clock, calendar, policy)}.values())


def _current_step(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> Step | None:
    """The latest step whose day has come; after the limit only 催办, which may not have come yet."""
    come = [step for step in schedule(clock, calendar, policy) if step.on <= today]
    if not come or (today > clock.limit and come[-1].level == NEAR_LEVEL):
        return None
    return come[-1]


def plan(clocks: Iterable[Clock], calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> list[Step]:
    """For each open clock the one step that should have been sent by today, in the order of day and key.

    What was missed before it is collapsed into it: an outage costs time, never a pile of mail, and "near" never comes
    together with "overdue". A step without recipients is named too, so that the caller can record that nobody is there.
    """
    current = (_current_step(clock, calendar, policy, today) for clock in clocks if clock.is_open)
    return sorted((step for step in current if step), key=lambda step: (step.on, step.key))
