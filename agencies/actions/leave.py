"""代办: while somebody is away, a colleague gets what would reach them. Who gets what follows from these rows alone."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Leave, User
from agencies.permissions import can_set_leave
from agencies.roles import Role
from agencies.states import leave_state
from common.errors import DomainError, InvalidError, require
from ledger import actions as ledger
from ledger.models import Audience


class LeaveOverError(DomainError):
    """已经结束或取消的代办不能再取消."""

    code = "leave_over"
    message = gettext_lazy("这段代办已经结束或已取消。")


@transaction.atomic
def set_leave(*, user: User, delegate: User, starts_on: date, ends_on: date, by: User, now: datetime) -> Leave:
    """From the first to the last day, both included, the delegate gets what would reach the person.

    Raises NotAllowedError, and InvalidError for a delegate who may not stand in, for days that are over or overlap
    another absence, and for a chain: nobody who is away stands in, and who stands in does not go away.
    """
    people = {user.pk, delegate.pk}
    rows = User.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=people).order_by("pk")
    locked = {row.pk: row for row in rows}
    user, delegate = locked[user.pk], locked[delegate.pk]
    require(can_set_leave(by, user))
    _check_days(starts_on, ends_on, today=localtime(now).date())
    _check_delegate(user, delegate)
    _check_neighbours(user, delegate, starts_on, ends_on)
    leave = Leave.objects.create(
        user=user, delegate=delegate, starts_on=starts_on, ends_on=ends_on, set_at=localtime(now), set_by=by
    )
    _write(leave, verb="leave_set", before=None, by=by, now=now)
    return leave


@transaction.atomic
def cancel_leave(*, leave: Leave, by: User, now: datetime) -> Leave:
    """From now on everything reaches the person again. Raises NotAllowedError and LeaveOverError."""
    locked = Leave.objects.select_for_update(no_key=True, of=("self",)).select_related("user", "delegate")
    leave = locked.get(pk=leave.pk)
    require(can_set_leave(by, leave.user))
    if leave.cancelled_at or leave.ends_on < localtime(now).date():
        raise LeaveOverError
    before = leave_state(leave)
    leave.cancelled_at, leave.cancelled_by = localtime(now), by
    leave.save(update_fields=["cancelled_at", "cancelled_by"])
    _write(leave, verb="leave_cancelled", before=before, by=by, now=now)
    return leave


def _check_days(starts_on: date, ends_on: date, *, today: date) -> None:
    if starts_on > ends_on:
        raise InvalidError({"ends_on": [_("结束日期不能早于开始日期。")]})
    if starts_on < today:
        raise InvalidError({"starts_on": [_("开始日期不能早于今天。")]})


def _check_delegate(user: User, delegate: User) -> None:
    """A colleague in service, of the same unit and role; an approver may stand in for a reporter."""
    if delegate.pk == user.pk:
        raise InvalidError({"delegate": [_("代办人须是另一位同事。")]})
    if not delegate.is_active or delegate.agency_id is None or delegate.agency_id != user.agency_id:
        raise InvalidError({"delegate": [_("代办人须是本单位在用的人员。")]})
    if delegate.role != user.role and (user.role, delegate.role) != (Role.REPORTER, Role.APPROVER):
        raise InvalidError({"delegate": [_("代办人须与离岗人岗位相同；填报员也可由审签人代办。")]})


def _check_neighbours(user: User, delegate: User, starts_on: date, ends_on: date) -> None:
    """Both people are locked, so nobody adds an absence of theirs meanwhile."""
    at_the_time = Leave.objects.standing().filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    if at_the_time.filter(user=user).exists():
        raise InvalidError({"starts_on": [_("与已登记的离岗时间重叠，请先取消原来的登记。")]})
    if at_the_time.filter(user=delegate).exists():
        raise InvalidError({"delegate": [_("代办人在这段时间也不在岗，请另选一位。")]})
    if at_the_time.filter(delegate=user).exists():
        raise InvalidError({"starts_on": [_("离岗人在这段时间正替别人代办，请先改由他人代办。")]})


def _write(leave: Leave, *, verb: str, before: dict[str, object] | None, by: User, now: datetime) -> None:
    ledger.append(
        kind="leave", key=str(leave.pk), verb=verb, by=by, at=now, state=leave_state(leave), before=before,
        audience=Audience.AGENCY, agency=leave.user.agency_id or "",
    )  # fmt: skip
