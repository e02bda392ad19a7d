from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from ledger import actions as ledger
from tasks.actions.lights import refresh_light
from tasks.actions.rows import lock_task, save_task
from tasks.models import Exemption, Task
from tasks.permissions import can_exempt
from tasks.states import exemption_state, task_state
from tasks.status import RUNNING

TEXT_LENGTH = 200
LAST_YEAR = 2099


class NotRunningError(DomainError):
    """任务不在办理中，没有亮灯可免."""

    code = "task_not_running"


class ExemptionStandsError(DomainError):
    """已有一段尚未结束的不评."""

    code = "exemption_stands"


class ExemptionOverError(DomainError):
    """不评已经结束."""

    code = "exemption_over"


@transaction.atomic
def grant_exemption(
    *, task: Task, reason: str, basis: str, starts_on: date, ends_on: date, by: User, now: datetime
) -> Exemption:
    """The task's light is not judged from `starts_on` to `ends_on`, both counted, for a recorded reason.

    A task has one exemption at a time: while one has not ended none can follow it. Raises NotAllowedError,
    NotRunningError, ExemptionStandsError, and InvalidError for a missing text or days that cannot be.
    """
    reason, basis = _check_text("reason", reason), _check_text("basis", basis)
    task = lock_task(task.pk)
    require(can_exempt(by, task))
    if task.status not in RUNNING:
        raise NotRunningError(_("任务现在是“%(status)s”，不评灯。") % {"status": task.get_status_display()})
    _check_days(starts_on, ends_on, today=now.date())
    _check_free(task, starts_on, ends_on, today=now.date())
    exemption = Exemption.objects.create(
        task=task, reason=reason, basis=basis, starts_on=starts_on, ends_on=ends_on, granted_at=now, granted_by=by,
        is_demo=task.is_demo,
    )  # fmt: skip
    before = task_state(task)
    task.exempt_from, task.exempt_until, task.exempt_reason = starts_on, ends_on, reason
    _save(task, before, by=by, now=now, reason=reason)
    _tell(exemption, "exemption_granted", before=None, by=by, now=now, reason=reason)
    return exemption


def _check_text(field: str, text: str) -> str:
    text = check_text(field, text, limit=TEXT_LENGTH)
    if not text:
        message = _("请写明正当理由。") if field == "reason" else _("请注明依据，如文件名称和文号。")
        raise InvalidError({field: [message]})
    return text


def _check_days(starts_on: date, ends_on: date, *, today: date) -> None:
    if starts_on > ends_on:
        raise InvalidError({"starts_on": [_("开始日期不能晚于结束日期。")]})
    if ends_on < today:
        raise InvalidError({"ends_on": [_("结束日期已经过去。")]})
    if ends_on.year > LAST_YEAR:
        raise InvalidError({"ends_on": [_("年份不能晚于 %(year)d 年。") % {"year": LAST_YEAR}]})


def _check_free(task: Task, starts_on: date, ends_on: date, *, today: date) -> None:
    others = list(Exemption.objects.filter(task=task))
    if any(not each.is_over(on=today) for each in others):
        raise ExemptionStandsError(_("这项任务已有一段尚未结束的不评；请先终止，再登记新的。"))
    if any(each.starts_on <= ends_on and starts_on <= each.last_day for each in others):
        raise InvalidError({"starts_on": [_("这段时间和以前登记的不评重叠。")]})


@transaction.atomic
def end_exemption(*, exemption: Exemption, reason: str, by: User, now: datetime) -> Exemption:
    """The task is judged again from today on; the days that were not judged stay so, the planned end stays on record.

    Raises NotAllowedError, ExemptionOverError, and InvalidError without a reason.
    """
    reason = check_text("reason", reason, limit=TEXT_LENGTH)
    task = lock_task(exemption.task_id)
    require(can_exempt(by, task))
    exemption = Exemption.objects.select_for_update(no_key=True, of=("self",)).get(pk=exemption.pk)
    exemption.task = task
    if exemption.is_over(on=now.date()):
        raise ExemptionOverError(_("这段不评已经结束。"))
    if not reason:
        raise InvalidError({"reason": [_("请写明提前终止的理由。")]})
    task_before, before = task_state(task), exemption_state(exemption)
    exemption.ended_at, exemption.ended_by = now, by
    exemption.save(update_fields=["ended_at", "ended_by"])
    if exemption.last_day >= exemption.starts_on:
        task.exempt_until = exemption.last_day
    else:
        task.exempt_from, task.exempt_until, task.exempt_reason = None, None, ""
    _save(task, task_before, by=by, now=now, reason=reason)
    _tell(exemption, "exemption_ended", before=before, by=by, now=now, reason=reason)
    return exemption


def _save(task: Task, before: dict[str, object], *, by: User, now: datetime, reason: str) -> None:
    """The light's dates follow, because a quarter that ends in the exemption is not judged."""
    fields = [*refresh_light(task, on=now.date()), "exempt_reason"]
    save_task(task, fields=fields, verb="light_moved", before=before, by=by, now=now, reason=reason)


def _tell(
    exemption: Exemption, verb: str, *, before: dict[str, object] | None, by: User, now: datetime, reason: str
) -> None:
    state = exemption_state(exemption)
    ledger.append(
        kind="exemption", key=exemption.key, verb=verb, by=by, at=now, state=state, before=before, reason=reason
    )
