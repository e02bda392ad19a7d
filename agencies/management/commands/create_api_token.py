from argparse import ArgumentParser
from datetime import timedelta
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.actions import create_api_token
from agencies.models import Agency, User
from common import clock
from common.errors import DomainError, InvalidError
from ledger.actors import SystemActor

COMMAND_LINE = SystemActor("命令行")


class Command(BaseCommand):
    help = "建立接口令牌，标准输出只有令牌本身，只显示这一次。不指定 --user 时另建一个接口账号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="令牌名称")
        parser.add_argument("--scopes", required=True, help="权限，以逗号分隔，如 progress:read,changes:read")
        parser.add_argument("--agency", metavar="CODE", help="单位代码；不填则不限单位")
        parser.add_argument("--user", metavar="NAME", help="已有账号")
        parser.add_argument("--days", type=int, metavar="N", help="有效天数；不填则不过期")

    def handle(self, *, name: str, scopes: str, days: int | None, **options: Any) -> None:
        now = clock.now()
        try:
            _token, text = create_api_token(
                name=name,
                scopes=[scope.strip() for scope in scopes.split(",") if scope.strip()],
                agency=self._find(Agency.objects.all(), code=options["agency"]),
                user=self._find(User.objects.all(), username=options["user"]),
                expires_at=None if days is None else now + timedelta(days=days),
                by=COMMAND_LINE,
                now=now,
            )
        except InvalidError as error:
            raise CommandError("\n".join(map(str, chain.from_iterable(error.errors.values())))) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)

    @staticmethod
    def _find(rows: QuerySet[Any], **key: str | None) -> Any:
        """The row that an option names; None when the option was not given."""
        ((name, value),) = key.items()
        if value is None:
            return None
        row = rows.filter(**key).first()
        if row is None:
            raise CommandError(_("没有 %(name)s 为 %(value)s 的记录。") % {"name": name, "value": value})
        return row
