"""What a reminder says: made from codes and numbers when it is sent or read, in the reader's language."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import User
from progress.models import Period
from supervision.models import Level, Reason
from tasks.models import Task


@dataclass(frozen=True)
class Notice:
    """The facts of one reminder: `left` working days before the limit, or `late` days after it."""

    reason: str
    limit: date
    period: str = ""
    left: int | None = None
    late: int | None = None
    is_copy: bool = False

    @classmethod
    def of(cls, reason: str, payload: Mapping[str, Any]) -> "Notice":
        """From a stored reason and payload."""
        return cls(
            reason=reason,
            limit=date.fromisoformat(payload["limit"]),
            period=payload.get("period", ""),
            left=payload.get("left"),
            late=payload.get("late"),
            is_copy=bool(payload.get("copy")),
        )

    @property
    def period_label(self) -> str:
        return Period(code=self.period).label if self.period else ""

    def headline(self) -> str:
        """A few words for the subject of a mail."""
        if self.late is not None:
            return ngettext("已超期 %(days)d 天", "已超期 %(days)d 天", self.late) % {"days": self.late}
        if not self.left:
            return _("今天是时限前最后一个工作日")
        return ngettext("还有 %(days)d 个工作日", "还有 %(days)d 个工作日", self.left) % {"days": self.left}

    def sentence(self) -> str:
        """What is to be done by when, and how that stands."""
        values = {"limit": self.limit.isoformat(), "period": self.period_label, "how": self.headline()}
        match self.reason:
            case Reason.NEAR_DUE | Reason.OVERDUE:
                return _("办理时限为 %(limit)s，%(how)s。") % values
            case Reason.REPORT_NEAR:
                return _("%(period)s进展最迟 %(limit)s 报送，%(how)s。") % values
            case _other:
                return _("%(period)s进展最迟应于 %(limit)s 报送，至今未收到，%(how)s。") % values

    def advice(self) -> str:
        """What the reader should do next."""
        if self.is_copy:
            return _("抄送，请知悉。")
        match self.reason:
            case Reason.NEAR_DUE:
                return _("请按时完成并报送进展；完成后请申请办结。")
            case Reason.OVERDUE:
                return _("请抓紧办理并报送最新进展；已完成的请申请办结，有困难的请与办公室联系。")
            case Reason.REPORT_NEAR:
                return _("请按时填报；没有变化的，可以选“本期无变化”。")
            case _other:
                return _("请尽快补报；超期报送计为迟报，锁定后不再接收。")


def message_id(dedupe_key: str) -> str:
    """The same for every attempt at the same mail, so that a mail system can tell a second copy."""
    digest = hashlib.sha256(dedupe_key.encode()).hexdigest()[:40]
    return f"<{digest}@{settings.SITE_HOST}>"


def reminder_mail(
    *, dedupe_key: str, level: int, notice: Notice, recipient: User, task: Task, lead: str
) -> EmailMultiAlternatives:
    """A reminder as a mail in Chinese, the language of the office; plain text, with the same in HTML beside it."""
    with translation.override(settings.LANGUAGE_CODE):
        label = str(Level(level).label)
        values = {"level": label, "number": task.number, "title": task.title, "how": notice.headline()}
        subject = _("【%(level)s】任务%(number)s %(title)s：%(how)s") % values
        context = {
            "name": str(recipient),
            "level": label,
            "sentence": notice.sentence(),
            "advice": notice.advice(),
            "task": task,
            "lead": lead,
            "url": settings.SITE_URL + reverse("dashboard:task", args=[task.number]),
        }
        text = render_to_string("supervision/mail/reminder.txt", context)
        html = render_to_string("supervision/mail/reminder.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[recipient.email],
        headers={"Message-ID": message_id(dedupe_key), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(html, "text/html")
    return mail
