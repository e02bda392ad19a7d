"""What goes out by mail: in Chinese, the language of the office; plain text, with the same in HTML beside it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import User
from supervision.models import Delivery, Digest, Level
from supervision.wording import Wording
from tasks.models import Task

TEMPLATES = {
    "reminder": ("supervision/mail/reminder.txt", "supervision/mail/reminder.html"),
    "notice": ("supervision/mail/notice.txt", "supervision/mail/notice.html"),
    "bulletin": ("supervision/mail/bulletin.txt", "supervision/mail/bulletin.html"),
    "digest": ("supervision/mail/digest.txt", "supervision/mail/digest.html"),
}


@dataclass(frozen=True)
class Item:
    """One reminder as it stands at the moment of sending; `task` is None where it is about no single one."""

    delivery: Delivery
    wording: Wording
    task: Task | None
    lead: str = ""

    @property
    def level_label(self) -> str:
        return str(Level(self.delivery.level).label)

    @property
    def url(self) -> str:
        """Where the reader goes on."""
        return absolute(*_place(self))


def _place(item: Item) -> tuple[str, Any]:
    row = item.delivery
    if row.notice_id:
        return "supervision:notice", row.notice_id
    if row.bulletin_id:
        return "supervision:bulletin", row.bulletin_id
    return ("dashboard:task", item.task.number) if item.task else ("supervision:inbox", None)


def absolute(view: str, argument: Any) -> str:
    """The address of a page, for a reader who is not in the system yet."""
    return settings.SITE_URL + reverse(view, args=[] if argument is None else [argument])


def message_id(key: str) -> str:
    """The same for every attempt at the same mail, so that a mail system can tell a second copy."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"<{digest}@{settings.SITE_HOST}>"


def single_mail(item: Item) -> EmailMultiAlternatives:
    """催办 and above, each by itself: a numbered notice, a bulletin, or a plain reminder."""
    row = item.delivery
    with translation.override(settings.LANGUAGE_CODE):
        if row.notice:
            return _mail("notice", row.dedupe_key, row.recipient, _notice_subject(item), item)
        if row.bulletin:
            return _mail("bulletin", row.dedupe_key, row.recipient, _bulletin_subject(item), item)
        return _mail("reminder", row.dedupe_key, row.recipient, _reminder_subject(item), item)


def _reminder_subject(item: Item) -> str:
    values = {"level": item.level_label, **_task_words(item), "how": item.wording.headline()}
    return _("【%(level)s】任务%(number)s %(title)s：%(how)s") % values


def _notice_subject(item: Item) -> str:
    kind, serial = notice_kind(item.delivery.level), item.delivery.notice.number
    values = {"kind": kind, "serial": serial, **_task_words(item), "how": item.wording.headline()}
    return _("【%(kind)s %(serial)s】任务%(number)s %(title)s：%(how)s") % values


def _bulletin_subject(item: Item) -> str:
    bulletin = item.delivery.bulletin
    return _("【通报 %(serial)s】%(day)s督查通报") % {"serial": bulletin.number, "day": bulletin.on.isoformat()}


def _task_words(item: Item) -> dict[str, Any]:
    return {"number": item.task.number, "title": item.task.title} if item.task else {"number": "", "title": ""}


def notice_kind(level: int) -> str:
    """What a numbered notice of this level is called."""
    return _("催办单") if level <= Level.URGE else _("督办通知单")


def digest_mail(digest: Digest, items: Sequence[Item]) -> EmailMultiAlternatives:
    """The one mail of the day: its parts under their tasks, the most urgent first."""
    with translation.override(settings.LANGUAGE_CODE):
        groups = by_urgency(items)
        values = {"tasks": len(groups), "items": len(items), "limit": groups[0][0].wording.limit.isoformat()}
        subject = _("【每日汇总】%(tasks)d 项任务有 %(items)d 条提醒，最近时限 %(limit)s") % values
        more = {"groups": groups, "on": digest.on}
        return _mail("digest", digest.key, digest.recipient, subject, items[0], **more)


def by_urgency(items: Iterable[Item]) -> list[list[Item]]:
    """The items of each task together: the earliest limit first, in a task and among them; copies last."""
    groups: dict[int | None, list[Item]] = {}
    for item in sorted(items, key=_urgency):
        groups.setdefault(item.task.pk if item.task else None, []).append(item)
    return list(groups.values())


def _urgency(item: Item) -> tuple[Any, ...]:
    return item.wording.is_copy, item.wording.limit, item.task.number if item.task else 0, item.delivery.pk


def _mail(
    template: str, key: str, recipient: User | None, subject: str, item: Item, **more: Any
) -> EmailMultiAlternatives:
    as_text, as_html = TEMPLATES[template]
    context = {
        "name": str(recipient),
        "item": item,
        "subject": " ".join(subject.split()),
        "kind": notice_kind(item.delivery.level),
        **more,
    }
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=render_to_string(as_text, context),
        to=[recipient.email if recipient else ""],
        headers={"Message-ID": message_id(key), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(as_html, context), "text/html")
    return mail
