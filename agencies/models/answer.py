from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.user import User

KEY_LENGTH = 255


class Answer(models.Model):
    """应答: what a request with an `Idempotency-Key` was answered, kept with its effect so that it can be given again.

    `fingerprint` tells whether a later request with the key is the same one. Kept for some days, then cleared away.
    """

    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.PROTECT, related_name="+")
    key = models.CharField(_("幂等键"), max_length=KEY_LENGTH)
    fingerprint = models.CharField(_("请求摘要"), max_length=64)
    status = models.PositiveSmallIntegerField(_("状态码"))
    headers = models.JSONField(_("应答头"), default=dict)
    body = models.TextField(_("应答内容"))
    created_at = models.DateTimeField(_("应答时间"))  # no person beside the user: it is a note, not a decision

    class Meta:
        verbose_name = _("应答")
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="one_answer_per_key"),)
        indexes = (models.Index(fields=("created_at",), name="answer_by_age"),)

    def __str__(self) -> str:
        return self.key
