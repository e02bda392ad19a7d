"""Locking a closing request with its task, and saving it with its event: the frame that all its actions share."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, StaleVersionError
from ledger import actions as ledger
from ledger.models import Audience, Event
from progress.models import Closing
from progress.states import closing_state
from progress.status import ClosingStatus, ClosingTransition, closing_transition
from tasks.actions import lock_task


class ClosingTransitionError(DomainError):
    """这份办结申请现在不能这样办理."""

    code = "closing_transition_not_allowed"


class ClosingNotReadyError(DomainError):
    """还不能申请办结."""

    code = "closing_not_ready"


def lock_closing(closing: Closing) -> Closing:
    """The request and, before it, its task under their row locks until the transaction ends.

    Whoever changes a hearing or a file of the request holds these two as well, so neither needs a lock of its own.
    """
    task = lock_task(closing.task_id)
    locked = Closing.objects.select_for_update(no_key=True, of=("self",)).with_lead().get(pk=closing.pk)
    locked.task = task
    return locked


def check_version(closing: Closing, version: int | None, by: User) -> None:
    """Raise StaleVersionError when the request moved on since `version`; to be asked after the permission.

    One that its unit has taken back meanwhile is a draft again, which the office must not be shown.
    """
    if version is None or closing.version == version:
        return
    if not Closing.objects.visible_to(by).filter(pk=closing.pk).exists():
        raise ClosingTransitionError(_("这份办结申请已由单位撤回。"))
    raise StaleVersionError(current=closing)


def require_change(closing: Closing, verb: str) -> ClosingTransition:
    """The change the table has for this verb now, or ClosingTransitionError with the state it is in."""
    change = closing_transition(closing.state, verb)
    if change is None:
        raise ClosingTransitionError(_refusal(closing))
    return change


def _refusal(closing: Closing) -> str:
    if closing.state == ClosingStatus.ENDED:
        words = {"status": closing.task.get_status_display()}
        return _("任务现在是“%(status)s”，这份办结申请已随之终止。") % words
    return _("这份办结申请现在是“%(status)s”，不能办理此事项。") % {"status": closing.state.label}


def save_closing_row(
    closing: Closing,
    *,
    fields: list[str],
    verb: str,
    before: dict[str, Any] | None,
    by: User,
    now: datetime,
    reason: str = "",
) -> Closing:
    """Store the named fields as the next version and write the event."""
    closing.version += 1
    closing.save(update_fields=[*fields, "version"])
    record(closing, verb=verb, before=before, by=by, now=now, reason=reason)
    return closing


def record(
    closing: Closing, *, verb: str, before: dict[str, Any] | None, by: User, now: datetime, reason: str = ""
) -> Event:
    """Write the request's event: a draft's for the lead unit, one with the office for both, an accepted one's for all.

    The units heard read a draft on its page, which knows who they are; an event can name only one unit.
    """
    return ledger.append(
        kind="closing",
        key=closing.key,
        verb=verb,
        by=by,
        at=now,
        state=closing_state(closing),
        before=before,
        reason=reason,
        audience=_audience(closing),
        agency=closing.lead_code or "",
    )


def _audience(closing: Closing) -> Audience:
    if closing.status == ClosingStatus.ACCEPTED:
        return Audience.PUBLIC
    return Audience.UNIT if closing.sent_at is None else Audience.AGENCY
