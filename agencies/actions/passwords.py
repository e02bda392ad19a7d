import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from agencies.actions.rows import lock_user, save_user
from agencies.models import User
from agencies.permissions import can_manage_people
from agencies.states import user_state
from common.errors import InvalidError, require
from ledger.actors import Actor

# Read aloud and typed by hand: no letters or digits that look alike.
LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LENGTH = 4, 4


def make_initial_password() -> str:
    """A random password to hand over, such as k7md-3xwp-fq2a-t9hc: 79 bits."""
    return "-".join("".join(secrets.choice(LEGIBLE) for _place in range(GROUP_LENGTH)) for _group in range(GROUPS))


def check_password(password: str, user: User) -> None:
    """Raise InvalidError with every rule that the password breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidError({"password": list(error.messages)}) from error


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, now: datetime, version: int | None = None) -> User:
    """The person logs in with this password from now on, and every open session ends.

    Raises NotAllowedError, StaleVersionError, and InvalidError for a weak password. The ledger learns that it was set,
    never what it is.
    """
    require(can_manage_people(by))
    user = lock_user(user.pk, version=version)
    check_password(password, user)
    before = user_state(user)
    user.set_password(password)
    return save_user(user, fields=["password"], verb="password_set", before=before, by=by, now=now)
