"""推送记录: what was pushed to an address, what was not and why, and how far it is behind."""

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ledger.models import Event
from ledger.readers import last_sequence
from supervision.models import Endpoint, PushQuerySet
from supervision.models.push import is_lost

Row = dict[str, Any]
PAGE_SIZE = 50


class State(TextChoices):
    """推送状态: where a push stands; derived, never stored."""

    DONE = "done", pgettext_lazy("push", "已送达")
    RETRYING = "retrying", gettext_lazy("失败，将重试")
    DEAD = "dead", gettext_lazy("已放弃")
    STOPPED = "stopped", gettext_lazy("不再重试")


_UNSENT = Q(sent_at=None, dead_at=None)
# Another round has begun, or nothing goes there any more: what had failed is not tried again.
_LIVE = Q(round=F("endpoint__round"), endpoint__is_active=True, endpoint__pushes_changes=True)
_CONDITIONS = {
    State.DONE: Q(sent_at__isnull=False),
    State.RETRYING: _UNSENT & _LIVE,
    State.DEAD: Q(sent_at=None, dead_at__isnull=False),
    State.STOPPED: _UNSENT & ~_LIVE,
}
_FIELDS = (
    "pk", "round", "sequence", "type", "attempts", "status_code", "last_error", "first_at", "last_at", "sent_at",
    "dead_at",
)  # fmt: skip
# How an error of the network begins, and what it means.
_TROUBLES = {
    "PostRefusedError": gettext_lazy("不允许推送到这个地址"),
    "TimeoutError": gettext_lazy("对方没有按时回答"),
    "ConnectionRefusedError": gettext_lazy("对方拒绝连接"),
    "ConnectionResetError": gettext_lazy("对方中断了连接"),
    "RemoteDisconnected": gettext_lazy("对方中断了连接"),
    "gaierror": gettext_lazy("找不到这个主机名"),
    "SSLCertVerificationError": gettext_lazy("对方的证书无效"),
    "SSLError": gettext_lazy("加密连接失败"),
}
_ADVICE: dict[int | str, Any] = {
    "PostRefusedError": gettext_lazy("内网地址请运维人员先写进 WEBHOOK_ALLOW，其他地址要以 https:// 开头。"),
    "gaierror": gettext_lazy("请核对地址中的主机名。"),
    "SSLCertVerificationError": gettext_lazy("请对方换用有效的证书。"),
    401: gettext_lazy("请对方核对签名密钥。"),
    403: gettext_lazy("请对方核对签名密钥。"),
    404: gettext_lazy("请核对地址。"),
    410: gettext_lazy("请核对地址。"),
}


def push_page(
    pushes: PushQuerySet, endpoint: Endpoint, *, state: str = "", before: int | None = None
) -> tuple[list[Row], int | None]:
    """The newest of an already scoped queryset, or the newest before a row; and the row before which the next page
    begins, None at the end. However long the log, a page costs the same (one query).
    """
    found = pushes.filter(endpoint=endpoint)
    if state:
        found = found.filter(_CONDITIONS[State(state)])
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk").values(*_FIELDS)[: PAGE_SIZE + 1])
    shown = [_push_row(row, endpoint) for row in rows[:PAGE_SIZE]]
    return shown, shown[-1]["id"] if len(rows) > PAGE_SIZE else None


def _push_row(row: Row, endpoint: Endpoint) -> Row:
    state = _state(row, endpoint)
    return {
        "id": row["pk"],
        "sequence": row["sequence"],
        "type": row["type"],
        "state": state.value,
        "state_label": str(state.label),
        "attempts": row["attempts"],
        "trouble": trouble_words(row["status_code"], row["last_error"]),
        "advice": advice_words(row["status_code"], row["last_error"]),
        "error": "" if row["status_code"] else row["last_error"],
        "first_at": row["first_at"],
        "last_at": row["last_at"],
    }


def _state(row: Row, endpoint: Endpoint) -> State:
    if row["sent_at"]:
        return State.DONE
    if row["dead_at"]:
        return State.DEAD
    return State.RETRYING if endpoint.is_told_changes and row["round"] == endpoint.round else State.STOPPED


def trouble_words(status: int | None, error: str) -> str:
    """What went wrong, in words for whoever keeps the address; empty when nothing did."""
    if not error:
        return ""
    if status:
        return _("对方回答 %(status)d，没有接收") % {"status": status}
    return str(_TROUBLES.get(error.partition(":")[0], _("没有送到")))


def advice_words(status: int | None, error: str) -> str:
    """What whoever keeps the address can do about it."""
    return str(_ADVICE.get(status or error.partition(":")[0], _("请确认对方系统在运行、网络可达。")))


def push_summary(pushes: PushQuerySet, endpoint: Endpoint, *, now: datetime) -> Row:
    """How an address fares with its changes: how many it is behind, what it never got, and its present trouble (four
    queries).
    """
    newest = last_sequence()
    told = Event.objects.told_to(endpoint.agency_id).after(endpoint.sent_through)
    counts = pushes.filter(endpoint=endpoint).aggregate(
        done=Count("pk", filter=_CONDITIONS[State.DONE]),
        lost=Count("pk", filter=is_lost()),
        first_lost=Min("sequence", filter=is_lost()),
    )
    current = pushes.filter(_CONDITIONS[State.RETRYING], endpoint=endpoint).values(*_FIELDS).order_by("-pk").first()
    due_at = endpoint.changes_due_at
    return {
        **counts,
        "newest": newest,
        "behind": told.filter(sequence__lte=newest).count(),
        "current": _push_row(current, endpoint) if current else None,
        "rests_until": due_at if due_at and due_at > now else None,
    }
