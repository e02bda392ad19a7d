"""规则版本: the office's settings change by a new version with a reason; nothing is altered in an old one."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, StaleVersionError, require
from common.texts import check_text
from ledger import actions as ledger
from ledger.actors import Actor
from tasks.actions.lights import refresh_lights
from tasks.actions.rows import lock_tasks
from tasks.extensions import ExtensionPolicy
from tasks.lights import LightPolicy
from tasks.models import CalendarDay, PolicyVersion, Task
from tasks.periods import PeriodPolicy
from tasks.permissions import can_set_policy
from tasks.policies import PolicyKind, from_values, to_values

REASON_LENGTH = 200
Values = dict[str, Any]

# Of the reminders' policy, a higher room's, the class is not known here.
CLASSES: dict[str, type[Any]] = {
    PolicyKind.LIGHTS: LightPolicy,
    PolicyKind.PERIODS: PeriodPolicy,
    PolicyKind.EXTENSIONS: ExtensionPolicy,
    PolicyKind.REMINDERS: object,
}


@transaction.atomic
def save_policy(
    *, kind: str, policy: Any, reason: str, by: User, now: datetime, number: int | None = None
) -> PolicyVersion:
    """The policy is in force from now on, as the next version of its kind; of the lights, every task is judged anew.

    `number` is the version that the person has read, 0 for the defaults. Raises NotAllowedError for anybody but the
    director, InvalidError for an unknown kind, a missing reason or values that change nothing, StaleVersionError. The
    calendar's versions are written by the calendar's own actions.
    """
    require(can_set_policy(by))
    if not isinstance(policy, CLASSES.get(kind, ())):
        raise InvalidError({"kind": [_("没有这一类规则。")]})
    reason = check_text("reason", reason, limit=REASON_LENGTH)
    if not reason:
        raise InvalidError({"reason": [_("请写明调整理由。")]})
    if kind == PolicyKind.LIGHTS:
        lock_tasks(Task.objects.current())
    _check_number(kind, number)
    if to_values(policy) == _in_force(kind, type(policy)):
        raise InvalidError({"policy": [_("内容和现行规则相同，不用保存。")]})
    version = append_version(kind=kind, values=to_values(policy), reason=reason, by=by, now=now)
    if kind == PolicyKind.LIGHTS:
        words = {"number": version.number, "reason": reason}
        refresh_lights(by=by, now=now, reason=_("亮灯规则第 %(number)d 版：%(reason)s") % words)
    return tell_version(version, by=by, now=now)


def _check_number(kind: str, number: int | None) -> None:
    if number is not None and number != PolicyVersion.objects.number_of(kind):
        raise StaleVersionError(current=PolicyVersion.objects.of(kind).first())


def _in_force(kind: str, cls: type[Any]) -> Values:
    newest = PolicyVersion.objects.of(kind).first()
    return to_values(from_values(cls, newest.values) if newest else cls())


def append_version(*, kind: str, values: Values, reason: str, by: Actor, now: datetime) -> PolicyVersion:
    """The next version's row; of two at once the later one is stale, as the numbers are unique."""
    number = PolicyVersion.objects.number_of(kind) + 1
    person = by if isinstance(by, User) else None
    try:
        with transaction.atomic():
            return PolicyVersion.objects.create(
                kind=kind, number=number, values=values, reason=reason[:REASON_LENGTH], set_at=now, set_by=person
            )
    except IntegrityError as error:
        raise StaleVersionError(current=PolicyVersion.objects.of(kind).first()) from error


def tell_version(version: PolicyVersion, *, by: Actor, now: datetime) -> PolicyVersion:
    """The version's event, with what its predecessor said; after the last lock, as every event."""
    before = PolicyVersion.objects.filter(kind=version.kind, number=version.number - 1).first()
    ledger.append(
        kind="policy",
        key=f"{version.kind}/{version.number}",
        verb="policy_set",
        by=by,
        at=now,
        state=_state(version),
        before=_state(before) if before else None,
        reason=version.reason,
    )
    return version


def _state(version: PolicyVersion) -> Values:
    return {"kind": version.kind, "number": version.number, **version.values}


def append_calendar(*, reason: str, by: Actor, now: datetime) -> PolicyVersion:
    """The working-day calendar as it now stands in its tables, as the next version."""
    calendar = CalendarDay.objects.as_calendar()
    values = {
        "holidays": [day.isoformat() for day in sorted(calendar.holidays)],
        "workdays": [day.isoformat() for day in sorted(calendar.workdays)],
        "years": sorted(calendar.published_years),
    }
    return append_version(kind=PolicyKind.CALENDAR, values=values, reason=reason, by=by, now=now)
