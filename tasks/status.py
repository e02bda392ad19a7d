"""The life of a task as data: its states, and for each change who may make it and what must hold.

Read by the action, the page's buttons, the API and the docs; source: the plan's supervision circle in docs/glossary.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """任务状态; overdue, near due and the light are derived and never stand here."""

    PLANNED = "planned", _("待立项")
    ISSUED = "issued", _("待签收")
    ONGOING = "ongoing", _("办理中")
    CLOSING = "closing", _("办结待核")
    CLOSED = "closed", _("已办结")
    SIGNED_OFF = "signed_off", _("已销号")
    SUSPENDED = "suspended", _("挂起")
    STOPPED = "stopped", _("中止")
    STANDING = "standing", _("转常态化")


OPEN = frozenset({Status.PLANNED, Status.ISSUED, Status.ONGOING, Status.CLOSING, Status.SUSPENDED})
RUNNING = frozenset({Status.ISSUED, Status.ONGOING, Status.CLOSING})
REPORTING = frozenset({Status.ONGOING, Status.STANDING})
DONE = frozenset({Status.CLOSED, Status.SIGNED_OFF})


class Who(StrEnum):
    """Whose hand a change needs."""

    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    LEAD_STAFF = "lead_staff"
    LEAD_APPROVER = "lead_approver"


class Condition(StrEnum):
    """What must hold on the task before a change."""

    SET_UP = "set_up"
    COMPLETE = "complete"


class Text(StrEnum):
    """What the person has to write down with a change."""

    NOTHING = "nothing"
    REASON = "reason"
    BASIS = "basis"


@dataclass(frozen=True)
class Transition:
    """One allowed change of state."""

    verb: str
    label: Any
    source: Status
    target: Status
    who: Who
    condition: Condition | None = None
    text: Text = Text.NOTHING


def _from_each(sources: Iterable[Status], verb: str, label: Any, target: Status) -> tuple[Transition, ...]:
    return tuple(Transition(verb, label, each, target, Who.DIRECTOR, text=Text.BASIS) for each in sources)


# In Chinese the words of the states themselves; other languages tell doing from being.
SUSPEND, MAKE_STANDING, STOP = (
    pgettext_lazy("verb", "挂起"),
    pgettext_lazy("verb", "转常态化"),
    pgettext_lazy("verb", "中止"),
)

TRANSITIONS: tuple[Transition, ...] = (
    Transition("issue", _("下达任务单"), Status.PLANNED, Status.ISSUED, Who.DIRECTOR, Condition.SET_UP),
    Transition("receive", _("签收"), Status.ISSUED, Status.ONGOING, Who.LEAD_STAFF),
    Transition("refuse", _("申请改派"), Status.ISSUED, Status.PLANNED, Who.LEAD_APPROVER, text=Text.REASON),
    Transition("ask_closing", _("申请办结"), Status.ONGOING, Status.CLOSING, Who.LEAD_APPROVER, Condition.COMPLETE),
    Transition("return_closing", _("退回办结申请"), Status.CLOSING, Status.ONGOING, Who.SUPERVISOR, text=Text.REASON),
    Transition("close", _("办结"), Status.CLOSING, Status.CLOSED, Who.DIRECTOR, Condition.COMPLETE),
    Transition("sign_off", _("销号"), Status.CLOSED, Status.SIGNED_OFF, Who.DIRECTOR),
    Transition("suspend", SUSPEND, Status.ONGOING, Status.SUSPENDED, Who.DIRECTOR, text=Text.BASIS),
    Transition("resume", _("恢复办理"), Status.SUSPENDED, Status.ONGOING, Who.DIRECTOR, text=Text.BASIS),
    Transition("make_standing", MAKE_STANDING, Status.ONGOING, Status.STANDING, Who.DIRECTOR, text=Text.BASIS),
    *_from_each(sorted(OPEN | {Status.STANDING}), "stop", STOP, Status.STOPPED),
    Transition("reopen", _("回头看重启"), Status.CLOSED, Status.ONGOING, Who.DIRECTOR, text=Text.REASON),
    Transition("reopen", _("回头看重启"), Status.SIGNED_OFF, Status.ONGOING, Who.DIRECTOR, text=Text.REASON),
)


def transition(source: str, verb: str) -> Transition | None:
    """The change this verb makes from this state, or None when the table has none."""
    return next((each for each in TRANSITIONS if each.source == source and each.verb == verb), None)


def transitions_from(source: str) -> list[Transition]:
    """Every change the table knows from this state, in the order it is offered."""
    return [each for each in TRANSITIONS if each.source == source]
