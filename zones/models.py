from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class ZoneQuerySet(models.QuerySet["Zone"]):
    def visible_to(self, user: Any) -> "ZoneQuerySet":
        """Zones are public facts of the plan: anyone who may read tasks sees them."""
        return self if user.is_authenticated and user.reads_tasks else self.none()


class Zone(models.Model):
    """片区: one of the three areas of the pilot zone, as section two of the plan describes it."""

    code = models.SlugField(_("代码"), primary_key=True, max_length=32)
    order = models.PositiveSmallIntegerField(_("顺序"), unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=80)
    area_km2 = models.DecimalField(
        _("面积（平方公里）"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    bonded_zone_name = models.CharField(_("海关特殊监管区域"), max_length=60)
    bonded_zone_name_en = models.CharField(_("海关特殊监管区域（英文）"), max_length=100)
    bonded_zone_area_km2 = models.DecimalField(_("其面积（平方公里）"), max_digits=7, decimal_places=2)
    industries = models.JSONField(_("重点产业"), default=list)
    industries_en = models.JSONField(_("重点产业（英文）"), default=list)
    positioning = models.TextField(_("功能定位"))
    positioning_en = models.TextField(_("功能定位（英文）"))

    objects = ZoneQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        verbose_name = _("片区")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(bonded_zone_area_km2__lte=models.F("area_km2")),
                name="bonded_zone_lies_within_zone",
                violation_error_message=_("海关特殊监管区域不能大于片区。"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" else self.name
