from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from ledger.actors import SYSTEM
from progress.actions import open_periods


class Command(BaseCommand):
    help = "开启今天所在的报送期和上一期；已开启的不动。"

    def handle(self, **options: Any) -> None:
        opened = open_periods(on=clock.today(), by=SYSTEM, now=clock.now())
        if opened and options["verbosity"]:
            self.stdout.write("、".join(period.code for period in opened))
