"""What is pushed to other systems: bodies of the formats that receivers know, and the signature over them.

The standard format is Standard Webhooks 1.0 (https://www.standardwebhooks.com): a thin event, with the id, the moment
and the signature in headers. Chat robots take a text in the JSON of their platform; how they answer differs too.
"""

import json
import secrets
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105  marks a key, is none
SECRET_BYTES = 32
STANDARD, WECOM, DINGTALK, FEISHU = "standard", "wecom", "dingtalk", "feishu"


@dataclass(frozen=True)
class Announcement:
    """One thing to be told: `kind` is such as "reminder.near", `data` for programs, the other parts for people.

    A change is for programs alone.
    """

    kind: str
    at: datetime
    title: str = ""
    lines: tuple[str, ...] = ()
    url: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def make_secret() -> str:
    """A new signing key, as Standard Webhooks writes it."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def body_of(template: str, told: Announcement) -> bytes:
    """The body in one of the formats."""
    return json.dumps(_BODIES[template](told), ensure_ascii=False).encode()


def _standard(told: Announcement) -> dict[str, Any]:
    moment = told.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"type": told.kind, "timestamp": moment, "data": told.data | ({"url": told.url} if told.url else {})}


def _wecom(told: Announcement) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": _markdown(told)}}


def _dingtalk(told: Announcement) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"title": told.title, "text": _markdown(told)}}


def _feishu(told: Announcement) -> dict[str, Any]:
    return {"msg_type": "text", "content": {"text": "\n".join((told.title, *told.lines, told.url))}}


def _markdown(told: Announcement) -> str:
    """What a person has typed must not become markup: a title with brackets stays a title."""
    words = [f"**{_plain(told.title)}**", *map(_plain, told.lines), f"[打开查看]({told.url})"]
    return "\n\n".join(words)


def _plain(text: str) -> str:
    """Characters that these platforms read as markup, as their full-width likenesses; in one line."""
    return " ".join(text.translate(_LIKENESSES).split())


_LIKENESSES = str.maketrans("*_`[]<>#@\\", "＊＿｀［］＜＞＃＠＼")
_BODIES = {STANDARD: _standard, WECOM: _wecom, DINGTALK: _dingtalk, FEISHU: _feishu}


def headers_of(*, message_id: str, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Content type, and Standard Webhooks' three: one signature for each key, the newest first."""
    moment = at.astimezone(UTC)  # the library takes a moment's digits for UTC
    signatures = [Webhook(key).sign(msg_id=message_id, timestamp=moment, data=body.decode()) for key in keys]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "gxftz-webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def robots_refusal(template: str, text: str) -> str:
    """Why a chat robot did not take a message although it answered 2xx; empty if it did, or is no robot."""
    if template == STANDARD:
        return ""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):  # the latter: nothing but brackets, thousands deep
        return "the robot's answer is no JSON"
    if not isinstance(answer, dict):
        return "the robot's answer is no JSON object"
    code = next((answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), 0)
    told = str(answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage") or "")
    return "" if code == 0 else f"the robot refused: {code} {told}"
