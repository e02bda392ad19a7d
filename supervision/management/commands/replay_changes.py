from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from common.errors import DomainError, InvalidError
from ledger.actors import SystemActor
from supervision.actions import replay_changes
from supervision.models import Endpoint

COMMAND_LINE = SystemActor("命令行")


class Command(BaseCommand):
    """重新推送: changes once more to a push address, by hand."""

    help = "Pushes to an address once more what follows a sequence of the ledger; the next wake-up of deliver does it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--endpoint", metavar="NAME", required=True, help="name of the push address")
        parser.add_argument("--after", metavar="N", type=int, required=True, help="last sequence not to be repeated")

    def handle(self, *args: Any, endpoint: str, after: int, **options: Any) -> None:
        found = Endpoint.objects.filter(name=endpoint).first()
        if found is None:
            raise CommandError(_("没有名为“%(name)s”的推送地址。") % {"name": endpoint})
        try:
            replay_changes(endpoint=found, after=after, by=COMMAND_LINE, now=clock.now())
        except InvalidError as error:
            raise CommandError("\n".join(map(str, chain.from_iterable(error.errors.values())))) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("序号 %(after)d 之后的变更将重新推送。") % {"after": after})
