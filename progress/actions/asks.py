from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import User
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.texts import check_text
from progress.actions.rows import lock_report, save_report_row
from progress.models import Report
from progress.models.report import NOTES_LENGTH
from progress.permissions import can_answer
from progress.states import report_state
from progress.status import RECEIVED
from tasks.models import CalendarDay, PolicyVersion
from tasks.periods import PeriodPolicy
from tasks.policies import PolicyKind

UNIT_DAYS = 5  # working days that a unit has for its answer (ours); the office has as many as for a review


class AskNotOpenError(DomainError):
    """协调事项现在不能答复: its report is not with the office."""

    code = "ask_not_open"
    message = gettext_lazy("这份报送正在由单位修改，协调事项待再次报出后答复。")


class AskAnsweredError(DomainError):
    """协调事项已有答复; `report` carries the answer that stands."""

    code = "ask_answered"

    def __init__(self, report: Report):
        moment = localtime(report.answered_at).strftime("%Y-%m-%d %H:%M")
        super().__init__(_("这件协调事项已于 %(moment)s 答复，不能再答复一次。") % {"moment": moment})
        self.report = report


@transaction.atomic
def answer_ask(*, report: Report, text: str, by: User, now: datetime, version: int | None = None) -> Report:
    """What the report asks of the office or of a unit has its answer, once; the unit's clock runs again.

    Raises NotAllowedError, AskNotOpenError unless the report has come in, AskAnsweredError, StaleVersionError and
    InvalidError.
    """
    report = lock_report(report.pk)
    require(can_answer(by, report))
    if report.status not in RECEIVED:
        raise AskNotOpenError
    if report.answered_at is not None:
        raise AskAnsweredError(report)
    if version is not None and report.version != version:
        raise StaleVersionError(current=report)
    text = check_text("text", text, limit=NOTES_LENGTH)
    if not text:
        raise InvalidError({"text": [_("请填写答复。")]})
    before = report_state(report)
    report.answer, report.answered_at, report.answered_by = text, now, by
    fields = ["answer", "answered_at", "answered_by"]
    return save_report_row(report, fields=fields, verb="answered", before=before, by=by, now=now)


def ask_limit(report: Report, *, on: date) -> date | None:
    """By when what the report asks must be answered if it is sent on this day; what is answered keeps its limit."""
    if not report.ask:
        return None
    if report.answered_at is not None:
        return report.ask_due_on
    return CalendarDay.objects.as_calendar().after(on, _days_to_answer(report))


def _days_to_answer(report: Report) -> int:
    if report.ask_to_id is not None:
        return UNIT_DAYS
    return PolicyVersion.objects.value(PeriodPolicy, PolicyKind.PERIODS).review_days
