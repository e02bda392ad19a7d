from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from agencies.models.user import User


class ApiToken(AbstractAuthToken):
    """接口令牌: a named, scoped and expiring key of a service account or a person; only its digest is stored."""

    name = models.CharField(_("名称"), max_length=80)
    scopes = models.JSONField(_("权限"), default=list)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)  # no actor: the token itself is one
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, verbose_name=_("吊销人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("演示数据"), default=False)

    class Meta(AbstractAuthToken.Meta):
        abstract = False
        verbose_name = _("接口令牌")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by_someone",
            ),
        )

    def __str__(self) -> str:
        return self.name
