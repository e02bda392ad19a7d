"""The life of a notice as data, read by the actions, the page's buttons and the docs."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeStatus(TextChoices):
    """督办通知状态."""

    DRAFT = "draft", _("待签发")
    DECLINED = "declined", _("决定不发")
    LAPSED = "lapsed", _("事由已消除，未发")
    ISSUED = "issued", _("已发出")
    ANSWERED = "answered", _("已答复")
    SETTLED = "settled", _("已了结")


class BulletinStatus(TextChoices):
    """通报状态."""

    DRAFT = "draft", _("草稿")
    ISSUED = "issued", _("已印发")


OUT = frozenset({NoticeStatus.ISSUED, NoticeStatus.ANSWERED})
ENDED = frozenset({NoticeStatus.LAPSED, NoticeStatus.SETTLED})


class Hand(StrEnum):
    """Whose hand a change of a notice needs."""

    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    UNIT_STAFF = "unit_staff"
    UNIT_APPROVER = "unit_approver"


@dataclass(frozen=True)
class NoticeTransition:
    """One allowed change of a notice of one level; what the system does by itself does not stand here."""

    verb: str
    label: Any
    level: int
    source: NoticeStatus
    target: NoticeStatus
    who: Hand


def _of_units(level: int) -> Iterable[NoticeTransition]:
    yield NoticeTransition("receive", _("签收"), level, NoticeStatus.ISSUED, NoticeStatus.ISSUED, Hand.UNIT_STAFF)
    yield NoticeTransition("answer", _("答复"), level, NoticeStatus.ISSUED, NoticeStatus.ANSWERED, Hand.UNIT_APPROVER)


URGE, SUPERVISE = 2, 3
NOTICE_TRANSITIONS: tuple[NoticeTransition, ...] = (
    NoticeTransition("confirm", _("确认发出"), URGE, NoticeStatus.DRAFT, NoticeStatus.ISSUED, Hand.SUPERVISOR),
    NoticeTransition("decline", _("不发"), URGE, NoticeStatus.DRAFT, NoticeStatus.DECLINED, Hand.SUPERVISOR),
    NoticeTransition("issue", _("签发"), SUPERVISE, NoticeStatus.DRAFT, NoticeStatus.ISSUED, Hand.DIRECTOR),
    NoticeTransition("decline", _("不发"), SUPERVISE, NoticeStatus.DRAFT, NoticeStatus.DECLINED, Hand.DIRECTOR),
    *_of_units(URGE),
    *_of_units(SUPERVISE),
)


def notice_transition(level: int, status: str, verb: str) -> NoticeTransition | None:
    """The change this verb makes to a notice of this level in this state, or None."""
    found = (each for each in NOTICE_TRANSITIONS if (each.level, each.source, each.verb) == (level, status, verb))
    return next(found, None)
