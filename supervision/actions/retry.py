"""重发: what had been given up is due again. A digest is one mail: with one of its parts all of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common.errors import DomainError, require
from ledger import actions as ledger
from ledger.models import Audience
from supervision.models import Delivery, DeliveryQuerySet, Digest
from supervision.permissions import can_retry

AT_ONCE = 200
_PLAIN = (
    "dedupe_key", "channel", "recipient_id", "endpoint_id", "digest_id", "reason", "level", "due_at", "attempts",
    "last_error", "done_at", "dead_at",
)  # fmt: skip


class DeliveryNotDeadError(DomainError):
    """这条送达没有被放弃."""

    code = "delivery_not_dead"
    message = _("这条送达没有失败，不需要重发。")


@transaction.atomic
def retry_delivery(*, delivery: Delivery, by: User, now: datetime) -> Delivery:
    """A delivery that had been given up is due again with all its attempts; it is checked again before it goes out.

    Raises NotAllowedError, and DeliveryNotDeadError when there is nothing to repeat.
    """
    require(can_retry(by))
    retried = _retry(Delivery.objects.filter(pk=delivery.pk), by=by, now=now)
    if not retried:
        raise DeliveryNotDeadError
    return next(row for row in retried if row.pk == delivery.pk)


@transaction.atomic
def retry_deliveries(*, deliveries: DeliveryQuerySet, by: User, now: datetime) -> int:
    """The oldest of the dead among these (at most 200), and what shares a digest with them, are due again; how many.

    Raises NotAllowedError.
    """
    require(can_retry(by))
    oldest = deliveries.dead().order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    return len(_retry(Delivery.objects.filter(pk__in=list(oldest)), by=by, now=now))


def _retry(chosen: DeliveryQuerySet, *, by: User, now: datetime) -> list[Delivery]:
    """Digests are locked before their parts, as those who send them do."""
    wanted = dict(chosen.values_list("pk", "digest_id"))
    digests = Digest.objects.filter(pk__in={each for each in wanted.values() if each}, dead_at__isnull=False)
    found = [digest.pk for digest in digests.order_by("pk").select_for_update(no_key=True, of=("self",))]
    rows = Delivery.objects.filter(pk__in=wanted) | Delivery.objects.filter(digest__in=found)
    locked = list(rows.dead().order_by("pk").select_for_update(no_key=True, of=("self",)))
    Digest.objects.filter(pk__in=found).update(dead_at=None, attempts=0, due_at=localtime(now))
    befores = [_state(row) for row in locked]
    for row in locked:
        row.dead_at, row.lease_until, row.attempts, row.due_at = None, None, 0, localtime(now)
    Delivery.objects.bulk_update(locked, ["dead_at", "lease_until", "attempts", "due_at"])
    _write(locked, befores, by=by, now=now)
    return locked


def _write(rows: Iterable[Delivery], befores: Iterable[dict[str, Any]], *, by: User, now: datetime) -> None:
    for row, before in zip(rows, befores, strict=True):
        ledger.append(
            kind="delivery", key=str(row.pk), verb="retried", by=by, at=now, state=_state(row), before=before,
            audience=Audience.RESTRICTED,
        )  # fmt: skip


def _state(delivery: Delivery) -> dict[str, Any]:
    return {"id": delivery.pk, **{name.removesuffix("_id"): getattr(delivery, name) for name in _PLAIN}}
