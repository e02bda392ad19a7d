from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions.passwords import check_password
from agencies.actions.rows import (
    check_fields,
    lock_agencies,
    lock_user,
    require_other_administrator,
    save_user,
    write_user_event,
)
from agencies.actions.token_changes import lock_tokens, revoke_all
from agencies.models import Agency, User
from agencies.models.agency import Kind
from agencies.permissions import can_manage_people
from agencies.roles import AGENCY_ROLES, OFFICE_ROLES, Role
from agencies.states import user_state
from common.errors import DomainError, InvalidError, NotAllowedError, require
from common.texts import check_text
from ledger.actors import Actor


class ActivityError(DomainError):
    """已停用的不能再停用，在用的不能再启用."""

    code = "already_so"


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    role: str,
    by: Actor,
    now: datetime,
    agency: Agency | None = None,
    email: str = "",
    phone: str = "",
    password: str | None = None,
    is_head: bool = False,
    is_demo: bool = False,
) -> User:
    """A person of the unit holds the role and can log in with the password (cannot, if it is None).

    Raises NotAllowedError, and InvalidError for a taken name, a weak password, or a role that does not fit the unit.
    """
    require(can_manage_people(by))
    user = User(
        username=username.strip(), name=name.strip(), role=role, agency=agency, email=email.strip(),
        phone=phone.strip(), is_head=is_head, is_demo=is_demo,
    )  # fmt: skip
    check_post(role, agency)
    _check_head(user)
    _check_standing(agency, on=now.date())
    check_fields(user, exclude=("password",))
    if password is not None:
        check_password(password, user)
    user.set_password(password)
    user.save(force_insert=True)
    write_user_event(user, verb="created", before=None, by=by, now=now)
    return user


@transaction.atomic
def update_user(
    *,
    user: User,
    name: str,
    email: str,
    phone: str,
    agency: Agency | None,
    role: str,
    by: Actor,
    now: datetime,
    is_head: bool | None = None,
    version: int | None = None,
) -> User:
    """The person has these particulars, unit and role; the account's name never changes, nor who heads the unit if
    `is_head` is None.

    Raises NotAllowedError (also for one's own role), StaleVersionError, LastAdministratorError and InvalidError.
    """
    require(can_manage_people(by))
    user = lock_user(user.pk, version=version)
    if role != user.role:
        _refuse_self(user, by, _("不能调整自己的岗位，请由另一名管理员办理。"))
        require_other_administrator(user)
    before = user_state(user)
    user.name, user.email, user.phone = name.strip(), email.strip(), phone.strip()
    if agency is not None and agency.pk != user.agency_id:
        _check_standing(agency, on=now.date())
    user.agency, user.role = agency, role
    user.is_head = user.is_head if is_head is None else is_head
    check_post(role, agency)
    _check_head(user)
    check_fields(user, exclude=("password",))
    if user_state(user) == before:
        return user
    fields = ["name", "email", "phone", "agency", "role", "is_head"]
    return save_user(user, fields=fields, verb="updated", before=before, by=by, now=now)


@transaction.atomic
def deactivate_user(*, user: User, by: User, now: datetime, reason: str = "", version: int | None = None) -> User:
    """Who has left can do nothing any more: no log-in, no open session, no token.

    Raises NotAllowedError (for oneself too), StaleVersionError, LastAdministratorError, ActivityError, InvalidError.
    """
    require(can_manage_people(by))
    reason = check_text("reason", reason)
    user = lock_user(user.pk, version=version)
    _refuse_self(user, by, _("不能停用自己的账号，请由另一名管理员办理。"))
    if not user.is_active:
        raise ActivityError(_("该账号已经停用。"))
    require_other_administrator(user)
    tokens, before = lock_tokens(user), user_state(user)
    user.is_active = False
    save_user(user, fields=["is_active"], verb="deactivated", before=before, by=by, now=now, reason=reason)
    revoke_all(tokens, by=by, now=now)
    return user


@transaction.atomic
def reactivate_user(*, user: User, by: User, now: datetime, version: int | None = None) -> User:
    """The person can log in again; the tokens stay revoked.

    Raises NotAllowedError, StaleVersionError, ActivityError, and InvalidError when role and unit no longer fit.
    """
    require(can_manage_people(by))
    user = lock_user(user.pk, version=version)
    if user.is_active:
        raise ActivityError(_("该账号已在使用。"))
    check_post(user.role, user.agency)
    _check_standing(user.agency, on=now.date())
    before = user_state(user)
    user.is_active = True
    return save_user(user, fields=["is_active"], verb="reactivated", before=before, by=by, now=now)


def _refuse_self(user: User, by: Actor, message: str) -> None:
    if isinstance(by, User) and by.pk == user.pk:
        raise NotAllowedError(message)


def _check_head(user: User) -> None:
    """督办通知单 goes to the head of a unit, who can answer it in its name."""
    if user.is_head and user.role != Role.APPROVER:
        raise InvalidError({"is_head": [_("单位主要负责人须是本单位的审签人。")]})


def _check_standing(agency: Agency | None, *, on: date) -> None:
    """Nobody joins a unit that is dissolved; locked, so that it is not just being dissolved."""
    if agency is not None and any(each.is_dissolved(on=on) for each in lock_agencies([agency.pk])):
        raise InvalidError({"agency": [_("该单位已撤销，请选择承接单位。")]})


def check_post(role: str, agency: Agency | None) -> None:
    """Reporters and approvers belong to a unit, the office's officers to the office; an open set has nobody."""
    if agency is None:
        if role in AGENCY_ROLES | OFFICE_ROLES:
            raise InvalidError({"agency": [_("这个岗位的人员必须属于一个单位。")]})
        return
    if agency.is_open_set:
        raise InvalidError({"agency": [_("开放集合没有自己的人员，请选择具体单位。")]})
    if role in OFFICE_ROLES and agency.kind != Kind.OFFICE:
        raise InvalidError({"agency": [_("督办员和办公室负责人必须属于办公室。")]})
