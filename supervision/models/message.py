from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from supervision.models.delivery import Delivery
from supervision.models.levels import Level, Reason
from tasks.models import Task


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> "MessageQuerySet":
        """A person's own messages and nobody else's."""
        return self.filter(user=user.pk) if user.is_authenticated and user.is_active else self.none()

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)


class Message(models.Model):
    """消息: a reminder in a person's inbox. One delivery makes one message; the database refuses a second."""

    delivery = models.OneToOneField(Delivery, on_delete=models.PROTECT, related_name="message")
    user = models.ForeignKey(User, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="messages")
    task = models.ForeignKey(
        Task, verbose_name=_("任务"), null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    reason = models.CharField(_("事由"), max_length=20, choices=Reason)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    payload = models.JSONField(_("数据"), default=dict)
    created_at = models.DateTimeField(_("送达时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("消息")
        indexes = (
            models.Index(fields=("user", "-created_at", "-id"), name="message_of_user"),
            models.Index(fields=("user",), condition=models.Q(read_at=None), name="message_unread"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.reason} {self.created_at:%Y-%m-%d}"
