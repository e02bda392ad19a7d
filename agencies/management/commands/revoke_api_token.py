from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agencies.actions import revoke_api_token
from agencies.management.tokens import add_choice, find_token, said_plainly
from agencies.models import ApiToken, User
from agencies.permissions import can_manage_people
from common import clock
from common.texts import join_words


class Command(BaseCommand):
    help = "吊销接口令牌，立即失效。吊销须有管理员负责：用 --by 写明是哪一位。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_choice(parser)
        parser.add_argument("--by", required=True, metavar="NAME", help="作出决定的管理员的账号")

    def handle(self, *, by: str, **options: Any) -> None:
        now = clock.now()
        tokens = ApiToken.objects.in_force(at=now)
        token = find_token(tokens, name=options["name"], user=options["user"], key=options["key"])
        with said_plainly():
            revoke_api_token(token=token, by=_administrator(by), now=now)
        self.stdout.write(token.token_key)


def _administrator(username: str) -> User:
    """Who answers for it; the database keeps a person with every key that was revoked."""
    serving = [user for user in User.objects.serving().order_by("pk") if can_manage_people(user)]
    found = next((user for user in serving if user.username == username), None)
    if found is None:
        known = join_words(user.username for user in serving) or _("无")
        raise CommandError(_("--by 须是在用的管理员：%(known)s。") % {"known": known})
    return found
