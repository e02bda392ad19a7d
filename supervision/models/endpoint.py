from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency, User
from common.constraints import paired
from ledger.readers import newest_sequence
from supervision.models.levels import Level


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def visible_to(self, user: Any) -> "EndpointQuerySet":
        """The administrator keeps them, the office sees them; nobody reads their keys back."""
        allowed = user.is_authenticated and user.is_active and (user.manages_people or user.is_office)
        return self if allowed else self.none()

    def serving(self) -> "EndpointQuerySet":
        return self.filter(is_active=True)

    def owing_changes(self, *, now: datetime) -> "EndpointQuerySet":
        """Behind the ledger, due, in nobody's hands; whose turn was longest ago first, each with the `newest` number.

        A lease that ran out belongs to a process that died.
        """
        behind = self.serving().filter(pushes_changes=True).annotate(newest=newest_sequence())
        behind = behind.filter(sent_through__lt=F("newest"))
        due = behind.filter(Q(changes_due_at=None) | Q(changes_due_at__lte=now))
        free = due.filter(Q(lease_until=None) | Q(lease_until__lte=now))
        return free.order_by(F("changes_due_at").asc(nulls_first=True), "pk")


class Endpoint(models.Model):
    """推送地址: where signed messages go (Standard Webhooks): another system, or a chat robot through its template.

    With a unit it gets what concerns the tasks that unit leads, without one everything. `secret` is the signing key;
    while keys rotate the previous one signs beside it until `previous_until`.

    If it wants changes, the ledger is its outbox and `sent_through` its place there: all up to this number has been
    told or given up. `round` counts how often the place was set by hand. Until `changes_due_at`, which the system sets,
    it rests.
    """

    class Template(models.TextChoices):
        STANDARD = "standard", _("标准推送（Standard Webhooks）")
        WECOM = "wecom", _("企业微信群机器人")
        DINGTALK = "dingtalk", _("钉钉群机器人")
        FEISHU = "feishu", _("飞书群机器人")

    name = models.CharField(_("名称"), max_length=80)
    url = models.URLField(_("地址"), max_length=500)
    template = models.CharField(_("格式"), max_length=10, choices=Template, default=Template.STANDARD)
    agency = models.ForeignKey(
        Agency, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="endpoints"
    )
    min_level = models.PositiveSmallIntegerField(_("起始级别"), default=1)
    secret = models.CharField(_("签名密钥"), max_length=80)
    previous_secret = models.CharField(_("原签名密钥"), max_length=80, blank=True)
    previous_until = models.DateTimeField(_("原密钥有效至"), null=True, blank=True)
    pushes_changes = models.BooleanField(_("推送变更"), default=False)
    sent_through = models.BigIntegerField(_("已推送至序号"), default=0)
    round = models.PositiveIntegerField(_("轮次"), default=0)
    changes_due_at = models.DateTimeField(_("下次推送时间"), null=True, blank=True)
    lease_until = models.DateTimeField(_("占用至"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(User, verbose_name=_("建立人"), on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    retired_by = models.ForeignKey(
        User, verbose_name=_("停用人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    newest: int  # the ledger's last number, where the query carries it (owing_changes)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("推送地址")
        constraints = (
            models.UniqueConstraint(
                fields=("name",), name="one_endpoint_per_name", violation_error_message=_("已有同名的推送地址。")
            ),
            models.CheckConstraint(condition=paired("retired_at", "retired_by"), name="endpoint_retired_pair"),
            models.CheckConstraint(
                condition=Q(pushes_changes=False) | Q(template="standard"),
                name="robots_get_no_changes",
                violation_error_message=_("群机器人只收提醒，不能推送变更。"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The address without what may be a key in it: robots carry theirs in path or query, others before the name."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def signing_keys(self, *, now: datetime) -> list[str]:
        """The key, and while keys rotate the previous one."""
        is_rotating = self.previous_secret and self.previous_until and now < self.previous_until
        return [self.secret, self.previous_secret] if is_rotating else [self.secret]

    @property
    def is_told_changes(self) -> bool:
        """Whether changes go there now."""
        return self.is_active and self.pushes_changes

    @property
    def level_label(self) -> str:
        return str(Level(self.min_level).label)
