import os
from argparse import ArgumentParser
from getpass import getpass
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agencies.actions import create_user
from agencies.roles import Role
from common import clock
from common.errors import DomainError, InvalidError
from ledger.actors import SystemActor

COMMAND_LINE = SystemActor("命令行")
PASSWORD_VARIABLE = "GXFTZ_ADMIN_PASSWORD"  # noqa: S105  the variable's name


class Command(BaseCommand):
    help = "建立管理员账号。密码在终端输入两次；自动化时从环境变量 GXFTZ_ADMIN_PASSWORD 读取。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username", required=True, help="账号")
        parser.add_argument("--name", default="", help="姓名（默认同账号）")
        parser.add_argument("--email", default="", help="电子邮箱")

    def handle(self, *, username: str, name: str, email: str, **options: Any) -> None:
        password = os.environ.get(PASSWORD_VARIABLE) or self._ask()
        person = {"username": username, "name": name or username, "email": email, "password": password}
        try:
            user = create_user(**person, role=Role.ADMINISTRATOR, by=COMMAND_LINE, now=clock.now())
        except InvalidError as error:
            raise CommandError("\n".join(map(str, chain.from_iterable(error.errors.values())))) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("已建立管理员 %(username)s。") % {"username": user.username})

    def _ask(self) -> str:
        if not self.stdin_is_terminal():
            raise CommandError(_("请在终端运行，或用环境变量 %(name)s 提供密码。") % {"name": PASSWORD_VARIABLE})
        first, second = getpass(_("密码：")), getpass(_("再输入一次："))
        if first != second:
            raise CommandError(_("两次输入的密码不同。"))
        return first

    @staticmethod
    def stdin_is_terminal() -> bool:
        return os.isatty(0)
