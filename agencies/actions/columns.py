"""台账显示的列: which columns a person sees without asking for others. A taste, so neither event nor version."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import InvalidError, require

LENGTH = 200


@transaction.atomic
def save_columns(*, user: User, columns: str, by: User, now: datetime) -> User:
    """The person's lists show these columns, codes joined by commas; none gives back the usual ones.

    Which columns there are is the list's affair. Raises NotAllowedError for anybody else's account, and InvalidError.
    """
    require(user.pk == by.pk)
    if len(columns) > LENGTH:
        raise InvalidError({"columns": [_("选的列太多。")]})
    user.columns = columns
    user.save(update_fields=["columns"])
    return user
