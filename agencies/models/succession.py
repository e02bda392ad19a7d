from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models.agency import Agency
from agencies.models.user import User


class SuccessionQuerySet(models.QuerySet["Succession"]):
    def visible_to(self, user: Any) -> "SuccessionQuerySet":
        """As public as the units themselves."""
        return self.filter(predecessor__in=Agency.objects.visible_to(user))

    def of(self, code: str) -> "SuccessionQuerySet":
        """Those that a unit has a part in, on either side."""
        return self.filter(Q(predecessor=code) | Q(successor=code))


class Succession(models.Model):
    """职责承接: one unit takes over duties of another, by merger or division; a mere new name is AgencyName's."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("合并")
        SPLIT = "split", _("分设")

    predecessor = models.ForeignKey(
        Agency, verbose_name=_("原单位"), on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Agency, verbose_name=_("承接单位"), on_delete=models.PROTECT, related_name="inheritances"
    )
    kind = models.CharField(_("方式"), max_length=8, choices=Kind)
    effective_on = models.DateField(_("生效日期"))
    basis = models.CharField(_("依据"), max_length=200)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(User, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        ordering = ("effective_on", "pk")
        verbose_name = _("职责承接")
        constraints = (
            models.UniqueConstraint(
                fields=("predecessor", "successor", "effective_on"),
                name="one_succession_per_pair_and_day",
                violation_error_message=_("这两个单位在这一天的承接关系已经登记。"),
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succeeds_another"),
        )

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
