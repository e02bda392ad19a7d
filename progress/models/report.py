from typing import Any

from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.roles import Can
from common.constraints import paired
from progress.models.period import Period
from progress.status import ReportStatus
from tasks.models import Assignment, Result, Task

PROGRESS_LENGTH = 300
NOTES_LENGTH = 200


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Any) -> "ReportQuerySet":
        """Approved reports for all; the own unit's whatever their state; sent ones for the office and leaders."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        seen = Q(status=ReportStatus.APPROVED)
        if user.has(Can.READ_SUBMITTED):
            seen |= ~Q(status=ReportStatus.DRAFT)
        if user.has(Can.DRAFT) and user.agency_id:
            seen |= _is_led_by(user.agency_id)
        elif user.has(Can.DRAFT):
            return self.with_lead()
        return self.with_lead().filter(seen)

    def with_lead(self) -> "ReportQuerySet":
        """Annotate `lead_code`, the unit that reports."""
        lead = Assignment.objects.filter(task=OuterRef("task"), role=Assignment.Role.LEAD).values("agency")
        return self.annotate(lead_code=Subquery(lead[:1]))

    def led_by(self, agency: str) -> "ReportQuerySet":
        """Reports on a unit's tasks, found from those: comparing `lead_code` would read every report there is."""
        return self.filter(_is_led_by(agency))

    def current(self) -> "ReportQuerySet":
        return self.filter(task__plan__is_current=True)

    def waiting(self) -> "ReportQuerySet":
        """Reports that wait for the office, the longest waiting first."""
        return self.filter(status=ReportStatus.SUBMITTED).order_by("submitted_at", "pk")

    def approved(self) -> "ReportQuerySet":
        return self.filter(status=ReportStatus.APPROVED)


def _is_led_by(agency: str) -> Q:
    return Q(task__in=Assignment.objects.filter(agency=agency, role=Assignment.Role.LEAD).order_by().values("task"))


class Report(models.Model):
    """进展报送: the lead unit's report on one task for one period; every revision stays in the ledger."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reports", verbose_name=_("任务"))
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports", verbose_name=_("报送期"))
    status = models.CharField(_("状态"), max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    revision = models.PositiveSmallIntegerField(_("稿次"), default=1)
    version = models.PositiveIntegerField(_("版本"), default=1)

    percent = models.PositiveSmallIntegerField(_("实际进度（%）"), validators=[MaxValueValidator(100)])
    result = models.CharField(_("进展评价"), max_length=20, choices=Result)
    progress = models.TextField(_("进展情况"), validators=[MaxLengthValidator(PROGRESS_LENGTH)])
    problems = models.TextField(_("存在问题"), blank=True, validators=[MaxLengthValidator(NOTES_LENGTH)])
    next_steps = models.TextField(_("下一步打算"), blank=True, validators=[MaxLengthValidator(NOTES_LENGTH)])
    ask = models.TextField(_("需协调事项"), blank=True, validators=[MaxLengthValidator(NOTES_LENGTH)])
    ask_to = models.ForeignKey(
        Agency, verbose_name=_("请谁协调"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ask_due_on = models.DateField(_("协调答复时限"), null=True, blank=True)
    answer = models.TextField(_("协调答复"), blank=True)
    answered_at = models.DateTimeField(_("协调答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, verbose_name=_("协调答复人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    no_change = models.BooleanField(_("本期无变化"), default=False)
    composition = models.JSONField(_("配合情况汇总"), default=list)

    drafted_at = models.DateTimeField(_("填报时间"))
    drafted_by = models.ForeignKey(User, verbose_name=_("填报人"), on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("报出时间"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, verbose_name=_("审签人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, verbose_name=_("审核人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    return_reason = models.TextField(_("退回理由"), blank=True)
    received_on = models.DateField(_("首次报出日期"), null=True, blank=True)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = ReportQuerySet.as_manager()
    lead_code: str | None

    class Meta:
        ordering = ("task", "-period__starts_on")
        verbose_name = _("进展报送")
        constraints = (
            models.UniqueConstraint(
                fields=("task", "period"),
                name="one_report_per_task_and_period",
                violation_error_message=_("这项任务本期已有一份报送。"),
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="report_percent_to_100"),
            models.CheckConstraint(condition=paired("submitted_at", "submitted_by"), name="report_submitted_pair"),
            models.CheckConstraint(condition=paired("reviewed_at", "reviewed_by"), name="report_reviewed_pair"),
            models.CheckConstraint(condition=paired("answered_at", "answered_by"), name="ask_answered_pair"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="ask_answer_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("submitted", "approved")) | Q(submitted_at__isnull=False),
                name="sent_report_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("approved", "returned")) | Q(reviewed_at__isnull=False),
                name="decided_report_was_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by=None) | ~Q(submitted_by=models.F("drafted_by")),
                name="maker_is_not_submitter",
                violation_error_message=_("填报人不能审签自己填的报送。"),
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None)
                | (~Q(reviewed_by=models.F("drafted_by")) & ~Q(reviewed_by=models.F("submitted_by"))),
                name="maker_is_not_reviewer",
                violation_error_message=_("经手报送的人不能审核它。"),
            ),
        )
        indexes = (
            models.Index(fields=("status", "submitted_at"), name="report_status_submitted"),
            models.Index(fields=("task",), condition=~Q(status="approved"), name="report_unfinished"),
        )

    def __str__(self) -> str:
        return f"{self.task_id} {self.period_id}"

    @property
    def key(self) -> str:
        """The report's name in the ledger; task and plan must be loaded with it."""
        return f"{self.task.key}/{self.period_id}"

    @property
    def is_late(self) -> bool:
        """Whether it first came in after the period's limit; the period must be loaded."""
        return self.received_on is not None and self.period.is_late(on=self.received_on)
