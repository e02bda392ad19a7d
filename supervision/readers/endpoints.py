from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from ledger.readers import newest_sequence
from supervision.models import Level, Push, PushQuerySet
from supervision.models.delivery import PENDING
from supervision.models.endpoint import EndpointQuerySet
from supervision.models.push import is_lost

Row = dict[str, Any]


def endpoint_rows(endpoints: EndpointQuerySet, *, now: datetime) -> list[Row]:
    """Addresses of an already scoped queryset with how they fare, those in use first (one query). No key, no path."""
    lost = _pushes().filter(is_lost()).values("endpoint")
    fared = endpoints.select_related("agency").annotate(
        waiting=Count("deliveries", filter=_of_deliveries(PENDING)),
        dead=Count("deliveries", filter=Q(deliveries__dead_at__isnull=False)),
        last_at=Max("deliveries__done_at"),
        newest=newest_sequence(),
        is_failing=Exists(_pushes(sent_at=None, dead_at=None).filter(round=OuterRef("round"))),
        given_up=Coalesce(Subquery(lost.annotate(number=Count("pk")).values("number")), 0),
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
            "has_log": each.pushes_changes or each.round > 0,
            "changes_label": _changes(each),
            "is_failing": each.is_told_changes and each.is_failing,
            "given_up": each.given_up,
        }
        for each in fared.order_by("-is_active", "name", "pk")
    ]


def _of_deliveries(condition: Q) -> Q:
    return Q(**{f"deliveries__{name}": value for name, value in condition.children})


def _pushes(**condition: Any) -> PushQuerySet:
    return Push.objects.filter(endpoint=OuterRef("pk"), **condition).order_by()


def _changes(endpoint: Any) -> str:
    """How it stands with the changes, in words."""
    if not endpoint.is_told_changes:
        return _("不再推送")
    if endpoint.is_failing:
        return _("失败，将重试")
    return _("待推送") if endpoint.sent_through < endpoint.newest else _("已全部推送")
