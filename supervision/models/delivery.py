from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from supervision.models.bulletin import Bulletin
from supervision.models.digest import Digest
from supervision.models.endpoint import Endpoint
from supervision.models.levels import Level, Reason
from supervision.models.notice import Notice
from tasks.models import Task


class Channel(models.TextChoices):
    """送达方式."""

    INBOX = "inbox", _("站内消息")
    MAIL = "mail", _("电子邮件")
    WEBHOOK = "webhook", _("系统推送")


class Suppression(models.TextChoices):
    """不送达的原因."""

    SETTLED = "settled", _("事项已办理或已不计时")
    LIMIT_MOVED = "limit_moved", _("时限已调整")
    OUT_OF_DATE = "out_of_date", _("提醒已过时")
    NOT_RESPONSIBLE = "not_responsible", _("收件人已不负责此事项")
    NO_ADDRESS = "no_address", _("收件人没有电子邮箱")
    OFFICE_TO_ANSWER = "office_to_answer", _("待办公室答复，单位不计时")
    ANSWERED = "answered", _("单位已答复")
    ENDPOINT_RETIRED = "endpoint_retired", _("推送地址已停用")


PENDING = Q(done_at=None, dead_at=None, suppressed_at=None)
IN_DIGESTS = Q(level__lte=Level.NEAR)  # 催办 and above go by themselves, at once


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

    def for_digests(self) -> "DeliveryQuerySet":
        """What goes by mail only as a part of a day's digest."""
        return self.filter(IN_DIGESTS)

    def outside_digests(self) -> "DeliveryQuerySet":
        """What goes by mail by itself."""
        return self.exclude(IN_DIGESTS)

    def done(self) -> "DeliveryQuerySet":
        return self.filter(done_at__isnull=False)

    def dead(self) -> "DeliveryQuerySet":
        """Given up after too many failures; the office can have them tried again."""
        return self.filter(dead_at__isnull=False)


class Delivery(models.Model):
    """送达: one reminder to one person or endpoint through one channel; the outbox, and the record of its fate.

    `dedupe_key` is the business key (clock, level, occurrence, recipient, channel): that it is unique makes a sweep
    repeatable. The payload holds ids, codes and numbers alone; the text is made when it is sent or read.
    """

    dedupe_key = models.CharField(_("业务键"), max_length=160, unique=True)
    clock = models.CharField(_("计时"), max_length=100)
    channel = models.CharField(_("送达方式"), max_length=8, choices=Channel)
    recipient = models.ForeignKey(
        User, verbose_name=_("收件人"), null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    endpoint = models.ForeignKey(
        Endpoint, verbose_name=_("推送地址"), null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    notice = models.ForeignKey(
        Notice, verbose_name=_("督办通知"), null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    bulletin = models.ForeignKey(
        Bulletin, verbose_name=_("通报"), null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    digest = models.ForeignKey(
        Digest, verbose_name=_("每日汇总"), null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
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
                condition=Q(recipient__isnull=False, endpoint__isnull=True)
                | Q(recipient__isnull=True, endpoint__isnull=False),
                name="delivery_to_person_or_endpoint",
            ),
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
            models.Index(fields=("recipient", "-id"), name="delivery_of_person"),
            models.Index(fields=("created_at", "-id"), name="delivery_of_day"),
            models.Index(fields=("level", "-id"), name="delivery_of_level"),
            models.Index(fields=("-id",), condition=Q(dead_at__isnull=False), name="delivery_dead"),
            models.Index(fields=("-id",), condition=Q(suppressed_at__isnull=False), name="delivery_suppressed"),
        )

    def __str__(self) -> str:
        return self.dedupe_key
