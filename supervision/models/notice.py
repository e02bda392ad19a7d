from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from agencies.roles import Can
from common.constraints import paired
from supervision.models.levels import Level, Reason
from supervision.status import NoticeStatus
from tasks.models import Assignment, Task
from tasks.periods import period_label

TEXT_LENGTH = 500


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        """The office sees every notice, once issued leaders too; a unit's people those issued to it or about tasks it
        leads now; a service account without a unit, which speaks for all, every issued one.
        """
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        if user.is_office and user.has(Can.READ_SUBMITTED):
            return self.with_lead()
        issued = self.exclude(status__in=(NoticeStatus.DRAFT, NoticeStatus.DECLINED, NoticeStatus.LAPSED))
        if user.has(Can.READ_SUBMITTED) or (user.has(Can.DRAFT) and not user.agency_id):
            return issued.with_lead()
        if not user.drafts_for_agency:
            return self.none()
        led = Assignment.objects.filter(agency=user.agency_id, role=Assignment.Role.LEAD).order_by().values("task")
        return issued.with_lead().filter(Q(agency=user.agency_id) | Q(task__in=led))

    def with_lead(self) -> "NoticeQuerySet":
        """Annotate `lead_code`, the unit that leads the task now and so has to answer: a notice follows the duty."""
        lead = Assignment.objects.filter(task=OuterRef("task"), role=Assignment.Role.LEAD).values("agency")
        return self.annotate(lead_code=Subquery(lead[:1]))

    def waiting(self) -> "NoticeQuerySet":
        """Drafted by the system; the office has to confirm or issue it, or say why not."""
        return self.filter(status=NoticeStatus.DRAFT).order_by("drafted_at", "pk")

    def open(self) -> "NoticeQuerySet":
        """Drafted or out: it lapses or is settled as soon as its cause goes."""
        return self.filter(status__in=(NoticeStatus.DRAFT, NoticeStatus.ISSUED, NoticeStatus.ANSWERED))

    def standing(self) -> "NoticeQuerySet":
        """Issued and not yet settled."""
        return self.filter(status__in=(NoticeStatus.ISSUED, NoticeStatus.ANSWERED))


class Notice(models.Model):
    """督办通知: a numbered 催办单 (level 2) or 督办通知单 (level 3) to one unit about one missed limit.

    Drafted by the system once for each clock, level and occurrence; a supervisor confirms it or the director issues it,
    and thereby gives it its number. It lapses by itself when its cause goes before that, and is settled when it goes
    afterwards. `agency_name` is the name the unit bore on the day of issue.
    """

    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    clock = models.CharField(_("计时"), max_length=100)
    occurrence = models.PositiveSmallIntegerField(_("次序"), default=1)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="notices", verbose_name=_("任务"))
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="notices", verbose_name=_("责任单位"))
    agency_name = models.CharField(_("单位名称"), max_length=80, blank=True)
    reason = models.CharField(_("事由"), max_length=20, choices=Reason)
    limit = models.DateField(_("原定时限"))
    period = models.CharField(_("报送期"), max_length=8, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=NoticeStatus, default=NoticeStatus.DRAFT)

    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("序号"), null=True, blank=True)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    demand = models.TextField(_("工作要求"), blank=True, validators=[MaxLengthValidator(TEXT_LENGTH)])
    new_limit = models.DateField(_("办理时限"), null=True, blank=True)

    drafted_at = models.DateTimeField(_("拟稿时间"))  # no person: the system drafts
    issued_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User, verbose_name=_("签发人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField(_("决定不发时间"), null=True, blank=True)
    declined_by = models.ForeignKey(
        User, verbose_name=_("决定不发的人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decline_reason = models.CharField(_("不发理由"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    received_by = models.ForeignKey(
        User, verbose_name=_("签收人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("办理答复"), blank=True, validators=[MaxLengthValidator(TEXT_LENGTH)])
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, verbose_name=_("答复人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("了结时间"), null=True, blank=True)  # no person: its cause has gone
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = NoticeQuerySet.as_manager()
    lead_code: str | None

    class Meta:
        ordering = ("-drafted_at", "-pk")
        verbose_name = _("督办通知")
        constraints = (
            models.UniqueConstraint(fields=("clock", "level", "occurrence"), name="one_notice_per_step"),
            models.UniqueConstraint(fields=("level", "year", "serial"), name="one_notice_per_number"),
            models.CheckConstraint(condition=paired("issued_at", "issued_by"), name="notice_issued_pair"),
            models.CheckConstraint(condition=paired("declined_at", "declined_by"), name="notice_declined_pair"),
            models.CheckConstraint(condition=paired("received_at", "received_by"), name="notice_received_pair"),
            models.CheckConstraint(condition=paired("answered_at", "answered_by"), name="notice_answered_pair"),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, serial__isnull=True, year__isnull=True)
                | Q(issued_at__isnull=False, serial__isnull=False, year__isnull=False),
                name="issued_notice_has_a_number",
            ),
        )
        indexes = (
            models.Index(fields=("task", "clock"), name="notice_of_task"),
            models.Index(fields=("status", "drafted_at"), name="notice_by_status"),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.number or self.clock}"

    @property
    def number(self) -> str:
        """编号 of the office's own register, such as 2026-3; empty while it is a draft. Not a document number."""
        return f"{self.year}-{self.serial}" if self.serial else ""

    @property
    def period_label(self) -> str:
        return period_label(self.period) if self.period else ""

    @property
    def key(self) -> str:
        """Its name in the ledger; task and plan must be loaded with it."""
        return f"{self.task.key}/{self.pk}"
