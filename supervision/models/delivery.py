from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from supervision.reminders import NEAR_LEVEL, URGE_LEVEL
from tasks.models import Task


class Channel(models.TextChoices):
    """送达方式."""

    INBOX = "inbox", _("站内消息")
    MAIL = "mail", _("电子邮件")


class Level(models.IntegerChoices):
    """提醒级别."""

    NEAR = NEAR_LEVEL, _("临期提示")
    URGE = URGE_LEVEL, _("催办")


class Reason(models.TextChoices):
    """事由: what the reminder is about."""

    NEAR_DUE = "near_due", _("办理时限临近")
    OVERDUE = "overdue", _("任务超期")
    REPORT_NEAR = "report_near", _("报送时限临近")
    REPORT_MISSING = "report_missing", _("进展未报送")


class Suppression(models.TextChoices):
    """不送达的原因."""

    SETTLED = "settled", _("事项已办理或已不计时")
    LIMIT_MOVED = "limit_moved", _("时限已调整")
    OUT_OF_DATE = "out_of_date", _("提醒已过时")
    NOT_RESPONSIBLE = "not_responsible", _("收件人已不负责此事项")
    NO_ADDRESS = "no_address", _("收件人没有电子邮箱")


PENDING = Q(done_at=None, dead_at=None, suppressed_at=None)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> "DeliveryQuerySet":
        """The office sees what was sent to whom; a person's own reminders are messages."""
        return self if user.is_authenticated and user.is_active and user.is_office else self.none()

    def pending(self) -> "DeliveryQuerySet":
        """Neither done, nor given up, nor suppressed."""
        return self.filter(PENDING)

    def claimable(self, *, now: datetime) -> "DeliveryQuerySet":
        """Due, and in nobody's hands: a lease that ran out belongs to a process that died."""
        return self.pending().filter(Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now)

    def done(self) -> "DeliveryQuerySet":
        return self.filter(done_at__isnull=False)

    def dead(self) -> "DeliveryQuerySet":
        """Given up after too many failures; the office can have them tried again."""
        return self.filter(dead_at__isnull=False)


class Delivery(models.Model):
    """送达: one reminder to one person through one channel: the outbox, and the record of what became of it.

    `dedupe_key` is the business key (clock, level, occurrence, recipient, channel): that it is unique makes a sweep
    repeatable. The payload holds ids, codes and numbers alone; the text is made when it is sent or read.
    """

    dedupe_key = models.CharField(_("业务键"), max_length=160, unique=True)
    clock = models.CharField(_("计时"), max_length=100)
    channel = models.CharField(_("送达方式"), max_length=8, choices=Channel)
    recipient = models.ForeignKey(User, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="deliveries")
    task = models.ForeignKey(
        Task, verbose_name=_("任务"), null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    reason = models.CharField(_("事由"), max_length=20, choices=Reason)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    payload = models.JSONField(_("数据"), default=dict)
    due_at = models.DateTimeField(_("应送达时间"))
    lease_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    last_error = models.CharField(_("最近错误"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    dead_at = models.DateTimeField(_("放弃时间"), null=True, blank=True)
    suppressed_at = models.DateTimeField(_("抑制时间"), null=True, blank=True)
    suppressed_reason = models.CharField(_("抑制原因"), max_length=20, choices=Suppression, blank=True)
    created_at = models.DateTimeField(_("生成时间"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("due_at", "pk")
        verbose_name = _("送达")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at=None, dead_at=None)
                | Q(done_at=None, suppressed_at=None)
                | Q(dead_at=None, suppressed_at=None),
                name="delivery_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(suppressed_at__isnull=True, suppressed_reason="")
                | (Q(suppressed_at__isnull=False) & ~Q(suppressed_reason="")),
                name="suppressed_delivery_says_why",
            ),
        )
        indexes = (
            models.Index(fields=("channel", "due_at"), condition=PENDING, name="delivery_pending"),
            models.Index(fields=("task", "clock"), name="delivery_of_task"),
        )

    def __str__(self) -> str:
        return self.dedupe_key
