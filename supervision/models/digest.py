from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User

OPEN = Q(done_at=None, dead_at=None, suppressed_at=None)


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: Any) -> "DigestQuerySet":
        """The office sees what was sent to whom."""
        return self if user.is_authenticated and user.is_active and user.is_office else self.none()

    def pending(self) -> "DigestQuerySet":
        """Neither sent, nor given up, nor without anything left to say."""
        return self.filter(OPEN)

    def claimable(self, *, now: datetime) -> "DigestQuerySet":
        """Due, and in nobody's hands: a lease that ran out belongs to a process that died."""
        return self.pending().filter(Q(lease_until=None) | Q(lease_until__lte=now), due_at__lte=now)


class Digest(models.Model):
    """每日汇总: the one mail a person gets on a day about what is open or near; its parts are deliveries.

    That (recipient, day) is unique makes it one. 催办 and above never wait for it and never stand in it.
    """

    recipient = models.ForeignKey(User, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="digests")
    on = models.DateField(_("日期"))
    due_at = models.DateTimeField(_("应送达时间"))
    lease_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    last_error = models.CharField(_("最近错误"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    dead_at = models.DateTimeField(_("放弃时间"), null=True, blank=True)
    suppressed_at = models.DateTimeField(_("抑制时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("生成时间"))

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "recipient")
        verbose_name = _("每日汇总")
        constraints = (models.UniqueConstraint(fields=("recipient", "on"), name="one_digest_per_person_and_day"),)
        indexes = (models.Index(fields=("due_at",), condition=OPEN, name="digest_pending"),)

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.on:%Y-%m-%d}"

    @property
    def is_pending(self) -> bool:
        return self.done_at is None and self.dead_at is None and self.suppressed_at is None

    @property
    def was_tried(self) -> bool:
        """Whether the mail system may have it: it failed once, or whoever was sending it died."""
        return self.attempts > 0 or self.lease_until is not None

    @property
    def key(self) -> str:
        """What its Message-ID is made from, the same for every attempt."""
        return f"digest:{self.recipient_id}:{self.on.isoformat()}"
