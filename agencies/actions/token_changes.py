"""接口令牌: replacing, limiting and revoking keys that have been given out. Scopes and names never change."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actions.token_rows import Limits, make_token, state_of, write_token_event
from agencies.models import ApiToken, User
from agencies.permissions import can_create_token, can_manage_people, can_revoke, can_rotate
from common.errors import DomainError, InvalidError, StaleVersionError, require
from ledger.actors import Actor

OVERLAP = timedelta(days=7)
LONGEST_OVERLAP = timedelta(days=30)


class TokenRevokedError(DomainError):
    """令牌已经吊销."""

    code = "token_revoked"
    message = gettext_lazy("该令牌已经吊销。")


class TokenExpiredError(DomainError):
    """令牌已经到期: nobody can go on with it, so a new one is made instead."""

    code = "token_expired"
    message = gettext_lazy("该令牌已经到期，请另建一个。")


class TokenReplacedError(DomainError):
    """令牌已经换发: another key stands in its place, and is the one to replace next."""

    code = "token_replaced"
    message = gettext_lazy("该令牌已经换发过，请对新的令牌办理。")


@transaction.atomic
def rotate_api_token(
    *, token: ApiToken, by: Actor, now: datetime, overlap: timedelta = OVERLAP
) -> tuple[ApiToken, str]:
    """A new key of the same name and rights in place of this one, and its plain copy.

    The old one stays good for the overlap, though never beyond its own end, so that the client can take over. The new
    one lasts as long as the old one was meant to, from now on; but to the same day for a person who could not have
    made it: replacing the own key lengthens nothing that the administrator granted.

    Raises NotAllowedError, TokenRevokedError, TokenExpiredError, TokenReplacedError, and InvalidError for an overlap
    out of bounds.
    """
    require(can_rotate(by, token))
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise InvalidError({"overlap": [_("原令牌最多保留 %(most)s 天。") % {"most": LONGEST_OVERLAP.days}]})
    old = _lock_standing(token, now=now)
    before = state_of(old)
    new, text = make_token(
        user=old.user, name=old.name, scopes=list(old.scopes), limits=Limits(list(old.networks), old.per_minute),
        expires_at=_next_end(old, by=by, now=now), is_demo=old.is_demo, replaces=old,
    )  # fmt: skip
    old.expiry = min(filter(None, (old.expiry, now + overlap)))
    old.save(update_fields=["expiry"])
    write_token_event(old, verb="replaced", before=before, by=by, now=now)
    write_token_event(new, verb="created", before=None, by=by, now=now)
    return new, text


@transaction.atomic
def update_api_token(
    *,
    token: ApiToken,
    networks: Sequence[str],
    per_minute: int | None,
    by: Actor,
    now: datetime,
    seen: Limits | None = None,
) -> ApiToken:
    """The key is good from these addresses and for so many requests a minute; `seen` is what stood there before.

    Raises NotAllowedError, TokenRevokedError, TokenExpiredError, StaleVersionError and InvalidError.
    """
    require(can_manage_people(by))
    limits = Limits.read(networks, per_minute)
    locked = _lock_standing(token, now=now, may_be_replaced=True)
    if seen is not None and seen != Limits(locked.networks, locked.per_minute):
        raise StaleVersionError(current=locked)
    before = state_of(locked)
    locked.networks, locked.per_minute = limits.networks, limits.per_minute
    if state_of(locked) != before:
        locked.save(update_fields=["networks", "per_minute"])
        write_token_event(locked, verb="updated", before=before, by=by, now=now)
    return locked


@transaction.atomic
def revoke_api_token(*, token: ApiToken, by: User, now: datetime) -> ApiToken:
    """The key opens nothing any more; one that came in its place does. Raises NotAllowedError, TokenRevokedError."""
    require(can_revoke(by, token))
    locked = ApiToken.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=token.pk)
    if locked.revoked_at:
        raise TokenRevokedError
    revoke_all([locked], by=by, now=now)
    return locked


def lock_tokens(user: User) -> list[ApiToken]:
    """The person's keys that still open something, under their row locks."""
    tokens = ApiToken.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return list(tokens.filter(user=user, revoked_at=None).order_by("pk"))


def revoke_all(tokens: Sequence[ApiToken], *, by: User, now: datetime) -> None:
    """Revoke locked keys in the caller's transaction, with an event for each."""
    befores = [state_of(token) for token in tokens]
    for token in tokens:
        token.revoked_at, token.revoked_by = now, by
        token.save(update_fields=["revoked_at", "revoked_by"])
    for token, before in zip(tokens, befores, strict=True):
        write_token_event(token, verb="revoked", before=before, by=by, now=now)


def _lock_standing(token: ApiToken, *, now: datetime, may_be_replaced: bool = False) -> ApiToken:
    """The key under the locks of its account and its row, if it still opens something and nothing is in its place."""
    User.objects.select_for_update(no_key=True).get(pk=token.user_id)
    locked = ApiToken.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=token.pk)
    if locked.revoked_at:
        raise TokenRevokedError
    if not may_be_replaced and ApiToken.objects.filter(replaces=locked).exists():
        raise TokenReplacedError
    if locked.expiry is not None and locked.expiry <= now:
        raise TokenExpiredError
    return locked


def _next_end(old: ApiToken, *, by: Actor, now: datetime) -> datetime | None:
    if old.expiry is None or not can_create_token(by, owner=old.user, scopes=old.scopes):
        return old.expiry
    return now + (old.expiry - old.created)
