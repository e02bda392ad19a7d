"""What the commands about tokens share: finding one by its name, and saying in one line what was refused."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from agencies.models import ApiToken, ApiTokenQuerySet
from common.errors import DomainError, InvalidError
from ledger.actors import SystemActor

COMMAND_LINE = SystemActor("命令行")


def add_choice(parser: ArgumentParser) -> None:
    """The options by which a command is told which token is meant."""
    parser.add_argument("--name", help="令牌名称")
    parser.add_argument("--user", metavar="NAME", help="账号，名称相同的令牌不止一个时用")
    parser.add_argument("--key", metavar="START", help="令牌开头，如 gxftz_1a2b3c4d5，见 list_api_tokens")


def find_token(tokens: ApiTokenQuerySet, *, name: str | None, user: str | None, key: str | None) -> ApiToken:
    """The one token that the options mean. Raises CommandError when there is none, or more than one."""
    given = {"name": name, "user__username": user, "token_key": key}
    chosen = {field: value for field, value in given.items() if value}
    if not name and not key:
        raise CommandError(_("请用 --name 或 --key 指明令牌。"))
    found = list(tokens.filter(**chosen).select_related("user").order_by("created"))
    if not found:
        raise CommandError(_("没有符合的有效令牌；list_api_tokens --all 列出全部令牌。"))
    if len(found) > 1:
        lines = (f"  --user {each.user.username} --key {each.token_key}" for each in found)
        raise CommandError("\n".join((_("符合的令牌不止一个，请再加上其中一行："), *lines)))
    return found[0]


@contextmanager
def said_plainly() -> Iterator[None]:
    """An action's refusal as the command's own."""
    try:
        yield
    except InvalidError as error:
        raise CommandError("\n".join(map(str, chain.from_iterable(error.errors.values())))) from error
    except DomainError as error:
        raise CommandError(str(error)) from error
