from agencies.actions.answers import clear_answers
from agencies.actions.columns import save_columns
from agencies.actions.leave import LeaveOverError, cancel_leave, set_leave
from agencies.actions.names import rename_agency, take_up_names
from agencies.actions.passwords import make_initial_password, set_password
from agencies.actions.people import create_user, deactivate_user, reactivate_user, update_user
from agencies.actions.preferences import Preferences, save_preferences
from agencies.actions.rows import DissolvedError, LastAdministratorError, lock_agencies
from agencies.actions.succession import merge_agencies, split_agency
from agencies.actions.token_changes import revoke_api_token, rotate_api_token, update_api_token
from agencies.actions.token_rows import Limits
from agencies.actions.tokens import create_api_token, create_calendar_token
from agencies.actions.units import create_agency

__all__ = [
    "DissolvedError",
    "LastAdministratorError",
    "LeaveOverError",
    "Limits",
    "Preferences",
    "cancel_leave",
    "clear_answers",
    "create_agency",
    "create_api_token",
    "create_calendar_token",
    "create_user",
    "deactivate_user",
    "lock_agencies",
    "make_initial_password",
    "merge_agencies",
    "reactivate_user",
    "rename_agency",
    "revoke_api_token",
    "rotate_api_token",
    "save_columns",
    "save_preferences",
    "set_leave",
    "set_password",
    "split_agency",
    "take_up_names",
    "update_api_token",
    "update_user",
]
