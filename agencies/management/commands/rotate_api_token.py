from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from agencies.actions import rotate_api_token
from agencies.management.tokens import COMMAND_LINE, add_choice, find_token, said_plainly
from agencies.models import ApiToken
from common import clock


class Command(BaseCommand):
    help = "换发接口令牌：权限相同的新令牌，标准输出只有令牌本身，只显示这一次。原令牌再保留几天。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_choice(parser)
        parser.add_argument(
            "--overlap",
            type=int,
            choices=range(31),
            default=7,
            metavar="DAYS",
            help="原令牌保留天数，默认 7；0 即刻失效",
        )

    def handle(self, *, overlap: int, **options: Any) -> None:
        now = clock.now()
        tokens = ApiToken.objects.in_force(at=now).unreplaced()
        token = find_token(tokens, name=options["name"], user=options["user"], key=options["key"])
        with said_plainly():
            _token, text = rotate_api_token(token=token, overlap=timedelta(days=overlap), by=COMMAND_LINE, now=now)
        self.stdout.write(text)
