from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.roles import Can
from common.requests import kept
from tasks.policies import PolicyKind, from_values

T = TypeVar("T")


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def visible_to(self, user: Any) -> "PolicyVersionQuerySet":
        """By which rules lights and reminders are judged is public to everyone who may read tasks or keep settings."""
        return self if user.is_authenticated and (user.reads_tasks or user.has(Can.MANAGE_CALENDAR)) else self.none()

    def of(self, kind: str) -> "PolicyVersionQuerySet":
        """The versions of one kind, the newest first."""
        return self.filter(kind=kind).order_by("-number")

    def value(self, cls: type[T], kind: str) -> T:
        """The policy in force as its dataclass; its defaults while nobody has changed anything.

        One query, which reads every kind at once: a request that only reads asks it once.
        """
        newest = (self._newest() if self.query.where else kept("policies", self._newest)).get(kind)
        return cls() if newest is None else from_values(cls, newest)

    def _newest(self) -> dict[str, dict[str, Any]]:
        newer = PolicyVersion.objects.filter(kind=OuterRef("kind"), number__gt=OuterRef("number"))
        return dict(self.filter(~Exists(newer)).order_by().values_list("kind", "values"))

    def number_of(self, kind: str) -> int:
        """The number of the version in force; 0 while the defaults hold."""
        return self.of(kind).values_list("number", flat=True).first() or 0


class PolicyVersion(models.Model):
    """规则版本: the office's settings of one kind from a moment on; nothing is changed in an old one."""

    kind = models.CharField(_("类别"), max_length=12, choices=PolicyKind)
    number = models.PositiveIntegerField(_("版本"))
    values = models.JSONField(_("内容"), default=dict)
    reason = models.CharField(_("调整理由"), max_length=200)
    set_at = models.DateTimeField(_("生效时间"))
    set_by = models.ForeignKey(
        User, verbose_name=_("调整人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "-number")
        verbose_name = _("规则版本")
        constraints = (models.UniqueConstraint(fields=("kind", "number"), name="one_policy_per_number"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
