from typing import Any

from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.roles import Can
from common.constraints import paired
from tasks.models.task import Assignment, Task
from tasks.status import ExtensionStatus

REASON_LENGTH = 300


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, user: Any) -> "ExtensionQuerySet":
        """Granted ones are public facts; the lead unit sees its own, office and leaders what was ever sent."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        seen = Q(status=ExtensionStatus.GRANTED)
        if user.has(Can.READ_SUBMITTED):
            seen |= Q(sent_at__isnull=False)
        if user.has(Can.DRAFT) and user.agency_id:
            led = Assignment.objects.filter(agency=user.agency_id, role=Assignment.Role.LEAD)
            seen |= Q(task__in=led.order_by().values("task"))
        elif user.has(Can.DRAFT):  # a service account without a unit speaks for all
            return self.with_lead()
        return self.with_lead().filter(seen)

    def with_lead(self) -> "ExtensionQuerySet":
        """Annotate `lead_code`, the unit that asks."""
        lead = Assignment.objects.filter(task=OuterRef("task"), role=Assignment.Role.LEAD).values("agency")
        return self.annotate(lead_code=Subquery(lead[:1]))

    def waiting(self) -> "ExtensionQuerySet":
        """Sent and not decided: the office has to answer, and the unit's clock stands still."""
        return self.filter(status=ExtensionStatus.SENT).order_by("sent_at", "pk")


class Extension(models.Model):
    """延期申请: a unit's request to move a deadline, with the office's decision.

    `due_before` is the deadline that it asks to move; the task keeps its original one. Granted, the task's deadline is
    `granted_date`, which the office may set earlier or later than the date wanted.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="extensions", verbose_name=_("任务"))
    status = models.CharField(_("状态"), max_length=10, choices=ExtensionStatus, default=ExtensionStatus.DRAFT)
    due_before = models.DateField(_("现时限"))
    wanted_date = models.DateField(_("申请延至"))
    percent = models.PositiveSmallIntegerField(_("目前进度（%）"), validators=[MaxValueValidator(100)])
    reason = models.TextField(_("延期理由"), validators=[MaxLengthValidator(REASON_LENGTH)])
    answer_due_on = models.DateField(_("答复时限"), null=True, blank=True)
    granted_date = models.DateField(_("同意延至"), null=True, blank=True)
    decision = models.TextField(_("答复意见"), blank=True)

    drafted_at = models.DateTimeField(_("填写时间"))
    drafted_by = models.ForeignKey(User, verbose_name=_("填写人"), on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("报出时间"), null=True, blank=True)
    sent_by = models.ForeignKey(
        User, verbose_name=_("审签人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("答复人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = ExtensionQuerySet.as_manager()
    lead_code: str | None

    class Meta:
        ordering = ("task", "-drafted_at")
        verbose_name = _("延期申请")
        constraints = (
            models.UniqueConstraint(
                fields=("task",), condition=Q(status__in=("draft", "sent")), name="one_open_extension_per_task",
                violation_error_message=_("这项任务已有一份未办完的延期申请。"),
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="extension_percent_to_100"),
            models.CheckConstraint(
                condition=Q(wanted_date__gt=models.F("due_before")), name="extension_moves_later",
                violation_error_message=_("申请的日期须晚于现时限。"),
            ),
            models.CheckConstraint(condition=paired("sent_at", "sent_by"), name="extension_sent_pair"),
            models.CheckConstraint(condition=paired("decided_at", "decided_by"), name="extension_decided_pair"),
            models.CheckConstraint(
                condition=Q(status__in=("granted", "refused"), decided_at__isnull=False)
                | (~Q(status__in=("granted", "refused")) & Q(decided_at__isnull=True)),
                name="extension_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(status="granted", granted_date__isnull=False)
                | (~Q(status="granted") & Q(granted_date__isnull=True)),
                name="granted_extension_names_its_date",
            ),
            models.CheckConstraint(
                condition=Q(sent_by=None) | ~Q(sent_by=models.F("drafted_by")),
                name="extension_maker_is_not_sender",
                violation_error_message=_("填写人不能审签自己填的申请。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (~Q(decided_by=models.F("drafted_by")) & ~Q(decided_by=models.F("sent_by"))),
                name="extension_maker_is_not_decider",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("sent_at",), condition=Q(status="sent"), name="extension_waiting"),)

    def __str__(self) -> str:
        return f"{self.task_id} → {self.wanted_date:%Y-%m-%d}"

    @property
    def key(self) -> str:
        """The request's name in the ledger; task and plan must be loaded with it."""
        return f"{self.task.key}/{self.pk}"
