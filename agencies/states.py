"""What the ledger keeps of a unit, a person and a token after each change. Never a password, a token or a digest."""

from typing import Any

from agencies.models import Agency, ApiToken, Leave, User


def agency_state(agency: Agency) -> dict[str, Any]:
    """The state of a unit with the names in force."""
    return {
        "code": agency.code,
        "order": agency.order,
        "kind": agency.kind,
        "plan_name": agency.plan_name,
        "name": agency.name,
        "short_name": agency.short_name,
        "name_en": agency.name_en,
        "zone": agency.zone_id,
        "is_open_set": agency.is_open_set,
        "dissolved_on": agency.dissolved_on,
    }


def user_state(user: User) -> dict[str, Any]:
    """The state of a person; `username` is the name of the object in the ledger."""
    return {
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        "agency": user.agency_id,
        "role": user.role,
        "is_head": user.is_head,
        "is_active": user.is_active,
        "is_demo": user.is_demo,
    }


def token_state(token: ApiToken, *, replaces: str | None) -> dict[str, Any]:
    """The state of a token: everything but the key itself; the account must be loaded with it.

    `replaces` is what the ledger calls the token in whose place it came.
    """
    return {
        "name": token.name,
        "user": token.user.username,
        "agency": token.user.agency_id,
        "scopes": list(token.scopes),
        "networks": list(token.networks),
        "per_minute": token.per_minute,
        "expires_at": token.expiry,
        "replaces": replaces,
        "revoked_at": token.revoked_at,
        "is_demo": token.is_demo,
    }


def leave_state(leave: Leave) -> dict[str, Any]:
    """The state of an absence; both people must be loaded with it."""
    return {
        "id": leave.pk,
        "user": leave.user.username,
        "delegate": leave.delegate.username,
        "starts_on": leave.starts_on,
        "ends_on": leave.ends_on,
        "cancelled_at": leave.cancelled_at,
    }
