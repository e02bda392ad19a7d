from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """可见范围: who may read an event; a draft's event must not show what its page hides."""

    PUBLIC = "public", _("所有使用者")
    AGENCY = "agency", _("本单位和办公室")
    UNIT = "unit", _("本单位和审计")
    RESTRICTED = "restricted", _("审计、办公室和领导")


_OF_UNITS = (Audience.AGENCY, Audience.UNIT)
_NOTHING = models.Q(pk__in=())


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: Any) -> "EventQuerySet":
        """The rows this person may read: all for the auditor, all but other units' drafts for the office and leaders,
        and else the public ones and, for those who draft, the own unit's.
        """
        if not user.is_authenticated:
            return self.none()
        if user.audits:
            return self
        own = models.Q(agency=user.actor_agency, audience__in=_OF_UNITS) if user.drafts_for_agency else _NOTHING
        if user.reads_whole_ledger:
            return self.filter(~models.Q(audience=Audience.UNIT) | own)
        return self.filter(models.Q(audience=Audience.PUBLIC) | own) if user.reads_tasks else self.none()

    def told_to(self, agency: str | None) -> "EventQuerySet":
        """What another system may be told without being asked: public facts, and what goes to its unit and the office.

        A draft, which is its unit's own, is told to nobody.
        """
        own = models.Q(audience=Audience.AGENCY, agency=agency) if agency else _NOTHING
        return self.filter(models.Q(audience=Audience.PUBLIC) | own)

    def after(self, sequence: int) -> "EventQuerySet":
        return self.filter(sequence__gt=sequence).order_by("sequence")

    def about(self, kind: str, key: str) -> "EventQuerySet":
        """The history of one object, newest first."""
        return self.filter(kind=kind, key=key).order_by("-sequence")


class Event(models.Model):
    """留痕: one change, as it was committed; never altered and never removed (the database refuses both)."""

    sequence = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    actor_id = models.CharField(_("经办人标识"), max_length=64)
    actor_name = models.CharField(_("经办人"), max_length=80)
    actor_agency = models.CharField(_("经办单位"), max_length=32, blank=True)
    kind = models.CharField(_("对象"), max_length=32)
    key = models.CharField(_("对象标识"), max_length=120)
    verb = models.CharField(_("动作"), max_length=40)
    changed = models.JSONField(_("变动"), default=dict)
    state = models.JSONField(_("变动后状态"), null=True)
    reason = models.TextField(_("理由"), blank=True)
    audience = models.CharField(_("可见范围"), max_length=12, choices=Audience, default=Audience.PUBLIC)
    agency = models.CharField(_("所属单位"), max_length=32, blank=True)
    request_id = models.CharField(_("请求编号"), max_length=64, blank=True)
    previous_hash = models.CharField(_("前一条摘要"), max_length=64)
    hash = models.CharField(_("摘要"), max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("sequence",)
        verbose_name = _("留痕")
        indexes = (
            models.Index(fields=("kind", "key", "sequence"), name="event_of_object"),
            models.Index(fields=("at",), name="event_at"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.key} {self.verb}"


class Head(models.Model):
    """链首: the last event's number and hash; its row lock puts events in commit order without gaps."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="ledger_has_one_head"),)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
