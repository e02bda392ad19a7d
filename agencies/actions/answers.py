"""应答: a request with an `Idempotency-Key` has its effect once, however often it is sent.

The answer is kept in the transaction of its effect: after a crash both are there or neither. Only what was done is
kept; a refusal has changed nothing, so the same request may be tried again and is judged anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from agencies.models import Answer, User
from common.errors import DomainError

KEPT = timedelta(days=7)  # a client that comes back later than this must look before it repeats itself
AT_ONCE = 5_000


class RequestInProgressError(DomainError):
    """同一请求正在办理: another request with this key has not ended yet."""

    code = "request_in_progress"
    message = _("带有这个幂等键的请求正在办理，请稍后用同样的内容再试。")
    wait = 1  # seconds


class KeyReusedError(DomainError):
    """幂等键已用于另一个请求."""

    code = "idempotency_key_reused"
    status = 422
    message = _("这个幂等键已用于另一个请求。每个新的请求请用新的键。")


@dataclass(frozen=True)
class Claim:
    """A key that this transaction alone works with, and the request it came with."""

    user: User
    key: str
    fingerprint: str


def claim_key(*, user: User, key: str, request: bytes) -> tuple[Claim, Answer | None]:
    """The key is this transaction's until it ends; with it the answer that was given before, if there is one.

    Raises RequestInProgressError, and KeyReusedError when the earlier request was another one. On SQLite nobody else
    writes meanwhile, so there the second request waits for the first instead.
    """
    claim = Claim(user, key, sha256(request).hexdigest())
    if not _take_lock(claim):
        raise RequestInProgressError
    answer = Answer.objects.filter(user=user, key=key).first()
    if answer and answer.fingerprint != claim.fingerprint:
        raise KeyReusedError
    return claim, answer


def keep_answer(claim: Claim, *, status: int, headers: dict[str, Any], body: str, now: datetime) -> Answer:
    """The answer to the claimed request is kept with its effect, in the same transaction."""
    answer = Answer(
        user=claim.user, key=claim.key, fingerprint=claim.fingerprint, status=status, headers=headers, body=body,
        created_at=now,
    )  # fmt: skip
    answer.save(force_insert=True)
    return answer


def clear_answers(*, now: datetime) -> int:
    """What was kept for long enough is gone, the oldest first and not too many at once; how many."""
    old = Answer.objects.filter(created_at__lt=now - KEPT).order_by("created_at").values("pk")[:AT_ONCE]
    return Answer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]


def _take_lock(claim: Claim) -> bool:
    """Whether nobody else works with this key; held until the transaction ends, also by a crash."""
    if connection.vendor != "postgresql":
        return True
    digest = sha256(f"{claim.user.pk} {claim.key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        return bool(cursor.fetchone()[0])
