import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from agencies.actions.rows import write_user_event
from agencies.models import Agency, ApiToken, User
from agencies.permissions import can_manage_people, can_revoke
from agencies.roles import Role, Scope
from agencies.states import token_state
from common.errors import DomainError, InvalidError, require
from common.texts import join_words
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience

NAME_LENGTH = 60  # it names the service account too


class TokenRevokedError(DomainError):
    """令牌已经吊销."""

    code = "token_revoked"


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
    is_demo: bool = False,
) -> tuple[ApiToken, str]:
    """A key for the person, or for a new service account of the unit (of all units without one), and its plain copy.

    Raises NotAllowedError, and InvalidError for an unknown scope, a used name, a past end, or a person of another unit.
    """
    require(can_manage_people(by))
    name, chosen = name.strip(), list(dict.fromkeys(scopes))
    _check_token(name, chosen, expires_at=expires_at, now=now)
    owner = _check_owner(user, agency, name) if user else _make_client(name, agency, is_demo=is_demo)
    digest, text = get_digest_token()
    token = ApiToken(
        digest=digest, token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH], user=owner, name=name, scopes=chosen,
        expiry=expires_at, is_demo=is_demo,
    )  # fmt: skip
    token.save(force_insert=True)
    if user is None:
        write_user_event(owner, verb="created", before=None, by=by, now=now)
    _write_event(token, verb="created", before=None, by=by, now=now)
    return token, text


@transaction.atomic
def revoke_api_token(*, token: ApiToken, by: User, now: datetime) -> ApiToken:
    """The key opens nothing any more. Raises NotAllowedError and TokenRevokedError."""
    require(can_revoke(by, token))
    locked = ApiToken.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=token.pk)
    if locked.revoked_at:
        raise TokenRevokedError(_("该令牌已经吊销。"))
    revoke_all([locked], by=by, now=now)
    return locked


def lock_tokens(user: User) -> list[ApiToken]:
    """The person's keys that still open something, under their row locks."""
    tokens = ApiToken.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return list(tokens.filter(user=user, revoked_at=None).order_by("pk"))


def revoke_all(tokens: Sequence[ApiToken], *, by: User, now: datetime) -> None:
    """Revoke locked keys in the caller's transaction, with an event for each."""
    befores = [token_state(token) for token in tokens]
    for token in tokens:
        token.revoked_at, token.revoked_by = now, by
        token.save(update_fields=["revoked_at", "revoked_by"])
    for token, before in zip(tokens, befores, strict=True):
        _write_event(token, verb="revoked", before=before, by=by, now=now)


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


def _write_event(token: ApiToken, *, verb: str, before: dict[str, object] | None, by: Actor, now: datetime) -> None:
    ledger.append(
        kind="token", key=f"{token.user_id}/{token.name}", verb=verb, by=by, at=now, state=token_state(token),
        before=before, audience=Audience.RESTRICTED, agency=token.user.agency_id or "",
    )  # fmt: skip
