from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from tasks.actions.extensions import lapse_extension, lock_waiting_extension
from tasks.actions.lights import refresh_light
from tasks.actions.rows import check_version, lock_task, save_task
from tasks.models import Task
from tasks.permissions import can_make, may_ever
from tasks.readers.changes import unmet_condition
from tasks.states import task_state
from tasks.status import ENDED, Status, Text, Transition, transition


class TransitionError(DomainError):
    """现在不能这样变更状态."""

    code = "transition_not_allowed"
    other_codes = ("condition_not_met", "needs_closing_case")


@transaction.atomic
def change_status(
    *, task: Task, verb: str, by: User, now: datetime, text: str = "", version: int | None = None
) -> Task:
    """The task takes the state that the transition table gives for `verb`; `text` is the reason or the basis document.

    Raises TransitionError when the table has no such change now, its condition does not hold, or it is made only with
    its case; NotAllowedError when it is not this person's to make, InvalidError when the reason or basis is missing,
    StaleVersionError.
    """
    task = lock_task(task.pk)
    require(may_ever(by, task, verb))
    check_version(task, version)
    _refuse_case(find_change(task, verb))
    return make_change(task=task, verb=verb, by=by, now=now, text=text)


@transaction.atomic
def make_change(*, task: Task, verb: str, by: User, now: datetime, text: str = "") -> Task:
    """The same for a task already locked (lock_task), also for the changes that are made only with their case.

    The caller holds every lock it needs: the change ends with the ledger. Raises as `change_status`, but for versions.
    """
    text = check_text("text", text)
    change = find_change(task, verb)
    require(can_make(by, task, change))
    obstacle = unmet_condition(task, change, on=now.date())
    if obstacle:
        raise TransitionError(obstacle, code="condition_not_met")
    if change.text != Text.NOTHING and not text:
        raise InvalidError({"text": [_("请写明理由。") if change.text == Text.REASON else _("请注明依据文件。")]})
    waiting = lock_waiting_extension(task) if change.target in ENDED | {Status.STANDING} else None
    before = task_state(task)
    task.extension_asked_on = None if waiting else task.extension_asked_on
    fields = _apply(task, change, today=now.date())
    # Everybody reads a task's event: why a case went back stands in the case's own, for those who may see the case.
    why = "" if change.in_case else text
    save_task(task, fields=fields, verb=verb, before=before, by=by, now=now, reason=why)
    if waiting:
        lapsed = _("任务已办理“%(what)s”，申请随之失效。") % {"what": change.label}
        lapse_extension(waiting, why=lapsed, by=by, now=now)
    return task


def find_change(task: Task, verb: str) -> Transition:
    """The change this verb makes now; raises TransitionError when the table has none."""
    change = transition(task.status, verb, is_standing=task.is_standing)
    if change is None:
        raise TransitionError(_("任务现在是“%(status)s”，不能办理此事项。") % {"status": task.get_status_display()})
    return change


def _refuse_case(change: Transition) -> None:
    """Raises TransitionError for a change that is made only together with its case."""
    if change.in_case:
        message = _("办结要通过办结申请办理：牵头单位提出申请，办公室核验后决定。")
        raise TransitionError(message, code="needs_closing_case")


# What a change writes beside the state.
_FIELDS = (
    "status", "order_number", "is_standing", "issued_on", "received_on", "closing_asked_on", "closed_on", "closed_late",
    "extension_asked_on",
)  # fmt: skip


def _apply(task: Task, change: Transition, *, today: date) -> list[str]:
    task.status = change.target
    match change.verb:
        case "issue":
            task.issued_on, task.received_on = today, None
            task.order_number = task.order_number or _order_number(task, today.year)
        case "refuse":
            task.issued_on = None
        case "receive":
            task.received_on = today
        case "make_standing":
            task.is_standing = True
        case "ask_closing":
            task.closing_asked_on = today
        case "close":
            asked = task.closing_asked_on or today
            task.closed_on, task.closed_late = today, bool(task.due_date and asked > task.due_date)
        case "return_closing" | "withdraw_closing" | "reopen":
            task.closing_asked_on = task.closed_on = task.closed_late = None
    return [*_FIELDS, *refresh_light(task, on=today)]


def _order_number(task: Task, year: int) -> str:
    """任务单编号: year and the task's own number, so that it is unique without a counter; not a document number.

    A task that is issued again keeps the number of its first order.
    """
    return f"{year}-{task.number:02d}"
