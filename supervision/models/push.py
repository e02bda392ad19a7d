from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from supervision.models.endpoint import Endpoint


class PushQuerySet(models.QuerySet["Push"]):
    def visible_to(self, user: Any) -> "PushQuerySet":
        """Whoever sees the address sees what went there."""
        return self.filter(endpoint__in=Endpoint.objects.visible_to(user).order_by())


class Push(models.Model):
    """推送记录: one change of the ledger on its way to one endpoint: how often it was tried, and what came of it.

    The first try makes the row. After a replay the same change has another row, of another `round`. All its moments are
    the system's own.
    """

    endpoint = models.ForeignKey(Endpoint, verbose_name=_("推送地址"), on_delete=models.PROTECT, related_name="pushes")
    round = models.PositiveIntegerField(_("轮次"))
    sequence = models.BigIntegerField(_("序号"))
    type = models.CharField(_("事件"), max_length=80)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    status_code = models.PositiveSmallIntegerField(_("对方的回答"), null=True, blank=True)
    last_error = models.CharField(_("最近错误"), max_length=500, blank=True)
    first_at = models.DateTimeField(_("首次推送时间"))
    last_at = models.DateTimeField(_("最近推送时间"))
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    dead_at = models.DateTimeField(_("放弃时间"), null=True, blank=True)

    objects = PushQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("推送记录")
        constraints = (
            models.UniqueConstraint(fields=("endpoint", "round", "sequence"), name="one_push_per_change_and_round"),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(dead_at=None), name="push_ends_in_one_way"),
        )
        indexes = (
            models.Index(fields=("endpoint", "-id"), name="push_of_endpoint"),
            models.Index(fields=("endpoint", "-id"), condition=Q(sent_at=None), name="push_unsent"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.type}"

    @property
    def is_pending(self) -> bool:
        """Tried in vain, and to be tried again."""
        return self.sent_at is None and self.dead_at is None


def is_lost() -> Q:
    """Given up, and not delivered in another round either: the receiver has never heard of this change."""
    told = Push.objects.filter(endpoint=OuterRef("endpoint"), sequence=OuterRef("sequence"), sent_at__isnull=False)
    return Q(sent_at=None, dead_at__isnull=False) & ~Q(Exists(told))
