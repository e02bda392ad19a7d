from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from agencies.models.user import User


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: Any) -> "ApiTokenQuerySet":
        """The administrator sees every key, others their own."""
        if not user.is_authenticated:
            return self.none()
        return self if user.manages_people else self.filter(user=user)

    def in_force(self, *, at: datetime) -> "ApiTokenQuerySet":
        """Those that open something at a moment."""
        return self.filter(Q(expiry=None) | Q(expiry__gt=at), revoked_at=None)

    def ended(self, *, at: datetime) -> "ApiTokenQuerySet":
        """Those that open nothing any more."""
        return self.exclude(pk__in=self.in_force(at=at).values("pk"))

    def unreplaced(self) -> "ApiTokenQuerySet":
        """Those in whose place no other key has been given out."""
        return self.filter(replaced_by=None)

    def expiring(self, *, at: datetime) -> "ApiTokenQuerySet":
        """Those in force that will end soon, with no other key in their place yet."""
        return self.in_force(at=at).unreplaced().filter(expiry__lte=at + ApiToken.SOON)


class ApiToken(AbstractAuthToken):
    """接口令牌: a named, scoped and expiring key of a service account or a person; only its digest is stored."""

    name = models.CharField(_("名称"), max_length=80)
    scopes = models.JSONField(_("权限"), default=list)
    networks = models.JSONField(_("可用地址"), default=list, blank=True)  # addresses and networks; empty: from anywhere
    per_minute = models.PositiveIntegerField(_("每分钟请求数"), null=True, blank=True)  # empty: the installation's
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)  # no actor: the token itself is one
    last_used_from = models.GenericIPAddressField(_("最近使用的地址"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("所替换的令牌"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, verbose_name=_("吊销人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("演示数据"), default=False)

    SOON = timedelta(days=30)  # before its end a key is worth a warning

    objects: ClassVar[Any] = ApiTokenQuerySet.as_manager()

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
