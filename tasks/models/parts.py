from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.models.task import Task


class Deliverable(models.TextChoices):
    """成果形式 of a measure."""

    DOCUMENT = "document", _("文件制度")
    FACILITY = "facility", _("机构平台设施")
    COVERAGE = "coverage", _("覆盖推广")
    APPROVAL = "approval", _("上级批准")
    EXPLORATION = "exploration", _("探索试点")


class MeasureStatus(models.TextChoices):
    """举措状态."""

    NOT_STARTED = "not_started", _("未启动")
    ONGOING = "ongoing", _("推进中")
    DONE = "done", _("已完成")


class Measure(models.Model):
    """举措: one sentence of a task's text, verbatim, with the form its result takes."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="measures", verbose_name=_("任务"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    text = models.TextField(_("举措"))
    deliverable = models.CharField(_("成果形式"), max_length=12, choices=Deliverable)
    status = models.CharField(_("状态"), max_length=12, choices=MeasureStatus, default=MeasureStatus.NOT_STARTED)

    class Meta:
        ordering = ("task", "order")
        verbose_name = _("举措")
        constraints = (models.UniqueConstraint(fields=("task", "order"), name="one_measure_per_order"),)

    def __str__(self) -> str:
        return f"{self.task.number}.{self.order}"


class Milestone(models.Model):
    """节点: a dated mark on the way, with the planned percent reached there."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("任务"))
    name = models.CharField(_("节点"), max_length=80)
    due_on = models.DateField(_("时间"))
    planned_percent = models.PositiveSmallIntegerField(_("计划进度（%）"), validators=[MaxValueValidator(100)])

    class Meta:
        ordering = ("task", "due_on")
        verbose_name = _("节点")
        constraints = (
            models.UniqueConstraint(
                fields=("task", "due_on"), name="one_milestone_per_day",
                violation_error_message=_("同一天只能有一个节点。"),
            ),
            models.CheckConstraint(condition=models.Q(planned_percent__lte=100), name="milestone_percent_to_100"),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} {self.planned_percent}%"
