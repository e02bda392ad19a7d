"""Notices that come and go by themselves: drafted when the ladder asks for one, ended when their cause is gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ledger.actors import Actor
from supervision.actions.rows import record_notice
from supervision.models import Notice
from supervision.readers import DayPlan, gather_clocks, plan_deliveries
from supervision.reminders import SUPERVISE_LEVEL, Clock, Step
from supervision.states import notice_state
from supervision.status import NoticeStatus
from supervision.wording import demand_text
from tasks.actions.rows import lock_tasks
from tasks.models import Task


@dataclass(frozen=True)
class Kept:
    """How many notices were drafted, and how many ended: drafts lapsed and issued ones settled."""

    drafted: int = 0
    lapsed: int = 0
    settled: int = 0


def keep_notices(day_plan: DayPlan, *, by: Actor, now: datetime) -> Kept:
    """Each notice that the plan asks for stands as a draft, once; each whose cause is gone has lapsed or is settled.

    What the plan says is read without locks. Only where something is to be changed are the tasks locked and planned
    again, so that two sweeps, or a sweep and a person, cannot both act on what one of them has just changed.
    """
    stale = [(notice.pk, notice.task_id) for notice in Notice.objects.open() if _is_causeless(notice, day_plan)]
    missing = {day_plan.clocks[step.clock_key].task for step in _to_be_drafted(day_plan)}
    tasks = missing | {task for _pk, task in stale}
    return _settle(sorted(filter(None, tasks)), by=by, now=now) if tasks else Kept()


def _is_causeless(notice: Notice, day_plan: DayPlan) -> bool:
    """A draft that the ladder no longer asks for; an issued one whose clock has stopped for good."""
    if notice.status == NoticeStatus.DRAFT:
        return all(step.mark is None or step.mark.notice != notice.pk for step in day_plan.drafts)
    return notice.clock not in day_plan.clocks


def _to_be_drafted(day_plan: DayPlan) -> list[Step]:
    return [step for step in day_plan.drafts if step.mark is None and day_plan.clocks[step.clock_key].agency]


@transaction.atomic
def _settle(tasks: Iterable[int], *, by: Actor, now: datetime) -> Kept:
    """The same again under the tasks' locks, and done: all rows first, then the events."""
    on, chosen = now.date(), Task.objects.filter(pk__in=tasks)
    plans = {task.pk: task for task in lock_tasks(chosen)}
    day_plan = plan_deliveries(gather_clocks(chosen.current(), on=on), on=on)
    locked = Notice.objects.open().filter(task__in=plans).select_for_update(no_key=True, of=("self",)).order_by("pk")
    ended = [notice for notice in locked if _is_causeless(notice, day_plan)]
    drafts = [_draft(step, day_plan, now=now) for step in _to_be_drafted(day_plan)]
    before = {}
    for notice in (*ended, *drafts):
        notice.task = plans[notice.task_id]
    for notice in drafts:
        notice.is_demo = notice.task.is_demo
    for notice in ended:
        before[notice.pk] = notice_state(notice)
        _end(notice, now=now)
    Notice.objects.bulk_create(drafts)
    for notice in ended:
        verb = "notice_lapsed" if notice.status == NoticeStatus.LAPSED else "notice_settled"
        record_notice(notice, verb=verb, before=before[notice.pk], by=by, now=now)
    for notice in drafts:
        record_notice(notice, verb="notice_drafted", before=None, by=by, now=now)
    lapsed = sum(notice.status == NoticeStatus.LAPSED for notice in ended)
    return Kept(drafted=len(drafts), lapsed=lapsed, settled=len(ended) - lapsed)


def _end(notice: Notice, *, now: datetime) -> None:
    is_draft = notice.status == NoticeStatus.DRAFT
    notice.status, notice.ended_at = NoticeStatus.LAPSED if is_draft else NoticeStatus.SETTLED, now
    notice.version += 1
    notice.save(update_fields=["status", "ended_at", "version"])


def _draft(step: Step, day_plan: DayPlan, *, now: datetime) -> Notice:
    """As it is proposed: the demand in plain words, and at 督办 a new limit."""
    clock: Clock = day_plan.clocks[step.clock_key]
    assert clock.task is not None  # a bulletin's clock asks for no notice
    gathered = day_plan.gathered
    policy = gathered.rules.reminders
    is_supervision = step.level == SUPERVISE_LEVEL
    return Notice(
        level=step.level,
        clock=clock.key,
        occurrence=step.occurrence,
        task_id=clock.task,
        agency_id=clock.agency,
        reason=step.reason,
        limit=clock.limit,
        period=clock.period,
        demand=demand_text(step.level, step.reason, period=clock.period, days=policy.supervise_after),
        new_limit=gathered.calendar.after(now.date(), policy.new_limit_days) if is_supervision else None,
        drafted_at=now,
    )
