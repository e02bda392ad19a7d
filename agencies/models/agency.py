from datetime import date
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zones.models import Zone


class Kind(models.TextChoices):
    """单位类别."""

    DEPARTMENT = "department", _("自治区部门")
    PARTY = "party", _("党委部门")
    CENTRAL = "central", _("中直驻桂单位")
    COMPANY = "company", _("企业")
    CITY = "city", _("市人民政府")
    ZONE_BODY = "zone_body", _("片区管理机构")
    OPEN_SET = "open_set", _("开放集合")
    OFFICE = "office", _("办公室")


class AgencyQuerySet(models.QuerySet["Agency"]):
    def visible_to(self, user: Any) -> "AgencyQuerySet":
        """Units are public facts of the plan: anyone who may read tasks, or who manages people, sees them."""
        return self if user.is_authenticated and (user.reads_tasks or user.manages_people) else self.none()

    def in_plan(self) -> "AgencyQuerySet":
        """The units that stand in the plan's responsibility lists, so not the office itself."""
        return self.exclude(plan_name=None)

    def with_staff(self) -> "AgencyQuerySet":
        """Units that can have people of their own; an open set has none."""
        return self.filter(is_open_set=False)

    def named_on(self, day: date) -> "AgencyQuerySet":
        """Annotate `name_then`, `short_name_then`, `name_en_then`: what each was called on a day."""
        names = AgencyName.objects.filter(agency=OuterRef("pk"), valid_from__lte=day).order_by("-valid_from")
        texts = ("name", "short_name", "name_en")
        return self.annotate(**{f"{each}_then": Coalesce(Subquery(names.values(each)[:1]), each) for each in texts})

    def standing(self, *, on: date) -> "AgencyQuerySet":
        """Units that are not dissolved on a day."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=on))

    def can_succeed(self, *, on: date) -> "AgencyQuerySet":
        """Units that can take over duties: standing, with people of their own, and not the office that oversees."""
        return self.with_staff().standing(on=on).exclude(kind=Kind.OFFICE)


class Agency(models.Model):
    """单位: a responsible unit with a permanent code; its names are dated (AgencyName), today's is kept here."""

    code = models.SlugField(_("代码"), primary_key=True, max_length=32)
    order = models.PositiveSmallIntegerField(_("顺序"), unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    plan_name = models.CharField(_("方案所列名称"), max_length=80, null=True, blank=True, unique=True)
    name = models.CharField(_("现名"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=20)
    name_en = models.CharField(_("英文名称"), max_length=160)
    zone = models.ForeignKey(
        Zone, verbose_name=_("所属片区"), null=True, blank=True, on_delete=models.PROTECT, related_name="agencies"
    )
    is_open_set = models.BooleanField(_("开放集合"), default=False)
    dissolved_on = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ("order",)
        verbose_name = _("单位")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind=Kind.ZONE_BODY, zone__isnull=False) | ~models.Q(kind=Kind.ZONE_BODY),
                name="zone_body_has_a_zone",
                violation_error_message=_("片区管理机构必须注明所属片区。"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Short name in the reader's language, for tables."""
        return self.name_en if get_language() == "en" else self.short_name

    @property
    def full_label(self) -> str:
        """现名（原名）: today's name, with the plan's beside it once it has changed."""
        if get_language() == "en":
            return self.name_en
        if self.plan_name and self.plan_name != self.name:
            return f"{self.name}（{self.plan_name}）"
        return self.name

    def is_dissolved(self, *, on: date) -> bool:
        """Whether the unit no longer exists on a day; what it did stays under its name."""
        return self.dissolved_on is not None and self.dissolved_on <= on


class AgencyName(models.Model):
    """曾用名和现名: a name a unit bore from a day on, so that an old document prints the name of its day."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="names", verbose_name=_("单位"))
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=20)
    name_en = models.CharField(_("英文名称"), max_length=160)
    valid_from = models.DateField(_("启用日期"))
    basis = models.CharField(_("依据"), max_length=200)

    class Meta:
        ordering = ("agency", "valid_from")
        verbose_name = _("单位名称")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "valid_from"),
                name="one_name_per_agency_and_day",
                violation_error_message=_("该单位在这一天已有一个名称。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from:%Y-%m-%d})"
