"""Who calls: everybody of the cast by session, every token of the scene, and those whom nobody may let in."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from agencies.actions import create_api_token, revoke_api_token
from tests.cast import PARTS
from tests.factories import NOW
from tests.permission_table.rows import ANONYMOUS, CLIENTS

STRANGERS = (ANONYMOUS, "expired_client", "revoked_client", "unknown_client")
CALLERS = (*PARTS, *sorted(CLIENTS), *STRANGERS)
FORGERY_TOKEN = "f" * 32


def make_credentials(world: SimpleNamespace) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Headers and cookies by caller."""
    tokens = {**world.tokens, "unknown_client": f"gxftz_{'0' * 64}", **_make_ended(world)}
    return {
        **{part: _session(key) for part, key in world.sessions.items()},
        **{name: ({"Authorization": f"Bearer {token}"}, {}) for name, token in tokens.items()},
        ANONYMOUS: ({}, {}),
    }


def _session(key: str) -> tuple[dict[str, str], dict[str, str]]:
    cookies = {settings.SESSION_COOKIE_NAME: key, settings.CSRF_COOKIE_NAME: FORGERY_TOKEN}
    return {"X-CSRFToken": FORGERY_TOKEN}, cookies


def _make_ended(world: SimpleNamespace) -> dict[str, str]:
    """Two that could do much, until yesterday and until just now."""
    scopes = ["progress:write", "changes:read"]
    common: dict[str, Any] = {"scopes": scopes, "agency": world.lead, "by": world.administrator}
    before = NOW - timedelta(days=2)
    _token, expired = create_api_token(name="expired", **common, expires_at=NOW - timedelta(days=1), now=before)
    token, revoked = create_api_token(name="revoked", **common, now=before)
    revoke_api_token(token=token, by=world.administrator, now=NOW)
    return {"expired_client": expired, "revoked_client": revoked}
