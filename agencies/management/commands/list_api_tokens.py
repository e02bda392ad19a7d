from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from agencies.models import ApiToken
from agencies.readers import find_tokens, token_rows, with_standing
from common import clock

COLUMNS = (
    "token_key", "name", "username", "agency", "scopes", "expires_at", "networks", "per_minute", "last_used_at",
    "last_used_from", "state",
)  # fmt: skip


class Command(BaseCommand):
    help = "列出接口令牌，一行一个，以制表符分隔。令牌本身不保存，只列出开头。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="连同已吊销和已到期的")

    def handle(self, **options: Any) -> None:
        now = clock.now()
        found = find_tokens(ApiToken.objects.all(), at=now, state="all" if options["all"] else "")
        self.stdout.write("\t".join(COLUMNS))
        for row in token_rows(with_standing(found), at=now):
            self.stdout.write("\t".join(_written(row[column]) for column in COLUMNS))


def _written(value: Any) -> str:
    """A value in one cell; a dash for none."""
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%dT%H:%M")
    text = ",".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return " ".join(text.split()) or "-"
