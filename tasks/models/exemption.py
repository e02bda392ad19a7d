from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common.constraints import paired
from tasks.models.task import Task


class ExemptionQuerySet(models.QuerySet["Exemption"]):
    def visible_to(self, user: Any) -> "ExemptionQuerySet":
        """Why a light is not judged is a public fact, as the light is."""
        return self if user.is_authenticated and user.reads_tasks else self.none()


class Exemption(models.Model):
    """不评: a recorded reason (正当理由) why a task's light is not judged for a time, with its basis and its end."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="exemptions", verbose_name=_("任务"))
    reason = models.CharField(_("正当理由"), max_length=200)
    basis = models.CharField(_("依据"), max_length=200)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    granted_at = models.DateTimeField(_("登记时间"))
    granted_by = models.ForeignKey(User, verbose_name=_("登记人"), on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("提前终止时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, verbose_name=_("终止人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        ordering = ("task", "-starts_on")
        verbose_name = _("不评")
        constraints = (
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="exemption_dates_in_order",
                violation_error_message=_("开始日期不能晚于结束日期。"),
            ),
            models.CheckConstraint(condition=paired("ended_at", "ended_by"), name="exemption_ended_pair"),
        )

    def __str__(self) -> str:
        return f"{self.task_id} {self.starts_on:%Y-%m-%d}"

    @property
    def key(self) -> str:
        """The exemption's name in the ledger; task and plan must be loaded with it."""
        return f"{self.task.key}/{self.pk}"

    @property
    def last_day(self) -> date:
        """The last day that is not judged: the day before it was ended early, else its end.

        Before `starts_on` if it was ended before it began.
        """
        if self.ended_at is None:
            return self.ends_on
        ended_on = self.ended_at.astimezone(timezone.get_default_timezone()).date()
        return min(self.ends_on, ended_on - timedelta(days=1))

    def holds(self, *, on: date) -> bool:
        """Whether the light is not judged on a day for this reason."""
        return self.starts_on <= on <= self.last_day

    def is_over(self, *, on: date) -> bool:
        """Whether it was ended, or its last day has passed."""
        return self.ended_at is not None or self.ends_on < on
