from collections.abc import Sequence
from typing import Any

from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.roles import Can
from progress.models.period import Period
from tasks.models import Assignment, Task

CONTRIBUTION_LENGTH = 200
NO_CHANGE_RUNNING = 2  # periods for which a unit may say so without a word (ours)


def may_say_no_change(earlier: Sequence[bool]) -> bool:
    """Whether “本期无变化” is accepted after these periods, the latest first, each with whether it was said then.

    Never the first time, and not a third time running.
    """
    running = earlier[:NO_CHANGE_RUNNING]
    return bool(running) and not (len(running) == NO_CHANGE_RUNNING and all(running))


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, user: Any) -> "ContributionQuerySet":
        """The unit that gave it, the unit that leads the task, the office and leaders."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        if user.has(Can.READ_SUBMITTED):
            return self.with_lead()
        if not user.drafts_for_agency:
            return self.none()
        led = Assignment.objects.filter(agency=user.agency_id, role=Assignment.Role.LEAD).order_by().values("task")
        return self.with_lead().filter(Q(agency=user.agency_id) | Q(task__in=led))

    def with_lead(self) -> "ContributionQuerySet":
        """Annotate `lead_code`, the unit that it is given to."""
        lead = Assignment.objects.filter(task=OuterRef("task"), role=Assignment.Role.LEAD).values("agency")
        return self.annotate(lead_code=Subquery(lead[:1]))


class Contribution(models.Model):
    """配合情况: a co-responsible unit's part of one task's report for one period, given to the lead unit.

    `percent` is how far the unit is with its own part; it may be left open.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("任务"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("报送期"))
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("配合单位")
    )
    text = models.TextField(_("配合情况"), blank=True, validators=[MaxLengthValidator(CONTRIBUTION_LENGTH)])
    percent = models.PositiveSmallIntegerField(
        _("本单位部分进度（%）"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    no_change = models.BooleanField(_("本期无变化"), default=False)
    received_on = models.DateField(_("首次反馈日期"))
    given_at = models.DateTimeField(_("反馈时间"))
    given_by = models.ForeignKey(User, verbose_name=_("反馈人"), on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = ContributionQuerySet.as_manager()
    lead_code: str | None

    class Meta:
        ordering = ("task", "-period__starts_on", "agency__order")
        verbose_name = _("配合情况")
        constraints = (
            models.UniqueConstraint(
                fields=("task", "period", "agency"),
                name="one_contribution_per_unit",
                violation_error_message=_("本单位本期已反馈，请在原来的基础上修改。"),
            ),
            models.CheckConstraint(condition=Q(percent=None) | Q(percent__lte=100), name="contribution_percent_to_100"),
            models.CheckConstraint(
                condition=Q(no_change=True) | ~Q(text=""),
                name="contribution_says_something",
                violation_error_message=_("请填写配合情况，或选“本期无变化”。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.task_id} {self.period_id} {self.agency_id}"

    @property
    def key(self) -> str:
        """Its name in the ledger; task and plan must be loaded with it."""
        return f"{self.task.key}/{self.period_id}/{self.agency_id}"

    @property
    def is_late(self) -> bool:
        """Whether it first came in after the period's limit for contributions; the period must be loaded."""
        return self.received_on > self.period.contributions_due_on
