from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.models.task import Task


class QuarterLight(models.Model):
    """期末亮灯: the light a task had when a quarter closed, as the ledger knew it then; never changed afterwards."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="quarter_lights", verbose_name=_("任务"))
    quarter = models.CharField(_("季度"), max_length=8)
    closed_on = models.DateField(_("期末"))
    colour = models.CharField(_("亮灯"), max_length=8)
    rule = models.CharField(_("原因"), max_length=20)

    class Meta:
        ordering = ("task", "-closed_on")
        verbose_name = _("期末亮灯")
        constraints = (models.UniqueConstraint(fields=("task", "quarter"), name="one_light_per_quarter"),)

    def __str__(self) -> str:
        return f"{self.task_id} {self.quarter} {self.colour}"
