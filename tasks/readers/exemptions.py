from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tasks.models import Exemption, ExemptionQuerySet


def exemption_rows(exemptions: ExemptionQuerySet, *, on: date) -> list[dict[str, Any]]:
    """The exemptions of a scoped queryset, the latest first, each with its state on a day in words (one query)."""
    found = exemptions.select_related("granted_by", "ended_by").order_by("-starts_on", "-pk")
    return [_row(each, on) for each in found]


def _row(exemption: Exemption, on: date) -> dict[str, Any]:
    columns = ("pk", "reason", "basis", "starts_on", "ends_on", "granted_at", "ended_at", "is_demo")
    return {
        **{name: getattr(exemption, name) for name in columns},
        "granted_by": exemption.granted_by.name,
        "ended_by": exemption.ended_by.name if exemption.ended_by else "",
        "is_over": exemption.is_over(on=on),
        "state": _state(exemption, on),
    }


def _state(exemption: Exemption, on: date) -> str:
    if exemption.ended_at:
        return _("已提前终止")
    if exemption.ends_on < on:
        return _("已到期")
    return _("生效中") if exemption.starts_on <= on else _("未开始")
