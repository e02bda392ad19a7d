"""提醒与督办: which step is due on a day, as a pure function of clocks, calendar, policy and day.

Nothing here remembers what was sent: the business key of a step does, which the database holds unique. So a run may be
repeated, missed, doubled or killed. Because a step can wait for working hours after it was planned, whoever sends it
plans its clock again at that moment and suppresses a step that `plan` no longer names.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

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
from supervision.reminders.policy import (
    BULLETIN_LEVEL,
    NEAR_LEVEL,
    OPEN_LEVEL,
    SUPERVISE_LEVEL,
    URGE_LEVEL,
    ReminderPolicy,
)
from supervision.status import ENDED, NoticeStatus

NEAR_REASONS = {KIND_DUE: "near_due", KIND_REPORT: "report_near"}
MISSED_REASONS = {KIND_DUE: "overdue", KIND_REPORT: "report_missing"}


@dataclass(frozen=True)
class Step:
    """One reminder: `on` is the day from which it is due, `days` its nominal distance from what it counts from.

    `recipients` answer for it; `copies` are told. Nobody is in both, or twice. A step that `is_draft` sends nothing:
    the system drafts a notice, and somebody has to issue it. `mark` is the notice that a step belongs to, if there is
    one already.
    """

    key: str
    clock_key: str
    level: int
    reason: str
    on: date
    days: int
    recipients: tuple[int, ...]
    copies: tuple[int, ...] = ()
    is_draft: bool = False
    occurrence: int = 1
    mark: Mark | None = None


def plan(clocks: Iterable[Clock], calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> list[Step]:
    """For each running clock the one step that should have been sent by today, and the notice to be drafted, if any.

    What was missed before is collapsed into it: an outage costs time, never a pile of mail, and "near" never comes
    together with "overdue". A step without recipients is named too, so that the caller can record that nobody is there.
    In the order of day and key.
    """
    steps = [
        step for clock in clocks if not clock.is_held for step in LADDERS[clock.kind](clock, calendar, policy, today)
    ]
    return sorted(steps, key=lambda step: (step.on, step.key))


def schedule(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy) -> list[Step]:
    """Every step up to the limit of a deadline or a report, in order, at most one a day, held or not.

    Where a later step comes on the same day as an earlier one or before it, the earlier one is left out: so of those
    that fall before the opening only the last is left, on that day; if the limit had passed by then, none.
    """
    steps: list[Step] = []
    for step in _before_limit(clock, calendar, policy):
        while steps and steps[-1].on >= step.on:
            steps.pop()
        steps.append(step)
    return [step for step in steps if step.on <= clock.limit]


def _before_limit(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy) -> Iterator[Step]:
    if clock.kind == KIND_REPORT:
        yield _open_step(clock, policy)
    for days in sorted(policy.before, reverse=True):
        yield _near_step(clock, calendar, policy, days)


def _open_step(clock: Clock, policy: ReminderPolicy) -> Step:
    """报送提示: to the reporters of all units of the task. Counted in calendar days."""
    return Step(
        key=f"{clock.key}:{OPEN_LEVEL}:{policy.open_days}",
        clock_key=clock.key,
        level=OPEN_LEVEL,
        reason="period_open",
        on=_not_before_opening(clock, clock.limit - timedelta(days=policy.open_days)),
        days=policy.open_days,
        recipients=once(clock.reporters, clock.supporters),
    )


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
        recipients=once(clock.reporters, approvers),
    )


def _not_before_opening(clock: Clock, day: date) -> date:
    return max(day, clock.opened_on) if clock.opened_on else day


# -- after the limit: 催办 and 督办 --------------------------------------------------------------------------------


def _limit_ladder(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> Iterator[Step]:
    """A deadline or a report: up to the limit the latest reminder that has come, after it the notices."""
    if today > clock.limit:
        yield from _notice_steps(clock, calendar, policy, today)
    elif come := [step for step in schedule(clock, calendar, policy) if step.on <= today]:
        yield come[-1]


def _notice_steps(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> Iterator[Step]:
    """The notice that is out, and the next to be drafted. One that the unit answered or the office declined ends it,
    but not a 督办通知单 that was issued before the 催办单 was answered.
    """
    urge, supervision = clock.mark_of(URGE_LEVEL), clock.mark_of(SUPERVISE_LEVEL)
    if urge is None or urge.issued_on is None or urge.status in ENDED:
        day = _not_before_opening(clock, calendar.after(_counted_from(clock, clock.limit), policy.urge_after))
        if day <= today and _can_be_drafted(urge):
            yield _draft(clock, URGE_LEVEL, urge, on=day, days=policy.urge_after)
    elif supervision and supervision.status == NoticeStatus.ISSUED:
        yield _issued(clock, supervision, days=policy.supervise_after)
    elif urge.status == NoticeStatus.ISSUED:
        yield from _after_urging(clock, urge, calendar, policy, today)


def _after_urging(
    clock: Clock, urge: Mark, calendar: WorkCalendar, policy: ReminderPolicy, today: date
) -> Iterator[Step]:
    assert urge.issued_on is not None
    supervision = clock.mark_of(SUPERVISE_LEVEL)
    if not (supervision and supervision.status == NoticeStatus.ANSWERED):
        yield _issued(clock, urge, days=policy.urge_after)
    day = calendar.after(_counted_from(clock, urge.issued_on), policy.supervise_after)
    if day <= today and _can_be_drafted(supervision):
        yield _draft(clock, SUPERVISE_LEVEL, supervision, on=day, days=policy.supervise_after)


def _counted_from(clock: Clock, day: date) -> date:
    """While the office had to answer, the unit's clock stood still: the count begins anew with the answer."""
    return max(day, clock.released_on) if clock.released_on else day


