from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from tasks.actions.lights import refresh_light
from tasks.actions.rows import check_version, lock_task, save_task
from tasks.models import Task
from tasks.permissions import can_make, may_ever
from tasks.states import task_state
from tasks.status import Condition, Status, Text, Transition, transition


class TransitionError(DomainError):
    """现在不能这样变更状态."""

    code = "transition_not_allowed"


@transaction.atomic
def change_status(
    *, task: Task, verb: str, by: User, now: datetime, text: str = "", version: int | None = None
) -> Task:
    """The task takes the state that the transition table gives for `verb`; `text` is the reason or the basis document.

    Raises TransitionError when the table has no such change now or its condition does not hold, NotAllowedError when it
    is not this person's to make, InvalidError when the reason or basis is missing, StaleVersionError.
    """
    text = check_text("text", text)
    task = lock_task(task.pk)
    require(may_ever(by, task, verb))
    check_version(task, version)
    change = transition(task.status, verb)
    if change is None:
        raise TransitionError(_("任务现在是“%(status)s”，不能办理此事项。") % {"status": task.get_status_display()})
    require(can_make(by, task, change))
    obstacle = unmet_condition(task, change)
    if obstacle:
        raise TransitionError(obstacle, code="condition_not_met")
    if change.text != Text.NOTHING and not text:
        raise InvalidError({"text": [_("请写明理由。") if change.text == Text.REASON else _("请注明依据文件。")]})
    before = task_state(task)
    fields = _apply(task, change, now=now)
    return save_task(task, fields=fields, verb=verb, before=before, by=by, now=now, reason=text)


def unmet_condition(task: Task, change: Transition) -> str:
    """Why the task is not ready for this change, in the words of the person to act; empty when it is."""
    if change.condition == Condition.SET_UP and not (task.lead_code and task.due_date):
        return _("下达前须有牵头单位和时限。")
    if change.condition == Condition.COMPLETE and task.percent < 100:
        return _("已审定进度为 %(percent)s%%，达到 100%% 后才能申请办结。") % {"percent": task.percent}
    return ""


def _apply(task: Task, change: Transition, *, now: datetime) -> list[str]:
    today: Any = now.date()
    task.status = change.target
    if change.verb == "issue" and not task.order_number:
        task.order_number = _order_number(task, today.year)
    if change.target == Status.CLOSING:
        task.closing_asked_on = today
    elif change.target == Status.CLOSED:
        asked = task.closing_asked_on or today
        task.closed_on, task.closed_late = today, bool(task.due_date and asked > task.due_date)
    elif change.target == Status.ONGOING:
        task.closing_asked_on = task.closed_on = task.closed_late = None
    return ["status", "order_number", "closing_asked_on", "closed_on", "closed_late", *refresh_light(task)]


def _order_number(task: Task, year: int) -> str:
    """任务单编号: year and the task's own number, so that it is unique without a counter; not a document number."""
    return f"{year}-{task.number:02d}"
