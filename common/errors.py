"""The ways an action can refuse, each with a code for clients and a message for people.

Unseen is 404 and not yours is 403, both before an action runs; not now is 409, a stale version 412, bad input 400.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """不能办理: a rule of the domain refuses the change; nothing has been changed."""

    code = "not_now"
    other_codes: tuple[str, ...] = ()  # that one raised with `code=` may carry instead
    status = 409
    message: Any = _("现在不能这样办理。")

    def __init__(self, message: Any = None, *, code: str | None = None):
        self.message = message if message is not None else self.message
        self.code = code or self.code
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowedError(DomainError):
    """无权办理: the person may see the object but may not do this to it."""

    code = "not_allowed"
    status = 403
    message = _("您的岗位不能办理此事项。")


class InvalidError(DomainError):
    """填写有误: what was entered breaks a rule; `errors` maps a field to its messages."""

    code = "invalid"
    status = 400
    message = _("填写的内容有误，请按提示修改。")

    def __init__(self, errors: dict[str, list[Any]], message: Any = None):
        super().__init__(message)
        self.errors = errors


class StaleVersionError(DomainError):
    """版本已变: somebody else saved first; `current` is the version that stands now."""

    code = "stale_version"
    status = 412
    message = _("您打开之后，别人已保存过新的内容。请对照后再保存。")

    def __init__(self, current: Any = None):
        super().__init__()
        self.current = current


def require(allowed: bool, message: Any = None) -> None:
    """Raise NotAllowedError unless `allowed`."""
    if not allowed:
        raise NotAllowedError(message)