def _can_be_drafted(mark: Mark | None) -> bool:
    """There is none, it stands as a draft, or its cause had gone and has come back."""
    return mark is None or mark.status == NoticeStatus.DRAFT or mark.status in ENDED


def _draft(clock: Clock, level: int, mark: Mark | None, *, on: date, days: int) -> Step:
    """To be drafted, or drafted already and not yet issued. After one that has ended it is the next of its level."""
    stands = mark if mark and mark.status == NoticeStatus.DRAFT else None
    occurrence = stands.occurrence if stands else (mark.occurrence + 1 if mark else 1)
    return _notice_step(clock, level, occurrence, on=on, days=days, mark=stands)


def _issued(clock: Clock, mark: Mark, *, days: int) -> Step:
    assert mark.issued_on is not None
    return _notice_step(clock, mark.level, mark.occurrence, on=mark.issued_on, days=days, mark=mark)


def _notice_step(clock: Clock, level: int, occurrence: int, *, on: date, days: int, mark: Mark | None) -> Step:
    """催办: to reporters and approvers, copies to the directors. 督办: to the unit's head, copies to all these."""
    if level == URGE_LEVEL:
        recipients = once(clock.reporters, clock.approvers)
        told = once(clock.directors)
    else:
        recipients = once(clock.heads or clock.approvers)
        told = once(clock.reporters, clock.approvers, clock.directors)
    return Step(
        key=f"{clock.key}:{level}:{occurrence}",
        clock_key=clock.key,
        level=level,
        reason=MISSED_REASONS[clock.kind],
        on=on,
        days=days,
        recipients=recipients,
        copies=tuple(person for person in told if person not in recipients),
        is_draft=mark is None or mark.issued_on is None,
        occurrence=occurrence,
        mark=mark,
    )


# -- clocks with one or two reminders ------------------------------------------------------------------------------


def _receipt_ladder(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> Iterator[Step]:
    """签收: one reminder after its limit, to reporters and approvers."""
    day = calendar.after(clock.limit, 1)
    if day <= today:
        yield _single(clock, "not_received", on=day, recipients=once(clock.reporters, clock.approvers))


def _answer_ladder(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> Iterator[Step]:
    """The office's own clock: its supervisors before the limit, the directors too once it has passed."""
    recipients = once(clock.supervisors or clock.directors)
    late, near = calendar.after(clock.limit, 1), _not_before_opening(clock, calendar.after(clock.limit, -1))
    if late <= today:
        copies = tuple(person for person in once(clock.directors) if person not in recipients)
        yield _single(clock, "answer_late", on=late, recipients=recipients, copies=copies)
    elif near <= today <= clock.limit:
        yield _single(clock, "answer_near", on=near, recipients=recipients)


def _single(clock: Clock, reason: str, *, on: date, recipients: tuple[int, ...], copies: tuple[int, ...] = ()) -> Step:
    occurrence = "1" if reason == "answer_near" else "late"
    key = f"{clock.key}:{NEAR_LEVEL}:{occurrence}"
    return Step(key, clock.key, NEAR_LEVEL, reason, on, 1, recipients=recipients, copies=copies)


def _bulletin_ladder(clock: Clock, calendar: WorkCalendar, policy: ReminderPolicy, today: date) -> Iterator[Step]:
    """通报: to the approvers and heads of all member units, once it has been issued."""
    recipients = once(clock.approvers, clock.heads)
    yield Step(f"{clock.key}:{BULLETIN_LEVEL}:1", clock.key, BULLETIN_LEVEL, "named", clock.limit, 0, recipients)


Ladder = Callable[[Clock, WorkCalendar, ReminderPolicy, date], Iterator[Step]]
LADDERS: dict[str, Ladder] = {
    KIND_DUE: _limit_ladder,
    KIND_REPORT: _limit_ladder,
    KIND_RECEIPT: _receipt_ladder,
    KIND_ANSWER: _answer_ladder,
    KIND_BULLETIN: _bulletin_ladder,
}
