"""The life of a report as data, read by the actions, the page's buttons and the docs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportStatus(TextChoices):
    """报送状态."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已审定")


EDITABLE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED})
RECEIVED = frozenset({ReportStatus.SUBMITTED, ReportStatus.APPROVED})


class Hand(StrEnum):
    """Whose hand a change needs."""

    LEAD_STAFF = "lead_staff"
    LEAD_APPROVER = "lead_approver"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class ReportTransition:
    """One allowed change of a report."""

    verb: str
    label: Any
    source: ReportStatus
    target: ReportStatus
    who: Hand


REPORT_TRANSITIONS: tuple[ReportTransition, ...] = (
    ReportTransition("save", _("保存草稿"), ReportStatus.DRAFT, ReportStatus.DRAFT, Hand.LEAD_STAFF),
    ReportTransition("save", _("修改"), ReportStatus.RETURNED, ReportStatus.DRAFT, Hand.LEAD_STAFF),
    ReportTransition("submit", _("审签报出"), ReportStatus.DRAFT, ReportStatus.SUBMITTED, Hand.LEAD_APPROVER),
    ReportTransition("withdraw", _("撤回"), ReportStatus.SUBMITTED, ReportStatus.DRAFT, Hand.LEAD_APPROVER),
    ReportTransition("approve", _("审定"), ReportStatus.SUBMITTED, ReportStatus.APPROVED, Hand.SUPERVISOR),
    ReportTransition("return", _("退回"), ReportStatus.SUBMITTED, ReportStatus.RETURNED, Hand.SUPERVISOR),
)


def report_transition(source: str, verb: str) -> ReportTransition | None:
    """The change this verb makes from this state, or None."""
    return next((each for each in REPORT_TRANSITIONS if each.source == source and each.verb == verb), None)
