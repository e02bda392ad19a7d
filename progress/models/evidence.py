import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from progress.models.closing import Closing
from progress.models.report import Report


def random_path(evidence: "Evidence", _filename: str) -> str:
    """A name that says nothing and cannot be guessed; what the file was called stands in `name`."""
    token = uuid.uuid4().hex
    return f"{token[:2]}/{token}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Any) -> "EvidenceQuerySet":
        """Evidence that stands is seen by whoever sees its report or its closing request."""
        of_report = Q(report__in=Report.objects.visible_to(user).values("pk"))
        return self.filter(of_report | Q(closing__in=Closing.objects.visible_to(user).values("pk")), removed_at=None)


class Evidence(models.Model):
    """佐证材料: a file that already exists and shows what a report says, or is the deliverable of a closing request."""

    report = models.ForeignKey(
        Report, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("进展报送")
    )
    closing = models.ForeignKey(
        Closing, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("办结申请")
    )
    file = models.FileField(_("文件"), upload_to=random_path, max_length=80)
    name = models.CharField(_("文件名"), max_length=160)
    kind = models.CharField(_("类型"), max_length=5)
    size = models.PositiveIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(User, verbose_name=_("上传人"), on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)
    removed_by = models.ForeignKey(
        User, verbose_name=_("移除人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(_("演示数据"), default=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("report", "uploaded_at", "pk")
        verbose_name = _("佐证材料")
        constraints = (
            models.UniqueConstraint(
                fields=("report", "sha256"),
                condition=Q(removed_at=None),
                name="same_file_once_per_report",
                violation_error_message=_("这份文件已经上传过。"),
            ),
            models.UniqueConstraint(
                fields=("closing", "sha256"),
                condition=Q(removed_at=None),
                name="same_file_once_per_closing",
                violation_error_message=_("这份文件已经上传过。"),
            ),
            models.CheckConstraint(
                condition=Q(report__isnull=False, closing__isnull=True) | Q(report__isnull=True, closing__isnull=False),
                name="evidence_of_report_or_closing",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="evidence_removed_by_someone",
            ),
        )

    def __str__(self) -> str:
        return self.name
