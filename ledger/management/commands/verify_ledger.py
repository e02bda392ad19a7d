from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ledger.guards import are_standing
from ledger.readers import last_sequence, verify


class Command(BaseCommand):
    help = "核对留痕的摘要链；发现断点时逐条列出并以非零状态退出。"

    def handle(self, **options: Any) -> None:
        if not are_standing(connection):
            raise CommandError("数据库中保护留痕的触发器缺失或已停用，请先查明原因，再重新执行迁移。")
        broken = verify()
        for place in broken:
            self.stderr.write(f"#{place.sequence}: {place.problem}")
        if broken:
            raise CommandError(f"留痕有 {len(broken)} 处不符。")
        self.stdout.write(f"留痕完整，共 {last_sequence()} 条。")
