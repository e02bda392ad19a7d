"""Who is asking: by session, with the unit in the same query; by bearer token, and how far the key reaches."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils.translation import gettext_lazy as _
from knox import auth
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed

from agencies.models import ApiToken, User
from common import clock

USE_NOTED_EVERY = timedelta(minutes=1)


class SessionBackend(AuthenticationBackend):
    """The person behind a session, with the unit that every page names."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.select_related("agency").filter(pk=user_id, is_active=True).first()


class TokenAuthentication(auth.TokenAuthentication):
    """`Authorization: Bearer gxftz_…`: the account, limited to the token's scopes; one query."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiToken]:
        """Raises AuthenticationFailed for a key that is unknown, revoked or expired, or whose owner has left.

        Unlike the library's own, it deletes no expired keys: they stay as a record of who could read what.
        """
        moment = clock.now()
        row = ApiToken.objects.select_related("user").filter(digest=_digest(token)).first()
        if row is None or row.revoked_at:
            raise AuthenticationFailed(_("令牌无效或已吊销。"), code="invalid_token")
        if row.expiry is not None and row.expiry <= moment:
            raise AuthenticationFailed(_("令牌已过期，请向管理员申请新的令牌。"), code="token_expired")
        if not row.user.is_active:
            raise AuthenticationFailed(_("该账号已经停用。"), code="user_inactive")
        _note_use(row, moment)
        return row.user.limited_to(row.scopes), row


def _digest(token: bytes) -> Any:
    try:
        return hash_token(token.decode("ascii"))
    except UnicodeDecodeError as error:
        raise AuthenticationFailed(_("令牌无效或已吊销。"), code="invalid_token") from error


def _note_use(row: ApiToken, moment: datetime) -> None:
    """When a key was last used, to the minute: a record of access, not a change of the domain."""
    if row.last_used_at is None or moment - row.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=moment)
