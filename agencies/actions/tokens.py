"""接口令牌: giving out keys. How they change and end is in token_changes."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.actions.rows import write_user_event
from agencies.actions.token_rows import Limits, make_token, write_token_event
from agencies.models import Agency, ApiToken, User
from agencies.permissions import can_create_token
from agencies.roles import Role, Scope
from common.errors import DomainError, InvalidError, require
from common.texts import check_text, join_words
from ledger.actors import Actor

NAME_LENGTH = 60  # it names the service account too
CALENDARS = 5  # as many as one person needs on all devices
CALENDAR_LASTS = timedelta(days=365)


class TooManyTokensError(DomainError):
    """订阅地址过多: a person has as many calendar keys as anybody needs."""

    code = "too_many_tokens"


@transaction.atomic
def create_api_token(
    *,
    name: str,
    scopes: Sequence[str],
    by: Actor,
    now: datetime,
    user: User | None = None,
    agency: Agency | None = None,
    expires_at: datetime | None = None,
    networks: Sequence[str] = (),
    per_minute: int | None = None,
    is_demo: bool = False,
) -> tuple[ApiToken, str]:
    """A key for the person, or for a new service account of the unit (of all units without one), and its plain copy.

    With `networks` it is good only from these addresses; `per_minute` is its own limit of requests. Raises
    NotAllowedError, and InvalidError for an unknown scope, a used name, a past end, what is no address, a limit out of
    bounds, or a person of another unit.
    """
    chosen = list(dict.fromkeys(scopes))
    require(can_create_token(by, owner=user, scopes=chosen))
    name, limits = check_text("name", name), Limits.read(networks, per_minute)
    _check_token(name, chosen, expires_at=expires_at, now=now)
    owner = _check_owner(user, agency, name) if user else _make_client(name, agency, is_demo=is_demo)
    token, text = make_token(
        user=owner, name=name, scopes=chosen, limits=limits, expires_at=expires_at, is_demo=is_demo
    )
    if user is None:
        write_user_event(owner, verb="created", before=None, by=by, now=now)
    write_token_event(token, verb="created", before=None, by=by, now=now)
    return token, text


@transaction.atomic
def create_calendar_token(*, by: User, now: datetime) -> tuple[ApiToken, str]:
    """A key of the person's own that opens the calendar and nothing else, and its plain copy.

    Raises NotAllowedError, and TooManyTokensError when the person has enough of them.
    """
    require(can_create_token(by, owner=by, scopes=[Scope.CALENDAR]))
    owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    standing = ApiToken.objects.filter(user=owner).in_force(at=now).values_list("scopes", flat=True)
    if sum(scopes == [Scope.CALENDAR] for scopes in standing) >= CALENDARS:
        raise TooManyTokensError(_("您已有 %(most)s 个日历订阅地址，请先吊销不用的。") % {"most": CALENDARS})
    return create_api_token(
        name=_free_name(owner, _("日历订阅")), scopes=[Scope.CALENDAR], user=owner, expires_at=now + CALENDAR_LASTS,
        by=by, now=now,
    )  # fmt: skip


def _free_name(owner: User, name: str) -> str:
    """The name, numbered if the person has used it before."""
    used = set(ApiToken.objects.filter(user=owner).values_list("name", flat=True))
    numbered = (name, *(f"{name} {number}" for number in range(2, len(used) + 2)))
    return next(each for each in numbered if each not in used)


def _check_token(name: str, scopes: list[str], *, expires_at: datetime | None, now: datetime) -> None:
    if not 0 < len(name) <= NAME_LENGTH:
        raise InvalidError({"name": [_("请写明令牌名称，不超过 %(most)s 字。") % {"most": NAME_LENGTH}]})
    unknown = [scope for scope in scopes if scope not in Scope.values]
    if unknown or not scopes:
        words = {"scopes": join_words(unknown) or _("未填"), "known": join_words(Scope.values)}
        raise InvalidError({"scopes": [_("权限只能取 %(known)s；现为：%(scopes)s。") % words]})
    if expires_at is not None and expires_at <= now:
        raise InvalidError({"expires_at": [_("到期时间必须在现在之后。")]})


def _check_owner(user: User, agency: Agency | None, name: str) -> User:
    """The person under the row lock, so that two keys of one name cannot be made at once."""
    owner = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not owner.is_active:
        raise InvalidError({"user": [_("该账号已经停用。")]})
    if agency is not None and owner.agency_id != agency.pk:
        raise InvalidError({"agency": [_("该账号不属于这个单位。")]})
    if ApiToken.objects.filter(user=owner, name=name).exists():
        raise InvalidError({"name": [_("该账号已有同名令牌。")]})
    return owner


def _make_client(name: str, agency: Agency | None, *, is_demo: bool) -> User:
    """A service account: it has no password, and acts for its unit, or for all if it has none."""
    if agency is not None and agency.is_open_set:
        raise InvalidError({"agency": [_("开放集合没有自己的人员，请选择具体单位。")]})
    if agency is not None and agency.dissolved_on:
        raise InvalidError({"agency": [_("该单位已撤销，请选择承接单位。")]})
    username = f"client-{secrets.token_hex(4)}"
    return User.objects.create_user(username, None, name=name, role=Role.CLIENT, agency=agency, is_demo=is_demo)
