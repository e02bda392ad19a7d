from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models.user import User


class LeaveQuerySet(models.QuerySet["Leave"]):
    def visible_to(self, user: Any) -> "LeaveQuerySet":
        """Who stands in for whom is known to those who see both."""
        return self.filter(user__in=User.objects.visible_to(user))

    def standing(self) -> "LeaveQuerySet":
        return self.filter(cancelled_at=None)

    def on(self, day: date) -> "LeaveQuerySet":
        """Those that hold on a day."""
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)


class Leave(models.Model):
    """代办: while a person is away, what would reach them reaches a colleague of the same unit and role instead."""

    user = models.ForeignKey(User, verbose_name=_("离岗人"), on_delete=models.PROTECT, related_name="leaves")
    delegate = models.ForeignKey(User, verbose_name=_("代办人"), on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    set_at = models.DateTimeField(_("登记时间"))
    set_by = models.ForeignKey(User, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, verbose_name=_("取消人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "pk")
        verbose_name = _("代办")
        constraints = (
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="leave_dates_in_order",
                violation_error_message=_("开始日期不能晚于结束日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(user=F("delegate")),
                name="delegate_is_another",
                violation_error_message=_("代办人须是另一位同事。"),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="leave_cancelled_by_someone",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts_on:%Y-%m-%d}"
