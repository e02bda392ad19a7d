from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from progress.models.period import Period
from tasks.models import Task


class Expectation(models.Model):
    """应报: a task owed a report for a period that has closed, by the unit that led it then; never changed afterwards.

    While a period runs, what is owed is computed from the tasks; these rows keep the past as it was.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="expectations", verbose_name=_("报送期"))
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="expectations", verbose_name=_("任务"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("牵头单位"))

    class Meta:
        ordering = ("period", "task")
        verbose_name = _("应报")
        constraints = (models.UniqueConstraint(fields=("period", "task"), name="one_expectation_per_task"),)

    def __str__(self) -> str:
        return f"{self.period_id} {self.task_id}"
