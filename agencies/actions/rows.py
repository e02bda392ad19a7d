"""Locking people and units, and saving with the event: the frame that the actions of this room share.

Locks are taken in this order: people, units, tokens, and the head of the ledger last.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.roles import Role
from agencies.states import user_state
from common.errors import DomainError, InvalidError, StaleVersionError
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience


class LastAdministratorError(DomainError):
    """最后一名管理员: without one nobody could let anybody in any more."""

    code = "last_administrator"
    message = _("这是最后一名在用的管理员，请先指定另一名管理员。")


class DissolvedError(DomainError):
    """单位已撤销: it takes nobody and nothing any more."""

    code = "agency_dissolved"


def lock_agencies(codes: Iterable[str]) -> list[Agency]:
    """Units under their row locks, in the order of their codes."""
    return list(Agency.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=codes).order_by("pk"))


def lock_users(pks: Iterable[int]) -> dict[int, User]:
    """People and all serving administrators under their row locks, in one order, so that the last one is known."""
    administrators = Q(role=Role.ADMINISTRATOR, is_active=True)
    rows = User.objects.select_for_update(no_key=True).filter(Q(pk__in=pks) | administrators).order_by("pk")
    return {row.pk: row for row in rows}


def lock_user(pk: int, *, version: int | None = None) -> User:
    """One person likewise."""
    user = lock_users([pk])[pk]
    if version is not None and user.version != version:
        raise StaleVersionError(current=user)
    return user


def require_other_administrator(user: User) -> None:
    """Raise LastAdministratorError if a locked person is the only serving administrator."""
    others = User.objects.serving().filter(role=Role.ADMINISTRATOR).exclude(pk=user.pk)
    if user.is_active and user.role == Role.ADMINISTRATOR and not others.exists():
        raise LastAdministratorError


def check_fields(row: Model, *, exclude: tuple[str, ...] = ()) -> None:
    """What the model itself refuses, as InvalidError by field."""
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        raise InvalidError(error.message_dict) from error


def save_user(
    user: User, *, fields: list[str], verb: str, before: dict[str, Any], by: Actor, now: datetime, reason: str = ""
) -> User:
    """Store the named fields as the next version and write the event, in the caller's transaction."""
    user.version += 1
    user.save(update_fields=[*fields, "version"])
    write_user_event(user, verb=verb, before=before, by=by, now=now, reason=reason)
    return user


def write_user_event(
    user: User, *, verb: str, before: dict[str, Any] | None, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Who works here, and with what phone and mail, is for the office and the auditor alone."""
    ledger.append(
        kind="user", key=user.username, verb=verb, by=by, at=now, state=user_state(user), before=before, reason=reason,
        audience=Audience.RESTRICTED, agency=user.agency_id or "",
    )  # fmt: skip
