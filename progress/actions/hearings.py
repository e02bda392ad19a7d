from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.texts import check_text
from progress.actions.closing_rows import check_version, lock_closing, record, require_change
from progress.models import Closing, Hearing
from progress.models.closing import OPINION_LENGTH
from progress.permissions import can_answer_hearing, can_edit_closing
from progress.states import closing_state
from tasks.models import CalendarDay

ANSWERS = (Hearing.Answer.AGREED, Hearing.Answer.OBJECTED)


class NobodySilentError(DomainError):
    """没有可记为未反馈的单位."""

    code = "nobody_silent"


@transaction.atomic
def hear_closing(
    *, hearing: Hearing, answer: str, by: User, now: datetime, text: str = "", version: int | None = None
) -> Hearing:
    """The unit has said what it thinks of closing the task; an answer replaces an earlier one, and silence too.

    `version` is the hearing's that was read; it also moves on when the words of the request change. Raises
    NotAllowedError, StaleVersionError, ClosingTransitionError once the request is sent, and InvalidError for an
    unknown answer or an objection without a word.
    """
    text = check_text("text", text, limit=OPINION_LENGTH)
    closing = lock_closing(hearing.closing)
    hearing = Hearing.objects.select_for_update(no_key=True, of=("self",)).get(pk=hearing.pk)
    require(can_answer_hearing(by, hearing))
    if version is not None and hearing.version != version:
        raise StaleVersionError(current=hearing)
    require_change(closing, "save")
    _check_answer(answer, text)
    before = closing_state(closing)
    _answer(hearing, answer, text=text, by=by, now=now)
    record(closing, verb="heard", before=before, by=by, now=now)
    return hearing


def _check_answer(answer: str, text: str) -> None:
    if answer not in ANSWERS:
        raise InvalidError({"answer": [_("请选择同意办结或有不同意见。")]})
    if answer == Hearing.Answer.OBJECTED and not text:
        raise InvalidError({"text": [_("有不同意见时，请写明是什么意见。")]})


@transaction.atomic
def mark_silent(*, closing: Closing, by: User, now: datetime, version: int | None = None) -> Closing:
    """Every unit whose time to answer has passed stands as silent, marked by a named person; it may still answer.

    Raises NotAllowedError, StaleVersionError, ClosingTransitionError, and NobodySilentError while all are in time.
    """
    closing = lock_closing(closing)
    require(can_edit_closing(by, closing))
    check_version(closing, version, by)
    require_change(closing, "save")
    calendar = CalendarDay.objects.as_calendar()
    waiting = closing.hearings.select_for_update(no_key=True, of=("self",)).filter(answer="").order_by("pk")
    silent = [each for each in waiting if each.limit(calendar) < now.date()]
    if not silent:
        raise NobodySilentError(_("没有已过反馈期限的单位；期限过后才能记为未反馈。"))
    before = closing_state(closing)
    for hearing in silent:
        _answer(hearing, Hearing.Answer.SILENT, text="", by=by, now=now)
    record(closing, verb="marked_silent", before=before, by=by, now=now)
    return closing


def _answer(hearing: Hearing, answer: str, *, text: str, by: User, now: datetime) -> None:
    hearing.answer, hearing.text, hearing.answered_at, hearing.answered_by = answer, text, now, by
    hearing.version += 1
    hearing.save(update_fields=["answer", "text", "answered_at", "answered_by", "version"])
