from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from common.errors import DomainError
from ledger.actors import SystemActor
from tasks.actions.loading import KINDS, LoadReport, load_plan, read_fixtures

LOADER = SystemActor("方案载入")


class Command(BaseCommand):
    help = "载入实施方案：补上缺少的，订正官方原文，不动人工录入的内容；可重复运行。数据有误时什么都不改。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fixtures", type=Path, default=settings.BASE_DIR / "fixtures", metavar="DIR", help="方案数据所在目录"
        )

    def handle(self, *, fixtures: Path, **options: Any) -> None:
        try:
            report = load_plan(fixtures=read_fixtures(fixtures), by=LOADER, now=clock.now())
        except DomainError as error:
            raise CommandError(_("没有载入，什么都没有改。%(why)s") % {"why": error}) from error
        if options["verbosity"]:
            self._tell(report)

    def _tell(self, report: LoadReport) -> None:
        for kind, label in KINDS.items():
            tally = report[kind]
            words = {
                "label": label,
                "total": tally.total,
                "created": tally.created,
                "corrected": tally.corrected,
                "unchanged": tally.unchanged,
                "kept": tally.kept,
            }
            line = _("%(label)s %(total)s：新增 %(created)s，订正 %(corrected)s，未变 %(unchanged)s") % words
            if tally.kept:
                line += _("（其中 %(kept)s 处保留人工修改）") % words
            self.stdout.write(line)
