"""偏好: how a person's own pages look and speak. Nobody sets another's."""

from dataclasses import dataclass, fields

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.models import User
from agencies.models.user import Density, Theme
from common.errors import InvalidError, require


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What a person chose; None leaves a choice as it stands, empty gives it back to the system."""

    theme: str | None = None
    density: str | None = None
    language: str | None = None
    columns: str | None = None

    def chosen(self) -> dict[str, str]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


# `columns` is given back here; which columns there are is the list's own affair.
ALLOWED = {
    "theme": {"", *Theme.values},
    "density": {"", *Density.values},
    "language": {"", *dict(settings.LANGUAGES)},
    "columns": {""},
}


def save_preferences(*, user: User, choices: Preferences, by: User) -> User:
    """The pages of this person look and speak as chosen from the next one on, on every device.

    One statement that names only the columns chosen: two windows that change different things both keep theirs. No
    event in the ledger and no new version of the account: a taste is no duty, and watching it would be surveillance.
    Raises NotAllowedError for anybody else's account, and InvalidError for a value that there is not.
    """
    require(user.pk == by.pk)
    chosen = choices.chosen()
    for name, value in chosen.items():
        if value not in ALLOWED[name]:
            raise InvalidError({name: [_("请选择列出的选项。")]})
        setattr(user, name, value)
    if chosen:
        user.save(update_fields=[*chosen])
    return user
