"""Who is asking: by session, with the unit in the same query; by bearer token, and how far the key reaches."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from knox import auth
from knox.crypto import hash_token
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from agencies.models import ApiToken, User
from agencies.networks import is_within, plain_address
from common import clock
from common.errors import NotAllowedError
from ledger.readers import newest_hash, newest_sequence

USE_NOTED_EVERY = timedelta(minutes=1)


class SessionBackend(AuthenticationBackend):
    """The person behind a session, with the unit that every page names."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.select_related("agency").filter(pk=user_id, is_active=True).first()


class AddressNotAllowedError(NotAllowedError):
    """地址不在允许之列: the key is valid, but not from there."""

    code = "address_not_allowed"


class TokenAuthentication(auth.TokenAuthentication):
    """`Authorization: Bearer gxftz_…`: the account, limited to the token's scopes; one query."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Raises what `find_token` raises; None for another scheme, which is not ours to judge."""
        scheme, _space, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != self.authenticate_header(request).lower().encode():
            return None
        row = find_token(text.strip().decode("latin-1"), address=client_address(request), moment=clock.now())
        return row.user, row


def find_token(text: str, *, address: str, moment: datetime) -> ApiToken:
    """The key that a caller shows, with its account limited to the key's scopes, and the use noted.

    One query, which also tells the ledger's end (`newest`, `newest_hash`), so that an unchanged answer costs no other.
    Raises AuthenticationFailed for a key that is unknown, revoked or expired, or whose owner has left, and
    AddressNotAllowedError. Expired keys stay as a record of who could read what.
    """
    keys = ApiToken.objects.select_related("user").annotate(newest=newest_sequence(), newest_hash=newest_hash())
    row = keys.filter(digest=hash_token(text)).first() if text.isascii() else None
    if row is None or row.revoked_at:
        raise AuthenticationFailed(_("令牌无效或已吊销。"), code="invalid_token")
    if row.expiry is not None and row.expiry <= moment:
        raise AuthenticationFailed(_("令牌已过期，请向管理员申请新的令牌。"), code="token_expired")
    if not row.user.is_active:
        raise AuthenticationFailed(_("该账号已经停用。"), code="user_inactive")
    if row.networks and not is_within(address, row.networks):
        words = {"address": address or _("未知")}
        raise AddressNotAllowedError(_("该令牌不能从这个地址使用：%(address)s。请联系管理员。") % words)
    row.user.limited_to(row.scopes)
    _note_use(row, address, moment)
    return row


def client_address(request: HttpRequest | Request) -> str:
    """Where a request comes from: X-Forwarded-For counts only as far as our own proxies wrote it (TRUSTED_PROXIES).

    Empty when that cannot be told, as over a socket, or with fewer addresses than there are proxies of ours.
    """
    try:
        return plain_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""


def _note_use(row: ApiToken, address: str, moment: datetime) -> None:
    """When and from where a key was last used, at most one write a minute: a record of access, no change.

    Of many at once the first alone writes, and nobody waits for it: its transaction may be a long one.
    """
    if row.last_used_at is None or moment - row.last_used_at >= USE_NOTED_EVERY:
        with transaction.atomic():
            free = ApiToken.objects.select_for_update(no_key=True, skip_locked=True)
            unnoted = free.filter(pk=row.pk, last_used_at=row.last_used_at).order_by().values("pk")
            ApiToken.objects.filter(pk__in=unnoted).update(last_used_at=moment, last_used_from=address or None)
