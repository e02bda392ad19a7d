"""意见反馈: what people say about this system, and the answer.

No events in the ledger, which is about the duties: who said and who answered what, and when, stands in the row, and
nobody changes it afterwards.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from common.texts import check_text
from supervision.models import Feedback
from supervision.permissions import can_answer_feedback, can_send_feedback

A_DAY = 10  # ours: enough for a bad day, too few to bury the others'
SAME_AGAIN = timedelta(minutes=10)
TEXT_LENGTH = 500
PAGE_LENGTH = 200


class TooMuchFeedbackError(DomainError):
    """一天反馈的条数有限."""

    code = "too_much_feedback"


class FeedbackAnsweredError(DomainError):
    """已经答复的不再答复."""

    code = "feedback_answered"


@transaction.atomic
def send_feedback(*, kind: str, text: str, page: str, by: User, now: datetime) -> Feedback:
    """The office and the administrator find it waiting; the same words sent twice by a slip of the hand stand once.

    The person's row is locked, so that two windows together do not pass the limit. Raises NotAllowedError,
    TooMuchFeedbackError, and InvalidError for an unknown kind or an empty or too long text.
    """
    require(can_send_feedback(by))
    if kind not in Feedback.Kind.values:
        raise InvalidError({"kind": [_("请选择类别。")]})
    text = check_text("text", text, limit=TEXT_LENGTH)
    if not text:
        raise InvalidError({"text": [_("请写下您的意见。")]})
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)
    own = Feedback.objects.visible_to(by).filter(user=by.pk)
    same = own.waiting().filter(kind=kind, text=text, sent_at__gte=now - SAME_AGAIN).first()
    if same:
        return same
    midnight = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if own.filter(sent_at__gte=midnight).count() >= A_DAY:
        raise TooMuchFeedbackError(_("今天已经反馈 %(most)d 条，请明天再写，或直接联系办公室。") % {"most": A_DAY})
    return Feedback.objects.create(kind=kind, text=text, page=page_of_ours(page), user=by, sent_at=localtime(now))


@transaction.atomic
def answer_feedback(*, feedback: Feedback, answer: str, by: User, now: datetime) -> Feedback:
    """Whoever said it reads the answer beside it. Raises NotAllowedError, InvalidError, FeedbackAnsweredError."""
    require(can_answer_feedback(by))
    answer = check_text("answer", answer, limit=TEXT_LENGTH)
    if not answer:
        raise InvalidError({"answer": [_("请填写答复。")]})
    locked = Feedback.objects.select_for_update(no_key=True, of=("self",)).select_related("answered_by")
    feedback = locked.get(pk=feedback.pk)
    if feedback.answered_at:
        words = {"name": feedback.answered_by, "moment": f"{localtime(feedback.answered_at):%Y-%m-%d %H:%M}"}
        raise FeedbackAnsweredError(_("%(name)s已于 %(moment)s 答复了这条意见。") % words)
    feedback.answer, feedback.answered_at, feedback.answered_by = answer, localtime(now), by
    feedback.save(update_fields=["answer", "answered_at", "answered_by"])
    return feedback


def page_of_ours(page: str) -> str:
    """The path of a page here; anything else as nothing, since others will follow it as a link."""
    is_path = page.startswith("/") and not page.startswith("//") and "\\" not in page and page.isprintable()
    return page if is_path and len(page) <= PAGE_LENGTH else ""
