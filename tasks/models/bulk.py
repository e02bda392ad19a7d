from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.roles import Can
from common.constraints import paired


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def visible_to(self, user: Any) -> "BulkChangeQuerySet":
        """The office sees what was changed at once, and may take it back."""
        return self if user.is_authenticated and user.has(Can.SET_UP_TASKS) else self.none()


class BulkChange(models.Model):
    """批量办理: one change made to many tasks at once, with a result for each, and its undoing by inverse actions."""

    class Kind(models.TextChoices):
        DEADLINES = "deadlines", _("设定时限")
        MILESTONES = "milestones", _("设定节点")
        CYCLE = "cycle", _("设定报送周期")

    kind = models.CharField(_("事项"), max_length=12, choices=Kind)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    rows = models.JSONField(_("逐项结果"), default=list)
    done_at = models.DateTimeField(_("办理时间"))
    done_by = models.ForeignKey(User, verbose_name=_("办理人"), on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, verbose_name=_("撤销人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-done_at", "-pk")
        verbose_name = _("批量办理")
        constraints = (models.CheckConstraint(condition=paired("undone_at", "undone_by"), name="bulk_undone_pair"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.done_at:%Y-%m-%d}"
