from typing import Any, Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency


class PlanPartQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """The plan's own text is public to everyone who may read tasks."""
        return self if user.is_authenticated and user.reads_tasks else self.none()

    def current(self) -> Self:
        """Parts of the plan in force."""
        return self.filter(plan__is_current=True)


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: Any) -> "PlanQuerySet":
        """The plan is public to everyone who may read tasks."""
        return self if user.is_authenticated and user.reads_tasks else self.none()

    def current(self) -> "PlanQuerySet":
        return self.filter(is_current=True)


class Titled(models.Model):
    """A part of the plan with an official title and our own English one."""

    title = models.CharField(_("标题"), max_length=120)
    title_en = models.CharField(_("英文标题（自译）"), max_length=240)

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title


class Plan(Titled):
    """实施方案: the official document; one is current."""

    code = models.SlugField(_("代码"), unique=True, max_length=32)
    issuer = models.CharField(_("发文机关"), max_length=80)
    issuer_en = models.CharField(_("发文机关（英文）"), max_length=160)
    issued_on = models.DateField(_("成文日期"))
    document_number = models.CharField(_("文号"), max_length=60, null=True, blank=True)  # noqa: DJ001  null: not found
    parent_title = models.CharField(_("上位文件"), max_length=160)
    parent_number = models.CharField(_("上位文件文号"), max_length=60)
    parent_issued_on = models.DateField(_("上位文件日期"))
    launched_on = models.DateField(_("挂牌日期"))
    preamble = models.TextField(_("引言"))
    objectives = models.TextField(_("目标要求"))
    layout = models.TextField(_("功能布局"))
    sets_deadlines = models.BooleanField(_("原文规定了时限"), default=False)
    is_current = models.BooleanField(_("现行"), default=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("实施方案")
        constraints = (
            models.UniqueConstraint(
                fields=("is_current",), condition=models.Q(is_current=True), name="one_current_plan"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Goal(models.Model):
    """目标: one of the plan's four steps, with its date and where the date comes from."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField(_("顺序"))
    label = models.CharField(_("目标"), max_length=40)
    label_en = models.CharField(_("目标（英文）"), max_length=80)
    date = models.DateField(_("日期"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    basis_en = models.CharField(_("依据（英文）"), max_length=200)

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "order")
        verbose_name = _("目标")
        constraints = (models.UniqueConstraint(fields=("plan", "order"), name="one_goal_per_order"),)

    def __str__(self) -> str:
        return self.label


class Pillar(Titled):
    """主要任务板块: one of the seven headings of section three."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="pillars")
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.TextField(_("正文"))

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "number")
        verbose_name = _("主要任务板块")
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="one_pillar_per_number"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Safeguard(Titled):
    """保障措施: one of the five of section four, a standing item of the office."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="safeguards")
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.TextField(_("正文"))
    agency = models.ForeignKey(Agency, verbose_name=_("负责单位"), on_delete=models.PROTECT, related_name="safeguards")

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "number")
        verbose_name = _("保障措施")
        constraints = (models.UniqueConstraint(fields=("plan", "number"), name="one_safeguard_per_number"),)

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
