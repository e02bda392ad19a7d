from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.readers import last_sequence, verify


class Command(BaseCommand):
    help = "核对留痕的摘要链；发现断点时逐条列出并以非零状态退出。"

    def handle(self, **options: Any) -> None:
        broken = verify()
        for place in broken:
            self.stderr.write(f"#{place.sequence}: {place.problem}")
        if broken:
            raise CommandError(f"留痕有 {len(broken)} 处不符。")
        self.stdout.write(f"留痕完整，共 {last_sequence()} 条。")
