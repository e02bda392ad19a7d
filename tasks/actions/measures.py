from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from ledger import actions as ledger
from tasks.actions.rows import lock_task
from tasks.models import Deliverable, Measure, MeasureStatus, Task
from tasks.permissions import can_set_up, is_lead_staff
from tasks.status import ENDED, REPORTING


class TaskNotRunningError(DomainError):
    """任务不在办理中."""

    code = "task_not_running"


@transaction.atomic
def set_measure_status(*, task: Task, order: int, status: str, by: User, now: datetime) -> Measure:
    """The lead unit says how far one sentence of the task is; the percent is the report's and does not follow from it.

    Raises NotAllowedError, TaskNotRunningError, InvalidError, and Measure.DoesNotExist.
    """
    task = lock_task(task.pk)
    require(is_lead_staff(by, task))
    if task.status not in REPORTING:
        raise TaskNotRunningError(
            _("任务现在是“%(status)s”，举措状态不能再改。") % {"status": task.get_status_display()}
        )
    if status not in MeasureStatus.values:
        raise InvalidError({"status": [_("请选择举措状态。")]})
    measure = Measure.objects.select_for_update(no_key=True).get(task=task.pk, order=order)
    if measure.status != status:
        before = _state(task, measure)
        measure.status = status
        measure.save(update_fields=["status"])
        _record(task, measure, verb="measure_set", before=before, by=by, now=now)
    return measure


@transaction.atomic
def set_deliverable(*, task: Task, order: int, deliverable: str, by: User, now: datetime) -> Measure:
    """The office says in which form a measure's result is shown, before the order goes out or while the task runs.

    Raises NotAllowedError, TaskNotRunningError, InvalidError, and Measure.DoesNotExist.
    """
    task = lock_task(task.pk)
    require(can_set_up(by, task))
    if task.status in ENDED:
        raise TaskNotRunningError(_("任务已结束，成果形式不能再改。"))
    if deliverable not in Deliverable.values:
        raise InvalidError({"deliverable": [_("请选择成果形式。")]})
    measure = Measure.objects.select_for_update(no_key=True).get(task=task.pk, order=order)
    if measure.deliverable == deliverable:
        return measure
    before = _state(task, measure)
    measure.deliverable = deliverable
    measure.save(update_fields=["deliverable"])
    _record(task, measure, verb="deliverable_set", before=before, by=by, now=now)
    return measure


def _record(task: Task, measure: Measure, *, verb: str, before: dict[str, object], by: User, now: datetime) -> None:
    key = f"{task.key}/{measure.order}"
    ledger.append(kind="measure", key=key, verb=verb, by=by, at=now, state=_state(task, measure), before=before)


def _state(task: Task, measure: Measure) -> dict[str, object]:
    return {
        "plan": task.plan.code,
        "task": task.number,
        "order": measure.order,
        "deliverable": measure.deliverable,
        "status": measure.status,
    }
