from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from progress.models.period import Period
from tasks.models import Task


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    def visible_to(self, user: Any) -> "WorkingCopyQuerySet":
        """One's own, and, so that two people see each other at work, those of colleagues in the same unit."""
        if not user.is_authenticated or not user.drafts_for_agency:
            return self.none()
        return self.filter(user__agency=user.agency_id)


class WorkingCopy(models.Model):
    """暂存: what a person has typed into the report form and not saved yet, just as it was typed.

    It is no draft: nothing is checked, nobody is bound by it and the ledger does not keep it. Saving the
    report ends it.
    """

    user = models.ForeignKey(User, verbose_name=_("填写人"), on_delete=models.CASCADE, related_name="working_copies")
    task = models.ForeignKey(Task, verbose_name=_("任务"), on_delete=models.CASCADE, related_name="working_copies")
    period = models.ForeignKey(Period, verbose_name=_("报送期"), on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(_("已填内容"), default=dict)
    based_on = models.PositiveIntegerField(_("所依据的草稿版本"), default=0)
    typed_at = models.DateTimeField(_("暂存时间"))

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        ordering = ("-typed_at", "pk")
        verbose_name = _("暂存")
        constraints = (
            models.UniqueConstraint(fields=("user", "task", "period"), name="one_working_copy_per_person_and_report"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.task_id} {self.period_id}"
