from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from ledger.actors import SYSTEM
from progress.actions import keep_periods


class Command(BaseCommand):
    help = "开启正在进行的报送期，结清已锁定的报送期，更新各任务的应报时限；已办过的不动。"

    def handle(self, **options: Any) -> None:
        opened = keep_periods(by=SYSTEM, now=clock.now())
        if opened and options["verbosity"]:
            self.stdout.write("、".join(period.code for period in opened))
