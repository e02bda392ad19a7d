from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from supervision.models import Level
from supervision.models.delivery import PENDING
from supervision.models.endpoint import EndpointQuerySet

Row = dict[str, Any]


def endpoint_rows(endpoints: EndpointQuerySet, *, now: datetime) -> list[Row]:
    """Addresses of an already scoped queryset with how they fare, those in use first (one query). No key, no path."""
    fared = endpoints.select_related("agency").annotate(
        waiting=Count("deliveries", filter=_of_deliveries(PENDING)),
        dead=Count("deliveries", filter=Q(deliveries__dead_at__isnull=False)),
        last_at=Max("deliveries__done_at"),
    )
    return [
        {
            "id": each.pk,
            "name": each.name,
            "host": each.host,
            "template_label": each.get_template_display(),
            "agency": each.agency.label if each.agency else "",
            "level_label": str(Level(each.min_level).label),
            "is_active": each.is_active,
            "is_rotating": len(each.signing_keys(now=now)) > 1,
            "waiting": each.waiting,
            "dead": each.dead,
            "last_at": each.last_at,
        }
        for each in fared.order_by("-is_active", "name", "pk")
    ]


def _of_deliveries(condition: Q) -> Q:
    return Q(**{f"deliveries__{name}": value for name, value in condition.children})
