from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.models.agency import AgencyQuerySet, Kind
from agencies.roles import Can
from progress.models.report import Report, ReportQuerySet
from progress.status import RECEIVED


def addressees() -> AgencyQuerySet:
    """The units that can be asked: those that stand and have people to answer. The office is asked by naming none."""
    return Agency.objects.with_staff().filter(dissolved_on=None).exclude(kind=Kind.OFFICE)


class AskQuerySet(ReportQuerySet):
    def visible_to(self, user: Any) -> "AskQuerySet":  # type: ignore[override]
        """Whoever sees the report; and the unit that is asked, once the ask has come in or has got its answer."""
        if not user.is_authenticated or not user.reads_tasks:
            return self.none()
        seen = Q(pk__in=Report.objects.visible_to(user).values("pk"))
        if user.drafts_for_agency:
            seen |= Q(ask_to=user.agency_id) & (Q(status__in=sorted(RECEIVED)) | Q(answered_at__isnull=False))
        return self.with_lead().exclude(ask="").filter(seen)  # type: ignore[return-value]

    def open(self) -> "AskQuerySet":
        """Asks that have come in and wait for their answer."""
        return self.filter(status__in=sorted(RECEIVED), answered_at=None).exclude(ask="")

    def to_office(self) -> "AskQuerySet":
        return self.filter(ask_to=None).exclude(ask="")

    def answerable_by(self, user: Any) -> "AskQuerySet":
        """Those addressed to this person's unit, or for supervisor and director to the office or a dissolved unit."""
        mine = Q(ask_to=user.agency_id) if user.drafts_for_agency else Q(pk__in=())
        if user.has(Can.REVIEW):
            mine |= Q(ask_to=None) | Q(ask_to__dissolved_on__isnull=False)
        return self.filter(mine).exclude(ask="")


class Ask(Report):
    """协调事项: what a report asks of a unit or of the office. The asked unit sees this of a report and no more."""

    objects = AskQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("协调事项")
