"""督办通知: from the draft that the system made to its number, its receipt and its answer."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from common.errors import DomainError, InvalidError
from common.texts import check_text
from supervision.actions.outbox import store_deliveries
from supervision.actions.rows import NoticeTransitionError, next_number, record_notice, save_notice_row, start_change
from supervision.models import Notice
from supervision.models.notice import TEXT_LENGTH
from supervision.readers import gather_clocks, plan_deliveries
from supervision.reminders import Clock
from supervision.states import draft_of_notice, notice_state
from supervision.status import NoticeTransition
from tasks.models import CalendarDay, Task, TaskQuerySet

DOCUMENT_NUMBER_LENGTH = 60
DECLINE_LENGTH = 200
_ISSUED = (
    "agency", "agency_name", "status", "issued_at", "issued_by", "demand", "document_number", "year", "serial",
    "new_limit",
)  # fmt: skip


class NoticeCauseGoneError(DomainError):
    """事由已消除."""

    code = "notice_cause_gone"


@transaction.atomic
def confirm_notice(
    *, notice: Notice, demand: str, by: User, now: datetime, document_number: str = "", version: int | None = None
) -> Notice:
    """The 催办单 is out under its number, to the unit's reporters and approvers, a copy to the director.

    Raises NotAllowedError, StaleVersionError, NoticeTransitionError, InvalidError, and NoticeCauseGoneError when the
    unit has delivered meanwhile or the office has to answer it first.
    """
    notice, change = start_change(notice, "confirm", by=by, version=version)
    return _send_out(notice, change, _texts(demand, document_number), by=by, now=now)


@transaction.atomic
def issue_notice(
    *,
    notice: Notice,
    demand: str,
    new_limit: date | None,
    by: User,
    now: datetime,
    document_number: str = "",
    version: int | None = None,
) -> Notice:
    """The 督办通知单 is out under its number with a new limit, to the unit's head, with copies to its people.

    Raises the same as `confirm_notice`; the new limit is a working day to come.
    """
    notice, change = start_change(notice, "issue", by=by, version=version)
    texts = _texts(demand, document_number)
    notice.new_limit = _checked_limit(new_limit, now=now)
    return _send_out(notice, change, texts, by=by, now=now)


@transaction.atomic
def decline_notice(*, notice: Notice, reason: str, by: User, now: datetime, version: int | None = None) -> Notice:
    """The draft will not go out, and none of its level comes again for this limit; the reason is kept.

    Raises NotAllowedError, StaleVersionError, NoticeTransitionError, InvalidError.
    """
    notice, change = start_change(notice, "decline", by=by, version=version)
    reason = check_text("reason", reason, limit=DECLINE_LENGTH)
    if not reason:
        raise InvalidError({"reason": [_("请写明不发的理由。")]})
    before = notice_state(notice)
    notice.status, notice.declined_at, notice.declined_by, notice.decline_reason = change.target, now, by, reason
    fields = ["status", "declined_at", "declined_by", "decline_reason"]
    return save_notice_row(notice, fields=fields, verb="notice_declined", before=before, by=by, now=now, reason=reason)


@transaction.atomic
def receive_notice(*, notice: Notice, by: User, now: datetime, version: int | None = None) -> Notice:
    """The unit has signed for the notice. Raises NotAllowedError, StaleVersionError, NoticeTransitionError."""
    notice, _change = start_change(notice, "receive", by=by, version=version)
    if notice.received_at:
        raise NoticeTransitionError(_("这份通知已经签收。"))
    before = notice_state(notice)
    notice.received_at, notice.received_by = now, by
    fields = ["received_at", "received_by"]
    return save_notice_row(notice, fields=fields, verb="notice_received", before=before, by=by, now=now)


@transaction.atomic
def answer_notice(*, notice: Notice, text: str, by: User, now: datetime, version: int | None = None) -> Notice:
    """The unit has answered in its own name: the ladder goes no further for this limit. Who answers has received.

    Raises NotAllowedError, StaleVersionError, NoticeTransitionError, InvalidError.
    """
    notice, change = start_change(notice, "answer", by=by, version=version)
    text = check_text("text", text, limit=TEXT_LENGTH)
    if not text:
        raise InvalidError({"text": [_("请填写办理情况和下一步安排。")]})
    before = notice_state(notice)
    if notice.received_at is None:
        notice.received_at, notice.received_by = now, by
    notice.status, notice.answer, notice.answered_at, notice.answered_by = change.target, text, now, by
    fields = ["status", "answer", "answered_at", "answered_by", "received_at", "received_by"]
    return save_notice_row(notice, fields=fields, verb="notice_answered", before=before, by=by, now=now)


# -- issuing -------------------------------------------------------------------------------------------------------


def _texts(demand: str, document_number: str) -> tuple[str, str]:
    demand = check_text("demand", demand, limit=TEXT_LENGTH)
    if not demand:
        raise InvalidError({"demand": [_("请写明工作要求。")]})
    return demand, check_text("document_number", document_number, limit=DOCUMENT_NUMBER_LENGTH)


def _checked_limit(new_limit: date | None, *, now: datetime) -> date:
    calendar = CalendarDay.objects.as_calendar()
    if new_limit is None:
        raise InvalidError({"new_limit": [_("请填写办理时限。")]})
    if new_limit <= now.date() or not calendar.is_working_day(new_limit):
        day = calendar.after(now.date(), 1).isoformat()
        raise InvalidError({"new_limit": [_("办理时限须是今天以后的工作日，最早 %(day)s。") % {"day": day}]})
    return new_limit


def _send_out(notice: Notice, change: NoticeTransition, texts: tuple[str, str], *, by: User, now: datetime) -> Notice:
    """Numbered, frozen, and in the outbox, all in the caller's transaction."""
    agency = Agency.objects.get(pk=_cause(notice, now=now).agency)
    before = draft_of_notice(notice)
    notice.agency, notice.agency_name = agency, agency.name  # the unit that leads today, and the name it bears today
    notice.status, notice.issued_at, notice.issued_by = change.target, now, by
    notice.demand, notice.document_number = texts
    notice.year, notice.serial = now.year, next_number(notice.level, now.year)
    notice.version += 1
    notice.save(update_fields=[*_ISSUED, "version"])
    _put_into_outbox(notice, now=now)
    record_notice(notice, verb="notice_issued", before=before, by=by, now=now)
    return notice


def _put_into_outbox(notice: Notice, *, now: datetime) -> None:
    """Due at once in working hours. What a sweep would store a minute later, so that nothing depends on one."""
    day_plan = plan_deliveries(gather_clocks(_task_of(notice), on=now.date()), on=now.date())
    due_at = day_plan.gathered.calendar.next_working_moment(now)
    store_deliveries(
        [each for each in day_plan.deliveries.values() if each.notice == notice.pk], now=now, due_at=due_at
    )


def _task_of(notice: Notice) -> TaskQuerySet:
    return Task.objects.current().filter(pk=notice.task_id)


def _cause(notice: Notice, *, now: datetime) -> Clock:
    """The clock that still asks for this very draft today; else NoticeCauseGoneError."""
    on = now.date()
    day_plan = plan_deliveries(gather_clocks(_task_of(notice), on=on), on=on)
    for step in day_plan.drafts:
        if step.mark and step.mark.notice == notice.pk:
            return day_plan.clocks[step.clock_key]
    raise NoticeCauseGoneError(
        _("事由已经消除，或者正在等办公室答复、单位不计时，这份通知不必再发；系统随后自动撤下。")
    )
