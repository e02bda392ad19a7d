from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodQuerySet(models.QuerySet["Period"]):
    def visible_to(self, user: Any) -> "PeriodQuerySet":
        """Periods are the same for everyone who may read tasks."""
        return self if user.is_authenticated and user.reads_tasks else self.none()

    def begun(self, *, on: date) -> "PeriodQuerySet":
        return self.filter(starts_on__lte=on)

    def unlocked(self, *, on: date) -> "PeriodQuerySet":
        """Periods for which a report is still accepted on a day, the oldest first."""
        return self.begun(on=on).filter(locks_on__gte=on).order_by("starts_on")


class Period(models.Model):
    """报送期: a quarter; after `reports_due_on` a report counts as late, after `locks_on` it is refused."""

    code = models.CharField(_("报送期"), primary_key=True, max_length=8)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    contributions_due_on = models.DateField(_("配合情况时限"))
    reports_due_on = models.DateField(_("报送时限"))
    locks_on = models.DateField(_("锁定日期"))

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on",)
        verbose_name = _("报送期")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("contributions_due_on"))
                & models.Q(contributions_due_on__lte=models.F("reports_due_on"))
                & models.Q(reports_due_on__lte=models.F("locks_on")),
                name="period_dates_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """2026年第4季度 / 2026 Q4."""
        year, quarter = self.code.split("Q")
        return _("%(year)s年第%(quarter)s季度") % {"year": year, "quarter": quarter}

    def is_locked(self, *, on: date) -> bool:
        return on > self.locks_on

    def is_late(self, *, on: date) -> bool:
        return on > self.reports_due_on
