"""The outbox: planned reminders stored under their business keys, as often as anybody likes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from supervision.models import Delivery, Suppression
from supervision.readers import Planned


def store_deliveries(planned: list[Planned], *, now: datetime, due_at: datetime) -> tuple[int, int]:
    """Add what is missing and take up again what was suppressed for a reason that is gone: (created, revived).

    Looking first keeps a sweep that has nothing new from writing; who else stored it meanwhile is settled by the key.
    """
    known = Delivery.objects.filter(dedupe_key__in=[each.key for each in planned])
    ended = dict(known.values_list("dedupe_key", "suppressed_at"))
    missing = [_delivery(each, now=now, due_at=due_at) for each in planned if each.key not in ended]
    if missing:
        Delivery.objects.bulk_create(missing, ignore_conflicts=True)
    revivable = [each.key for each in planned if ended.get(each.key) and each.has_address]
    return len(missing), _revive(revivable, due_at=due_at) if revivable else 0


def _delivery(planned: Planned, *, now: datetime, due_at: datetime) -> Delivery:
    """A mail to somebody without an address is stored as suppressed, so that it can be seen why none came."""
    return Delivery(
        dedupe_key=planned.key,
        clock=planned.clock.key,
        channel=planned.channel,
        recipient_id=planned.recipient,
        endpoint_id=planned.endpoint,
        notice_id=planned.notice,
        bulletin_id=planned.bulletin,
        task_id=planned.clock.task,
        reason=planned.step.reason,
        level=planned.step.level,
        payload=planned.facts(),
        due_at=due_at,
        created_at=now,
        suppressed_at=None if planned.has_address else now,
        suppressed_reason="" if planned.has_address else Suppression.NO_ADDRESS,
    )


@transaction.atomic
def _revive(keys: Iterable[str], *, due_at: datetime) -> int:
    """A deadline moved away and back, a report withdrawn, a person back in service: the reminder is due again.

    It was never sent. Rows that another sweep has just locked are left to it.
    """
    suppressed = Delivery.objects.filter(dedupe_key__in=keys, suppressed_at__isnull=False).order_by("pk")
    locked = [row.pk for row in suppressed.select_for_update(no_key=True, skip_locked=True)]
    return Delivery.objects.filter(pk__in=locked).update(
        suppressed_at=None, suppressed_reason="", due_at=due_at, lease_until=None
    )
