"""Storing keys and writing their events: the frame that the actions about tokens share. The key itself is kept nowhere,
only its digest, and of its text the beginning by which people tell one key from another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from agencies.models import ApiToken, User
from agencies.networks import read_network, write_network
from agencies.states import token_state
from common.errors import InvalidError
from common.texts import join_words
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience

MOST_NETWORKS = 50
MOST_PER_MINUTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """From where a key may be used, and how often in a minute; empty: from anywhere, as often as any other."""

    networks: list[str]
    per_minute: int | None

    @classmethod
    def read(cls, networks: Sequence[str], per_minute: int | None) -> "Limits":
        """In one spelling. Raises InvalidError for what is no address or network, and for a number out of bounds."""
        if per_minute is not None and not 1 <= per_minute <= MOST_PER_MINUTE:
            words = {"most": MOST_PER_MINUTE}
            raise InvalidError({"per_minute": [_("每分钟请求数在 1 到 %(most)s 之间；不填按系统统一的上限。") % words]})
        return cls(_read_networks(networks), per_minute)


def _read_networks(texts: Sequence[str]) -> list[str]:
    found, wrong = [], []
    for text in texts:
        try:
            found.append(write_network(read_network(text)))
        except ValueError:
            wrong.append(text[:50])
    if wrong:
        words = {"wrong": join_words(wrong)}
        message = _("不是 IP 地址或网段：%(wrong)s。应写成 10.20.0.8、10.20.0.0/16 或 2001:db8::/32；网段写起始地址。")
        raise InvalidError({"networks": [message % words]})
    found = list(dict.fromkeys(found))
    if len(found) > MOST_NETWORKS:
        raise InvalidError({"networks": [_("最多写 %(most)s 条，可合并成网段。") % {"most": MOST_NETWORKS}]})
    return found


def make_token(*, user: User, name: str, scopes: list[str], limits: Limits, **more: Any) -> tuple[ApiToken, str]:
    """A stored key and its plain copy; `more` are `expires_at`, `is_demo` and `replaces`."""
    digest, text = get_digest_token()
    token = ApiToken(
        digest=digest, token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH], user=user, name=name, scopes=scopes,
        networks=limits.networks, per_minute=limits.per_minute, expiry=more.pop("expires_at"), **more,
    )  # fmt: skip
    token.save(force_insert=True)
    return token, text


def state_of(token: ApiToken) -> dict[str, Any]:
    """What the ledger keeps of a key; the account must be loaded with it."""
    number = _number(token)
    return token_state(token, replaces=_ledger_name(token, number - 1) if number > 1 else None)


def write_token_event(
    token: ApiToken, *, verb: str, before: dict[str, Any] | None, by: Actor, now: datetime, reason: str = ""
) -> None:
    """Who can read what from where is for the office and the auditor alone."""
    ledger.append(
        kind="token", key=_ledger_name(token, _number(token)), verb=verb, by=by, at=now, state=state_of(token),
        before=before, reason=reason, audience=Audience.RESTRICTED, agency=token.user.agency_id or "",
    )  # fmt: skip


def _ledger_name(token: ApiToken, number: int) -> str:
    """account/name; those that came in its place, which bear the same name, account.2/name and so on."""
    return f"{token.user_id}/{token.name}" if number == 1 else f"{token.user_id}.{number}/{token.name}"


def _number(token: ApiToken) -> int:
    """1 for the first key of its name, one more for each that came in its place."""
    same = ApiToken.objects.filter(user=token.user_id, name=token.name)
    earlier = dict(same.values_list("pk", "replaces"))
    number, each = 1, token.replaces_id
    while each is not None:
        number, each = number + 1, earlier[each]
    return number
