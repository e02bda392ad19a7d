"""The life of a report as data, read by the actions, the page's buttons and the docs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tasks.status import Status


class ReportStatus(TextChoices):
    """报送状态."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已审定")


class ClosingStatus(TextChoices):
    """办结申请状态."""

    DRAFT = "draft", _("草稿")
    SENT = "sent", _("待核验")
    CHECKED = "checked", _("待决定")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已办结")
    ENDED = "ended", _("已终止")


EDITABLE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED})
RECEIVED = frozenset({ReportStatus.SUBMITTED, ReportStatus.APPROVED})


class Hand(StrEnum):
    """Whose hand a change needs."""

    LEAD_STAFF = "lead_staff"
    LEAD_APPROVER = "lead_approver"
    SUPERVISOR = "supervisor"
    DIRECTOR = "director"


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


@dataclass(frozen=True)
class ClosingTransition:
    """One allowed change of a closing request, and the change of the task (tasks.status) that is made with it."""

    verb: str
    label: Any
    source: ClosingStatus
    target: ClosingStatus
    who: Hand
    task_verb: str = ""


_DRAFT, _SENT, _CHECKED = ClosingStatus.DRAFT, ClosingStatus.SENT, ClosingStatus.CHECKED
_RETURNED, _ACCEPTED = ClosingStatus.RETURNED, ClosingStatus.ACCEPTED

CLOSING_TRANSITIONS: tuple[ClosingTransition, ...] = (
    ClosingTransition("save", _("保存草稿"), _DRAFT, _DRAFT, Hand.LEAD_STAFF),
    ClosingTransition("send", _("审签报出"), _DRAFT, _SENT, Hand.LEAD_APPROVER, "ask_closing"),
    ClosingTransition("withdraw", _("撤回"), _SENT, _DRAFT, Hand.LEAD_APPROVER, "withdraw_closing"),
    ClosingTransition("check", _("核验"), _SENT, _CHECKED, Hand.SUPERVISOR),
    ClosingTransition("return", _("退回"), _SENT, _RETURNED, Hand.SUPERVISOR, "return_closing"),
    ClosingTransition("return", _("退回"), _CHECKED, _RETURNED, Hand.SUPERVISOR, "return_closing"),
    ClosingTransition("accept", _("同意办结"), _CHECKED, _ACCEPTED, Hand.DIRECTOR, "close"),
)

# Where the task has to be for an open request to stand. It can leave by another door (stopped, made standing), and the
# tasks room cannot reach up here to end the request: so whoever reads it asks this.
STANDS_WITH: dict[str, frozenset[Status]] = {
    _DRAFT: frozenset({Status.ONGOING, Status.SUSPENDED}),
    _SENT: frozenset({Status.CLOSING}),
    _CHECKED: frozenset({Status.CLOSING}),
}


def closing_transition(source: str, verb: str) -> ClosingTransition | None:
    """The change this verb makes from this state of a closing request, or None."""
    return next((each for each in CLOSING_TRANSITIONS if each.source == source and each.verb == verb), None)


def closing_status(stored: str, task_status: str) -> ClosingStatus:
    """The state a closing request really has: one whose task has gone another way has ended."""
    stands = stored not in STANDS_WITH or task_status in STANDS_WITH[stored]
    return ClosingStatus(stored) if stands else ClosingStatus.ENDED
