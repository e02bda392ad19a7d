"""Locking a notice with its task, numbering it, and saving it with its event: the frame of every action on a notice."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, StaleVersionError, require
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience
from supervision.models import Bulletin, Notice, Register
from supervision.permissions import can_make_notice, may_ever_notice
from supervision.states import bulletin_state, notice_state
from supervision.status import OUT, NoticeStatus, NoticeTransition, notice_transition
from tasks.models import Task


class NoticeTransitionError(DomainError):
    """这份通知现在不能这样办理."""

    code = "notice_transition_not_allowed"


def lock_notice(pk: int) -> Notice:
    """The notice and, before it, its task under their row locks until the transaction ends."""
    Task.objects.select_for_update(no_key=True, of=("self",)).get(notices=pk)
    locked = Notice.objects.select_for_update(no_key=True, of=("self",))
    locked.get(pk=pk)
    # Read after both locks: a move of the task's lead that committed meanwhile is seen.
    return Notice.objects.with_lead().select_related("task__plan", "agency").get(pk=pk)


def start_change(notice: Notice, verb: str, *, by: User, version: int | None) -> tuple[Notice, NoticeTransition]:
    """The locked notice and the change the table has for this verb now.

    Raises NotAllowedError, StaleVersionError, NoticeTransitionError.
    """
    notice = lock_notice(notice.pk)
    require(may_ever_notice(by, notice, verb))
    if version is not None and notice.version != version:
        raise StaleVersionError(current=notice)
    change = notice_transition(notice.level, notice.status, verb)
    if change is None:
        raise NoticeTransitionError(
            _("这份通知现在是“%(status)s”，不能办理此事项。") % {"status": notice.get_status_display()}
        )
    require(can_make_notice(by, notice, change))
    return notice, change


def next_number(level: int, year: int) -> int:
    """The next number of a level and year, without gaps or doubles: its register stays locked until the end.

    To be asked after the notice itself is locked and before the first event.
    """
    Register.objects.get_or_create(level=level, year=year)
    register = Register.objects.select_for_update(no_key=True, of=("self",)).get(level=level, year=year)
    register.last += 1
    register.save(update_fields=["last"])
    return register.last


def save_notice_row(
    notice: Notice,
    *,
    fields: list[str],
    verb: str,
    before: dict[str, Any],
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Notice:
    """Store the named fields as the next version and write the event."""
    notice.version += 1
    notice.save(update_fields=[*fields, "version"])
    record_notice(notice, verb=verb, before=before, by=by, now=now, reason=reason)
    return notice


def record_notice(
    notice: Notice, *, verb: str, before: dict[str, Any] | None, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Write a notice's event: what was never issued is the office's own, what went out the unit's too."""
    is_out = notice.status in OUT or notice.status == NoticeStatus.SETTLED
    ledger.append(
        kind="notice",
        key=notice.key,
        verb=verb,
        by=by,
        at=now,
        state=notice_state(notice),
        before=before,
        reason=reason,
        audience=Audience.AGENCY if is_out else Audience.RESTRICTED,
        agency=notice.agency_id,
    )


def record_bulletin(bulletin: Bulletin, *, verb: str, before: dict[str, Any] | None, by: Actor, now: datetime) -> None:
    """Write a bulletin's event: a draft is the office's own, an issued one everybody's."""
    ledger.append(
        kind="bulletin",
        key=bulletin.on.isoformat(),
        verb=verb,
        by=by,
        at=now,
        state=bulletin_state(bulletin),
        before=before,
        audience=Audience.PUBLIC if bulletin.issued_at else Audience.RESTRICTED,
    )
