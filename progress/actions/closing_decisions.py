from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, NotAllowedError, require
from common.texts import check_text
from progress.actions.closing_rows import check_version, lock_closing, require_change, save_closing_row
from progress.models import Closing
from progress.permissions import can_check_closing, can_decide_closing
from progress.states import closing_state
from tasks.actions import make_change


@transaction.atomic
def check_closing(*, closing: Closing, by: User, now: datetime, note: str = "", version: int | None = None) -> Closing:
    """The office has checked the request, with a note for the director, who is another person and decides.

    Raises NotAllowedError, StaleVersionError, ClosingTransitionError, InvalidError.
    """
    note = check_text("note", note)
    closing = lock_closing(closing)
    require(can_check_closing(by))
    check_version(closing, version, by)
    change = require_change(closing, "check")
    before = closing_state(closing)
    closing.status, closing.checked_at, closing.checked_by, closing.check_note = change.target, now, by, note
    fields = ["status", "checked_at", "checked_by", "check_note"]
    return save_closing_row(closing, fields=fields, verb="closing_checked", before=before, by=by, now=now)


@transaction.atomic
def return_closing(*, closing: Closing, reason: str, by: User, now: datetime, version: int | None = None) -> Closing:
    """The request is answered with a reason and the task is under way again; the unit may ask anew.

    Whoever checked it may still return it, and takes the check back with it: returning needs one person, not two.
    Raises NotAllowedError, StaleVersionError, ClosingTransitionError, InvalidError when no reason is given.
    """
    reason = check_text("reason", reason)
    closing = lock_closing(closing)
    require(can_check_closing(by))
    check_version(closing, version, by)
    change = require_change(closing, "return")
    if not reason:
        raise InvalidError({"reason": [_("退回时请写明理由，便于单位补充后再申请。")]})
    before = closing_state(closing)
    make_change(task=closing.task, verb=change.task_verb, by=by, now=now, text=reason)
    if closing.checked_by_id == by.pk:
        closing.checked_at = closing.checked_by = None
    closing.status, closing.decided_at, closing.decided_by = change.target, now, by
    closing.return_reason = reason
    fields = ["status", "checked_at", "checked_by", "decided_at", "decided_by", "return_reason"]
    return save_closing_row(closing, fields=fields, verb="returned", before=before, by=by, now=now, reason=reason)


@transaction.atomic
def accept_closing(*, closing: Closing, by: User, now: datetime, version: int | None = None) -> Closing:
    """The task is closed; whether in time follows from the day closing was asked and the deadline, and is never chosen.

    Raises NotAllowedError (also for the one who checked it), StaleVersionError, ClosingTransitionError, and
    TransitionError when the task is no longer at 100 %.
    """
    closing = lock_closing(closing)
    _require_decider(closing, by)
    check_version(closing, version, by)
    change = require_change(closing, "accept")
    before = closing_state(closing)
    make_change(task=closing.task, verb=change.task_verb, by=by, now=now)
    closing.status, closing.decided_at, closing.decided_by = change.target, now, by
    fields = ["status", "decided_at", "decided_by"]
    return save_closing_row(closing, fields=fields, verb="closing_accepted", before=before, by=by, now=now)


def _require_decider(closing: Closing, by: User) -> None:
    if by.pk == closing.checked_by_id:
        raise NotAllowedError(_("这份办结申请由您核验，须由另一位负责人决定。"))
    require(can_decide_closing(by, closing))
