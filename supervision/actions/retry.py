from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common.errors import DomainError, require
from ledger import actions as ledger
from ledger.models import Audience
from supervision.models import Delivery
from supervision.permissions import can_retry

_PLAIN = ("dedupe_key", "channel", "reason", "level", "due_at", "attempts", "last_error", "done_at", "dead_at")


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
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery.pk)
    if delivery.dead_at is None:
        raise DeliveryNotDeadError
    before = _state(delivery)
    delivery.dead_at, delivery.lease_until, delivery.attempts, delivery.due_at = None, None, 0, localtime(now)
    delivery.save(update_fields=["dead_at", "lease_until", "attempts", "due_at"])
    ledger.append(
        kind="delivery",
        key=str(delivery.pk),
        verb="retried",
        by=by,
        at=now,
        state=_state(delivery),
        before=before,
        audience=Audience.RESTRICTED,
    )
    return delivery


def _state(delivery: Delivery) -> dict[str, Any]:
    return {"id": delivery.pk, "recipient": delivery.recipient_id, **{name: getattr(delivery, name) for name in _PLAIN}}
