from django.db import models
from django.utils.translation import gettext_lazy as _

from supervision.models.levels import Level


class Register(models.Model):
    """编号簿: the last number given out for a level in a year; its row lock lets no gap and no double."""

    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("末号"), default=0)

    class Meta:
        ordering = ("year", "level")
        verbose_name = _("编号簿")
        constraints = (models.UniqueConstraint(fields=("level", "year"), name="one_register_per_level_and_year"),)

    def __str__(self) -> str:
        return f"{self.level} {self.year}"
