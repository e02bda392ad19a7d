from agencies.actions.names import rename_agency
from agencies.actions.passwords import make_initial_password, set_password
from agencies.actions.people import create_user, deactivate_user, reactivate_user, update_user
from agencies.actions.rows import LastAdministratorError
from agencies.actions.tokens import create_api_token, revoke_api_token

__all__ = [
    "LastAdministratorError",
    "create_api_token",
    "create_user",
    "deactivate_user",
    "make_initial_password",
    "reactivate_user",
    "rename_agency",
    "revoke_api_token",
    "set_password",
    "update_user",
]
