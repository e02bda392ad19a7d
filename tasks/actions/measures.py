from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from ledger import actions as ledger
from tasks.actions.rows import lock_task
from tasks.models import Measure, MeasureStatus, Task
from tasks.permissions import is_lead_staff
from tasks.status import REPORTING


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
        key = f"{task.key}/{order}"
        ledger.append(
            kind="measure", key=key, verb="measure_set", by=by, at=now, state=_state(task, measure), before=before
        )
    return measure


def _state(task: Task, measure: Measure) -> dict[str, object]:
    return {"plan": task.plan.code, "task": task.number, "order": measure.order, "status": measure.status}
