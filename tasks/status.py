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
ENDED = DONE | {Status.STOPPED}


class ExtensionStatus(TextChoices):
    """延期申请状态."""

    DRAFT = "draft", _("草稿")
    SENT = "sent", _("待答复")
    GRANTED = "granted", _("已同意")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_EXTENSIONS = frozenset({ExtensionStatus.DRAFT, ExtensionStatus.SENT})


class Who(StrEnum):
    """Whose hand a change needs."""

    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    LEAD_STAFF = "lead_staff"
    LEAD_APPROVER = "lead_approver"


WHO_LABELS: dict[Who, Any] = {
    Who.SUPERVISOR: _("办公室督办员"),
    Who.DIRECTOR: _("办公室负责人"),
    Who.LEAD_STAFF: _("牵头单位填报员或审签人"),
    Who.LEAD_APPROVER: _("牵头单位审签人"),
}


class Condition(StrEnum):
    """What must hold on the task before a change."""

    SET_UP = "set_up"  # lead, deadline or standing, and the form of every result
    COMPLETE = "complete"  # 100 % approved
    IN_TIME = "in_time"  # within REFUSAL_DAYS of the order


REFUSAL_DAYS = 3  # working days after the order in which the unit may ask for reassignment


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
    in_case: bool = False  # made only together with its case: the closing request of the progress room
    of_standing: bool | None = None  # for standing tasks alone, for dated ones alone, or for both
    is_forward: bool = False  # carries the task on its way; the rest stops it or turns it round


def _from_each(sources: Iterable[Status], verb: str, label: Any, target: Status) -> tuple[Transition, ...]:
    return tuple(Transition(verb, label, each, target, Who.DIRECTOR, text=Text.BASIS) for each in sources)


# In Chinese the words of the states themselves; other languages tell doing from being.
SUSPEND, MAKE_STANDING, STOP = (
    pgettext_lazy("verb", "挂起"),
    pgettext_lazy("verb", "转常态化"),
    pgettext_lazy("verb", "中止"),
)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "issue", _("下达任务单"), Status.PLANNED, Status.ISSUED, Who.DIRECTOR, Condition.SET_UP, is_forward=True
    ),
    Transition(
        "receive", _("签收"), Status.ISSUED, Status.ONGOING, Who.LEAD_STAFF, of_standing=False, is_forward=True
    ),
    Transition(
        "receive", _("签收"), Status.ISSUED, Status.STANDING, Who.LEAD_STAFF, of_standing=True, is_forward=True
    ),
    Transition(
        "refuse", _("申请改派"), Status.ISSUED, Status.PLANNED, Who.LEAD_APPROVER, Condition.IN_TIME, Text.REASON
    ),
    Transition(
        "ask_closing", _("申请办结"), Status.ONGOING, Status.CLOSING, Who.LEAD_APPROVER, Condition.COMPLETE,
        in_case=True, is_forward=True,
    ),
    Transition(
        "return_closing", _("退回办结申请"), Status.CLOSING, Status.ONGOING, Who.SUPERVISOR, text=Text.REASON,
        in_case=True,
    ),
    Transition(
        "withdraw_closing", _("撤回办结申请"), Status.CLOSING, Status.ONGOING, Who.LEAD_APPROVER, in_case=True
    ),
    Transition(
        "close", _("办结"), Status.CLOSING, Status.CLOSED, Who.DIRECTOR, Condition.COMPLETE,
        in_case=True, is_forward=True,
    ),
    Transition("sign_off", _("销号"), Status.CLOSED, Status.SIGNED_OFF, Who.DIRECTOR, is_forward=True),
    Transition("suspend", SUSPEND, Status.ONGOING, Status.SUSPENDED, Who.DIRECTOR, text=Text.BASIS),
    Transition(
        "resume", _("恢复办理"), Status.SUSPENDED, Status.ONGOING, Who.DIRECTOR, text=Text.BASIS, is_forward=True
    ),
    Transition("make_standing", MAKE_STANDING, Status.ONGOING, Status.STANDING, Who.DIRECTOR, text=Text.BASIS),
    *_from_each(sorted(OPEN | {Status.STANDING}), "stop", STOP, Status.STOPPED),
    Transition("reopen", _("回头看重启"), Status.CLOSED, Status.ONGOING, Who.DIRECTOR, text=Text.REASON),
    Transition("reopen", _("回头看重启"), Status.SIGNED_OFF, Status.ONGOING, Who.DIRECTOR, text=Text.REASON),
)  # fmt: skip


def transition(source: str, verb: str, *, is_standing: bool = False) -> Transition | None:
    """The change this verb makes from this state, or None when the table has none."""
    return next((each for each in transitions_from(source, is_standing=is_standing) if each.verb == verb), None)


def transitions_from(source: str, *, is_standing: bool = False) -> list[Transition]:
    """Every change the table knows from this state, in the order it is offered."""
    return [each for each in TRANSITIONS if each.source == source and each.of_standing in (None, is_standing)]
