from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from common.constraints import paired


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: Any) -> "FeedbackQuerySet":
        """The office and the administrator read all of it; everyone what they said themselves, with the answer."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.is_office or user.manages_people else self.filter(user=user.pk)

    def waiting(self) -> "FeedbackQuerySet":
        return self.filter(answered_at=None)

    def answered(self) -> "FeedbackQuerySet":
        return self.exclude(answered_at=None)


class Feedback(models.Model):
    """意见反馈: what somebody says about this system, with the page it was said on, and the answer."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("出错或打不开")
        HARD = "hard", _("不好用")
        IDEA = "idea", _("建议")

    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    page = models.CharField(_("页面"), max_length=200, blank=True)
    text = models.CharField(_("内容"), max_length=500)
    user = models.ForeignKey(User, verbose_name=_("反馈人"), on_delete=models.PROTECT, related_name="feedback")
    sent_at = models.DateTimeField(_("反馈时间"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, verbose_name=_("答复人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")
        verbose_name = _("意见反馈")
        constraints = (
            models.CheckConstraint(condition=paired("answered_at", "answered_by"), name="feedback_answered_pair"),
        )
        indexes = (models.Index(fields=("-sent_at",), condition=models.Q(answered_at=None), name="feedback_waiting"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.sent_at:%Y-%m-%d}"
