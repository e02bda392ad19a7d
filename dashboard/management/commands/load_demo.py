from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from common.errors import DomainError
from dashboard.demo import PASSWORD, demo_accounts, is_loaded, load_demo


class Command(BaseCommand):
    help = "载入演示数据：以当天为准的一年往来，全部标注“演示数据”。已有真实账号或报送时拒绝；可重复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="只列出可以登录的演示账号和密码")

    def handle(self, *, accounts: bool, **options: Any) -> None:
        if accounts:
            self._list_accounts()
        elif is_loaded():
            self.stdout.write(_("演示数据已在，没有改动。"))
        else:
            self._load()

    def _load(self) -> None:
        try:
            result = load_demo(now=clock.now())
        except DomainError as error:
            raise CommandError(_("没有载入演示数据，什么都没有改。%(why)s") % {"why": error}) from error
        self.stdout.write(
            _("已载入演示数据：账号 %(accounts)d 个，任务 %(tasks)d 项，报送 %(reports)d 份，"
              "佐证材料 %(evidence)d 份，消息 %(messages)d 条。") % vars(result)
        )  # fmt: skip

    def _list_accounts(self) -> None:
        if not is_loaded():
            self.stdout.write(_("没有演示数据。"))
            return
        self.stdout.write(_("演示账号（密码均为 %(password)s）：") % {"password": PASSWORD})
        for user in demo_accounts():
            unit = user.agency.short_name if user.agency else "—"
            self.stdout.write(f"  {user.username:<32}{user.get_role_display()}  {unit}")
