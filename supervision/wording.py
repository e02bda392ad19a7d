"""What a reminder says: made from codes and numbers when it is sent or read, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from progress.models import Period
from supervision.models import Level, Reason


@dataclass(frozen=True)
class Wording:
    """The facts of one reminder: `left` working days before the limit, or `late` days after it.

    `number` and `new_limit` are those of a notice; `subject` says what waits for the office.
    """

    reason: str
    limit: date
    period: str = ""
    left: int | None = None
    late: int | None = None
    is_copy: bool = False
    number: str = ""
    new_limit: str = ""
    subject: str = ""

    @classmethod
    def of(cls, reason: str, payload: Mapping[str, Any]) -> "Wording":
        """From a stored reason and payload."""
        return cls(
            reason=reason,
            limit=date.fromisoformat(payload["limit"]),
            period=payload.get("period", ""),
            left=payload.get("left"),
            late=payload.get("late"),
            is_copy=bool(payload.get("copy")),
            number=payload.get("number", ""),
            new_limit=payload.get("new_limit", ""),
            subject=payload.get("subject", ""),
        )

    @property
    def period_label(self) -> str:
        return Period(code=self.period).label if self.period else ""

    @property
    def subject_label(self) -> str:
        """What waits for the office."""
        return {
            "extension": _("延期申请"),
            "ask": _("需协调事项"),
            "review": _("进展报送的审核"),
            "closing": _("办结申请"),
            "notice": _("待签发的督办通知"),
        }.get(self.subject, "")

    def headline(self) -> str:
        """A few words for the subject of a mail."""
        if self.reason == Reason.NAMED:
            return _("通报已印发")
        if self.late is not None:
            return ngettext("已超期 %(days)d 天", "已超期 %(days)d 天", self.late) % {"days": self.late}
        if not self.left:
            return _("今天是时限前最后一个工作日")
        return ngettext("还有 %(days)d 个工作日", "还有 %(days)d 个工作日", self.left) % {"days": self.left}

    def sentence(self) -> str:
        """What is to be done by when, and how that stands; a notice with its number and its new limit."""
        said = self._of_limit() % {
            "limit": self.limit.isoformat(),
            "period": self.period_label,
            "how": self.headline(),
            "subject": self.subject_label,
        }
        if self.number:
            said = _("编号 %(number)s：%(said)s") % {"number": self.number, "said": said}
        if self.new_limit:
            said += _("请于 %(limit)s 前办结并答复。") % {"limit": self.new_limit}
        return said

    def _of_limit(self) -> str:
        match self.reason:
            case Reason.NEAR_DUE | Reason.OVERDUE:
                return _("办理时限为 %(limit)s，%(how)s。")
            case Reason.PERIOD_OPEN:
                return _("%(period)s进展开始报送，最迟 %(limit)s，%(how)s。")
            case Reason.REPORT_NEAR:
                return _("%(period)s进展最迟 %(limit)s 报送，%(how)s。")
            case Reason.NOT_RECEIVED:
                return _("任务单应于 %(limit)s 前签收，至今未签收，%(how)s。")
            case Reason.ANSWER_NEAR | Reason.ANSWER_LATE:
                return _("%(subject)s应于 %(limit)s 前办理，%(how)s。")
            case Reason.NAMED:
                return _("%(limit)s 的通报已印发，请阅知。")
            case _other:
                return _("%(period)s进展最迟应于 %(limit)s 报送，至今未收到，%(how)s。")

    def advice(self) -> str:
        """What the reader should do next."""
        if self.is_copy:
            return _("抄送，请知悉。")
        if self.number:
            return _("请签收本通知，抓紧办理，并由本单位审签人答复；已办好的请报送或申请办结。")
        return str(ADVICE[self.reason])


# What a reminder without a notice asks for.
ADVICE: dict[str, Any] = {
    Reason.NEAR_DUE: gettext_lazy("请按时完成并报送进展；完成后请申请办结。"),
    Reason.OVERDUE: gettext_lazy("请抓紧办理并报送最新进展；已完成的请申请办结，有困难的请与办公室联系。"),
    Reason.PERIOD_OPEN: gettext_lazy("牵头单位请准备报送，配合单位请先把配合情况报给牵头单位。"),
    Reason.REPORT_NEAR: gettext_lazy("请按时填报；没有变化的，可以选“本期无变化”。"),
    Reason.REPORT_MISSING: gettext_lazy("请尽快补报；超期报送计为迟报，锁定后不再接收。"),
    Reason.NOT_RECEIVED: gettext_lazy("请尽快签收；认为不应由本单位牵头的，请在限期内申请改派。"),
    Reason.ANSWER_NEAR: gettext_lazy("有单位在等办公室答复，请按时办理。"),
    Reason.ANSWER_LATE: gettext_lazy("办公室已超过自己的答复时限，单位的计时已停，请尽快办理。"),
    Reason.NAMED: gettext_lazy("请查看列入通报的事项和要求。"),
}


def demand_text(level: int, reason: str, *, period: str, days: int) -> str:
    """工作要求 as the system proposes it on a draft; whoever issues it may put it otherwise."""
    values = {"period": Period(code=period).label if period else "", "days": days}
    if level == Level.SUPERVISE:
        if reason == Reason.REPORT_MISSING:
            text = _("经催办，%(period)s进展仍未报送。请主要负责人督促，在本通知所列办理时限前报送，并书面说明原因。")
        else:
            text = _("经催办仍未办结。请主要负责人牵头研究，在本通知所列办理时限前办结，并书面答复办理情况和原因。")
    elif reason == Reason.REPORT_MISSING:
        text = _("请立即补报%(period)s进展，并在收到本单后 %(days)d 个工作日内答复。")
    else:
        text = _(
            "请抓紧办理，并在收到本单后 %(days)d 个工作日内答复办理情况；已完成的请申请办结，有困难的请说明原因和安排。"
        )
    return text % values
