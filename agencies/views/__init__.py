from agencies.views.leave import leave, leave_cancel
from agencies.views.names import rename
from agencies.views.people import people, person, person_new
from agencies.views.preferences import preferences, set_language
from agencies.views.standing import deactivate, reactivate, reset_password
from agencies.views.tokens import token, token_calendar, token_new, token_revoke, token_rotate, tokens
from agencies.views.units import unit_new

__all__ = [
    "deactivate",
    "leave",
    "leave_cancel",
    "people",
    "person",
    "person_new",
    "preferences",
    "reactivate",
    "rename",
    "reset_password",
    "set_language",
    "token",
    "token_calendar",
    "token_new",
    "token_revoke",
    "token_rotate",
    "tokens",
    "unit_new",
]
