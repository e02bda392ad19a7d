from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, NotAllowedError, require
from common.texts import check_text, join_clauses
from progress.actions.closing_rows import (
    ClosingNotReadyError,
    check_version,
    lock_closing,
    record,
    require_change,
    save_closing_row,
)
from progress.models import Closing, Hearing
from progress.models.closing import STATEMENT_LENGTH
from progress.permissions import can_draft_closing, can_edit_closing, can_send_closing, can_withdraw_closing
from progress.readers.closing import co_units, obstacles, task_obstacles
from progress.states import closing_state
from progress.status import ClosingStatus
from tasks.actions import lock_task, make_change
from tasks.models import Task


class ClosingExistsError(DomainError):
    """任务已有办结申请; `closing` is the one that stands."""

    code = "closing_exists"

    def __init__(self, closing: Closing):
        super().__init__(_("这项任务已有一份未办完的办结申请，请在它上面办理。"))
        self.closing = closing


@transaction.atomic
def draft_closing(*, task: Task, statement: str, by: User, now: datetime, is_demo: bool = False) -> Closing:
    """The lead unit has a draft that the task is done, and each co-responsible unit is asked what it says to it.

    A unit that agreed to the request which the office returned last need not say so twice; it may change its mind.
    Raises NotAllowedError, ClosingExistsError, ClosingNotReadyError unless the task is under way and approved at 100 %,
    and InvalidError for the statement.
    """
    task = lock_task(task.pk)
    require(can_draft_closing(by, task))
    dangling = _open_case(task)
    reasons = task_obstacles(task)
    if reasons:
        raise ClosingNotReadyError(join_clauses(reasons))
    statement = _check_statement(statement)
    decided = Closing.objects.filter(task=task, status__in=(ClosingStatus.RETURNED, ClosingStatus.ACCEPTED))
    earlier = decided.order_by("-pk").first()
    before = _end(dangling) if dangling else None
    closing = Closing(task=task, statement=statement, drafted_at=now, drafted_by=by, is_demo=is_demo)
    closing.save(force_insert=True)
    closing.lead_code = task.lead_code
    _open_hearings(closing, now=now, agreed=_agreed(earlier))
    if dangling:
        record(dangling, verb="closing_ended", before=before, by=by, now=now)
    record(closing, verb="drafted", before=None, by=by, now=now)
    return closing


def _open_case(task: Task) -> Closing | None:
    """An open request whose task went another way; raises ClosingExistsError for one that still stands."""
    found = Closing.objects.open().select_for_update(no_key=True, of=("self",)).with_lead().filter(task=task).first()
    if found is None:
        return None
    found.task = task
    if found.stands:
        raise ClosingExistsError(found)
    return found


def _end(closing: Closing) -> dict[str, Any]:
    """Close the books on a request that stands no more; the state it had."""
    before = closing_state(closing)
    closing.status = ClosingStatus.ENDED
    closing.version += 1
    closing.save(update_fields=["status", "version"])
    return before


def _agreed(earlier: Closing | None) -> list[Hearing]:
    """Who agreed to a returned request; what was said to one that was accepted ended with it (回头看重启)."""
    if earlier is None or earlier.status != ClosingStatus.RETURNED:
        return []
    return list(earlier.hearings.filter(answer=Hearing.Answer.AGREED))


def _open_hearings(closing: Closing, *, now: datetime, agreed: Iterable[Hearing] = ()) -> None:
    """Ask every co-responsible unit that has not been asked yet."""
    asked = set(closing.hearings.values_list("agency_id", flat=True))
    kept = {each.agency_id: each for each in agreed}
    Hearing.objects.bulk_create(
        _hearing(closing, unit.pk, kept.get(unit.pk), now) for unit in co_units(closing.task_id) if unit.pk not in asked
    )


def _hearing(closing: Closing, agency: str, kept: Hearing | None, now: datetime) -> Hearing:
    hearing = Hearing(closing=closing, agency_id=agency, opened_on=now.date())
    if kept:
        hearing.answer, hearing.text = kept.answer, kept.text
        hearing.answered_at, hearing.answered_by_id = kept.answered_at, kept.answered_by_id
    return hearing


def _check_statement(statement: str) -> str:
    statement = check_text("statement", statement, limit=STATEMENT_LENGTH)
    if not statement:
        raise InvalidError({"statement": [_("请写明做了什么、取得什么结果。")]})
    return statement


@transaction.atomic
def save_closing(*, closing: Closing, statement: str, version: int, by: User, now: datetime) -> Closing:
    """The draft says this now, and units that joined the task since are asked too. `version` is the one that was read.

    Answers that stand are kept; one that is being given to the old words is refused as stale. Raises NotAllowedError,
    StaleVersionError, ClosingTransitionError, InvalidError.
    """
    closing = lock_closing(closing)
    require(can_edit_closing(by, closing))
    check_version(closing, version, by)
    require_change(closing, "save")
    statement = _check_statement(statement)
    before = closing_state(closing)
    if statement != closing.statement:
        closing.statement, closing.drafted_at, closing.drafted_by = statement, now, by
        closing.hearings.update(version=F("version") + 1)
    _open_hearings(closing, now=now)
    fields = ["statement", "drafted_at", "drafted_by"]
    return save_closing_row(closing, fields=fields, verb="saved", before=before, by=by, now=now)


@transaction.atomic
def send_closing(*, closing: Closing, by: User, now: datetime, version: int | None = None) -> Closing:
    """The request is with the office in the unit's name, the task waits for its check; today is the day it was asked.

    Raises NotAllowedError (also for the one who wrote the draft), StaleVersionError, ClosingTransitionError, and
    ClosingNotReadyError with everything that still stands in the way.
    """
    closing = lock_closing(closing)
    _require_sender(closing, by)
    check_version(closing, version, by)
    change = require_change(closing, "send")
    reasons = obstacles(closing, on=now.date())
    if reasons:
        raise ClosingNotReadyError(join_clauses(reasons))
    before = closing_state(closing)
    make_change(task=closing.task, verb=change.task_verb, by=by, now=now)
    closing.status, closing.sent_at, closing.sent_by = change.target, now, by
    fields = ["status", "sent_at", "sent_by"]
    return save_closing_row(closing, fields=fields, verb="closing_sent", before=before, by=by, now=now)


def _require_sender(closing: Closing, by: User) -> None:
    if can_send_closing(by, closing):
        return
    require(can_withdraw_closing(by, closing))
    raise NotAllowedError(_("本稿由您填写，须由本单位另一位审签人审签。"))


@transaction.atomic
def withdraw_closing(*, closing: Closing, by: User, now: datetime, version: int | None = None) -> Closing:
    """The unit has its request back as a draft and the task is under way again, before the office has checked it.

    Raises NotAllowedError, StaleVersionError, ClosingTransitionError.
    """
    closing = lock_closing(closing)
    require(can_withdraw_closing(by, closing))
    check_version(closing, version, by)
    change = require_change(closing, "withdraw")
    before = closing_state(closing)
    make_change(task=closing.task, verb=change.task_verb, by=by, now=now)
    closing.status, closing.sent_at, closing.sent_by = change.target, None, None
    fields = ["status", "sent_at", "sent_by"]
    return save_closing_row(closing, fields=fields, verb="withdrawn", before=before, by=by, now=now)
