from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """One's own, and those that the office shares with everyone who reads tasks."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        return self.filter(Q(owner=user.pk) | Q(is_shared=True))


class SavedView(models.Model):
    """视图: a list of tasks to be seen again: its filters, layout, columns and order, as the address has them.

    It says nothing about duties, so the ledger does not keep it.
    """

    owner = models.ForeignKey(User, verbose_name=_("所有人"), on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("视图名称"), max_length=40)
    query = models.CharField(_("条件"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("全员可见"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ("-is_shared", "name", "pk")
        verbose_name = _("视图")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "name"), name="one_view_per_name", violation_error_message=_("已有同名视图。")
            ),
        )

    def __str__(self) -> str:
        return self.name
