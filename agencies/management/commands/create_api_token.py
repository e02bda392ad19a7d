from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.actions import create_api_token
from agencies.management.tokens import COMMAND_LINE, said_plainly
from agencies.models import Agency, User
from common import clock


class Command(BaseCommand):
    help = "建立接口令牌，标准输出只有令牌本身，只显示这一次。不指定 --user 时另建一个接口账号。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="令牌名称")
        parser.add_argument("--scopes", required=True, help="权限，以逗号分隔，如 progress:read,changes:read")
        parser.add_argument("--agency", metavar="CODE", help="单位代码；不填则不限单位")
        parser.add_argument("--user", metavar="NAME", help="已有账号")
        parser.add_argument("--days", type=int, metavar="N", help="有效天数；不填则不过期")
        parser.add_argument("--networks", default="", metavar="LIST", help="可用地址或网段，以逗号分隔；不填则不限")
        parser.add_argument("--per-minute", type=int, metavar="N", help="每分钟请求数上限；不填则按系统统一的上限")

    def handle(self, *, name: str, scopes: str, networks: str, days: int | None, **options: Any) -> None:
        now = clock.now()
        with said_plainly():
            _token, text = create_api_token(
                name=name,
                scopes=_words(scopes),
                agency=self._find(Agency.objects.all(), code=options["agency"]),
                user=self._find(User.objects.all(), username=options["user"]),
                expires_at=None if days is None else now + timedelta(days=days),
                networks=_words(networks),
                per_minute=options["per_minute"],
                by=COMMAND_LINE,
                now=now,
            )
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


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
