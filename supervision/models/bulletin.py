from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.roles import Can
from common.constraints import paired
from supervision.status import BulletinStatus


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, user: Any) -> "BulletinQuerySet":
        """An issued one goes to all member units; a draft is the office's."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        if user.is_office and user.has(Can.READ_SUBMITTED):
            return self
        return self.filter(status=BulletinStatus.ISSUED)


class Bulletin(models.Model):
    """通报: the office's account on a frozen snapshot; whatever reached 督办 and is still open is named in it.

    `items` is the snapshot: a list of {clock, task, title, agency, agency_name, reason, limit, period, notice}.
    """

    on = models.DateField(_("通报日期"), unique=True)
    status = models.CharField(_("状态"), max_length=8, choices=BulletinStatus, default=BulletinStatus.DRAFT)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("序号"), null=True, blank=True)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    items = models.JSONField(_("列入事项"), default=list)
    note = models.TextField(_("工作要求"), blank=True)
    head = models.CharField(_("留痕校验值"), max_length=64, blank=True)
    drafted_at = models.DateTimeField(_("拟稿时间"))  # no person: the system drafts
    issued_at = models.DateTimeField(_("印发时间"), null=True, blank=True)
    issued_by = models.ForeignKey(
        User, verbose_name=_("签发人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ("-on",)
        verbose_name = _("通报")
        constraints = (
            models.UniqueConstraint(fields=("year", "serial"), name="one_bulletin_per_number"),
            models.CheckConstraint(condition=paired("issued_at", "issued_by"), name="bulletin_issued_pair"),
            models.CheckConstraint(
                condition=Q(status="draft", serial__isnull=True, year__isnull=True)
                | Q(status="issued", serial__isnull=False, year__isnull=False),
                name="issued_bulletin_has_a_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"

    @property
    def number(self) -> str:
        """编号 of the office's own register, such as 2026-1; empty while it is a draft. Not a document number."""
        return f"{self.year}-{self.serial}" if self.serial else ""
