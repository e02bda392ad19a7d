from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, NotAllowedError, StaleVersionError, require
from common.texts import check_text
from ledger import actions as ledger
from ledger.actors import Actor
from ledger.models import Audience
from tasks.actions.deadlines import check_year, put_deadline
from tasks.actions.lights import refresh_light
from tasks.actions.rows import lock_task, save_task
from tasks.extensions import answer_due_on
from tasks.models import CalendarDay, DueBasis, Extension, Task
from tasks.models.extension import REASON_LENGTH
from tasks.permissions import (
    can_answer_extension,
    can_answer_until,
    can_edit_extension,
    can_send_extension,
    can_withdraw_extension,
    is_lead_staff,
)
from tasks.readers.extensions import extension_obstacle, extension_policy
from tasks.states import extension_state, task_state
from tasks.status import ENDED, OPEN_EXTENSIONS, ExtensionStatus, Status

DECISION_LENGTH = 200


class ExtensionNotNowError(DomainError):
    """这项任务现在不能申请延期, 或这份申请现在不能这样办理."""

    code = "extension_not_now"


class ExtensionExistsError(DomainError):
    """已有一份未办完的延期申请; `extension` is the one that stands."""

    code = "extension_exists"

    def __init__(self, extension: Extension):
        super().__init__(_("这项任务已有一份未办完的延期申请。"))
        self.extension = extension


@dataclass(frozen=True)
class ExtensionInput:
    """A request as it is entered."""

    wanted_date: date
    percent: int
    reason: str


@transaction.atomic
def draft_extension(
    *, task: Task, entered: ExtensionInput, by: User, now: datetime, is_demo: bool = False
) -> Extension:
    """The lead unit has a draft of a request to move the deadline, not yet seen by the office.

    Raises NotAllowedError, ExtensionNotNowError, ExtensionExistsError and InvalidError.
    """
    task = lock_task(task.pk)
    require(is_lead_staff(by, task))
    standing = Extension.objects.filter(task=task.pk, status__in=sorted(OPEN_EXTENSIONS)).first()
    if standing:
        raise ExtensionExistsError(standing)
    due = _check_asking(task, now)
    entered = _clean(entered, due)
    extension = Extension(
        task=task, due_before=due, drafted_at=now, drafted_by=by, is_demo=is_demo, **asdict(entered)
    )  # fmt: skip
    extension.save(force_insert=True)
    extension.lead_code = task.lead_code
    _record(extension, verb="extension_drafted", before=None, by=by, now=now)
    return extension


@transaction.atomic
def save_extension(
    *, extension: Extension, entered: ExtensionInput, by: User, now: datetime, version: int | None = None
) -> Extension:
    """The draft says this now; whoever changes it has written it.

    Raises NotAllowedError, StaleVersionError, ExtensionNotNowError and InvalidError.
    """
    extension = lock_extension(extension.pk)
    require(can_edit_extension(by, extension))
    _check_version(extension, version)
    _require_status(extension, ExtensionStatus.DRAFT)
    extension.due_before = _check_asking(extension.task, now)
    entered, before = _clean(entered, extension.due_before), extension_state(extension)
    for name, value in asdict(entered).items():
        setattr(extension, name, value)
    extension.drafted_at, extension.drafted_by = now, by
    fields = ["due_before", "wanted_date", "percent", "reason", "drafted_at", "drafted_by"]
    return _save(extension, fields, verb="extension_saved", before=before, by=by, now=now)


@transaction.atomic
def send_extension(*, extension: Extension, by: User, now: datetime, version: int | None = None) -> Extension:
    """The request is with the office in the unit's name; from this day on the unit's clock waits for the answer.

    Raises NotAllowedError (also for the one who wrote the draft), StaleVersionError, ExtensionNotNowError and
    InvalidError.
    """
    extension = lock_extension(extension.pk)
    _require_sender(extension, by)
    _check_version(extension, version)
    _require_status(extension, ExtensionStatus.DRAFT)
    before, today = extension_state(extension), now.date()
    extension.due_before = _check_asking(extension.task, now)
    _check_wanted("wanted_date", extension.wanted_date, extension.due_before)
    extension.status, extension.sent_at, extension.sent_by = ExtensionStatus.SENT, now, by
    extension.answer_due_on = answer_due_on(today, CalendarDay.objects.as_calendar(), extension_policy())
    _let_wait(extension.task, asked_on=today, verb="extension_sent", by=by, now=now)
    fields = ["status", "due_before", "sent_at", "sent_by", "answer_due_on"]
    return _save(extension, fields, verb="extension_sent", before=before, by=by, now=now)


@transaction.atomic
def withdraw_extension(*, extension: Extension, by: User, now: datetime, version: int | None = None) -> Extension:
    """The unit takes its request back, or drops its draft; the deadline stands.

    Raises NotAllowedError, StaleVersionError, ExtensionNotNowError.
    """
    extension = lock_extension(extension.pk)
    require(can_withdraw_extension(by, extension))
    _check_version(extension, version)
    _require_status(extension, *OPEN_EXTENSIONS)
    before = extension_state(extension)
    if extension.status == ExtensionStatus.SENT:
        _let_wait(extension.task, asked_on=None, verb="extension_withdrawn", by=by, now=now)
    extension.status = ExtensionStatus.WITHDRAWN
    return _save(extension, ["status"], verb="extension_withdrawn", before=before, by=by, now=now)


@transaction.atomic
def grant_extension(
    *,
    extension: Extension,
    granted_date: date,
    by: User,
    now: datetime,
    decision: str = "",
    version: int | None = None,
) -> Extension:
    """The task's deadline is `granted_date`, which need not be the one wanted; the original one stays beside it.

    Raises NotAllowedError (more than the short days is the director's, and nobody answers a request of their own),
    StaleVersionError, ExtensionNotNowError and InvalidError.
    """
    decision = check_text("decision", decision, limit=DECISION_LENGTH)
    extension = _lock_to_answer(extension.pk, by, version)
    task = extension.task
    _require_rank(extension, granted_date, by)
    if task.status in ENDED | {Status.STANDING}:
        raise ExtensionNotNowError(_("任务已结束或转常态化，不能再延期。"))
    _check_wanted("granted_date", granted_date, extension.due_before)
    if granted_date < now.date():
        raise InvalidError({"granted_date": [_("这一天已经过了，请同意到今天或以后的日期。")]})
    before, task_before = extension_state(extension), task_state(task)
    extension.granted_date = granted_date
    fields = put_deadline(task, granted_date)
    task.due_basis, task.due_note, task.extension_asked_on = DueBasis.OFFICE, decision, None
    fields += ["due_basis", "due_note", "extension_asked_on", *refresh_light(task, on=now.date())]
    save_task(task, fields=fields, verb="extension_granted", before=task_before, by=by, now=now, reason=decision)
    return _answer(extension, ExtensionStatus.GRANTED, decision, before=before, by=by, now=now)


@transaction.atomic
def refuse_extension(
    *, extension: Extension, reason: str, by: User, now: datetime, version: int | None = None
) -> Extension:
    """The deadline stands, and the unit is told why.

    Raises NotAllowedError, StaleVersionError, ExtensionNotNowError and InvalidError.
    """
    reason = check_text("decision", reason, limit=DECISION_LENGTH)
    extension = _lock_to_answer(extension.pk, by, version)
    _require_rank(extension, extension.wanted_date, by)
    if not reason:
        raise InvalidError({"decision": [_("请写明不同意的理由。")]})
    before = extension_state(extension)
    _let_wait(extension.task, asked_on=None, verb="extension_refused", by=by, now=now)
    return _answer(extension, ExtensionStatus.REFUSED, reason, before=before, by=by, now=now)


def lock_extension(pk: int) -> Extension:
    """The request and, before it, its task under their row locks until the transaction ends."""
    task = lock_task(Extension.objects.values_list("task", flat=True).get(pk=pk))
    extension = Extension.objects.select_for_update(no_key=True, of=("self",)).with_lead().get(pk=pk)
    extension.task = task
    return extension


def lock_waiting_extension(task: Task) -> Extension | None:
    """The request of a locked task that waits for the office's answer, under its row lock; None if there is none."""
    waiting = Extension.objects.filter(task=task.pk, status=ExtensionStatus.SENT)
    extension = waiting.select_for_update(no_key=True, of=("self",)).with_lead().first()
    if extension:
        extension.task = task
    return extension


def lapse_extension(extension: Extension, *, why: str, by: Actor, now: datetime) -> Extension:
    """A locked request ends with its task, in the transaction of that change."""
    before = extension_state(extension)
    extension.status, extension.decision = ExtensionStatus.WITHDRAWN, why
    fields = ["status", "decision"]
    return _save(extension, fields, verb="extension_lapsed", before=before, by=by, now=now, reason=why)


def _lock_to_answer(pk: int, by: User, version: int | None) -> Extension:
    extension = lock_extension(pk)
    require(can_answer_extension(by, extension))
    _check_version(extension, version)
    _require_status(extension, ExtensionStatus.SENT)
    return extension


def _answer(
    extension: Extension, status: ExtensionStatus, decision: str, *, before: dict[str, Any], by: User, now: datetime
) -> Extension:
    extension.status, extension.decision = status, decision
    extension.decided_at, extension.decided_by = now, by
    fields = ["status", "decision", "granted_date", "decided_at", "decided_by"]
    verb = "extension_granted" if status == ExtensionStatus.GRANTED else "extension_refused"
    return _save(extension, fields, verb=verb, before=before, by=by, now=now, reason=decision)


def _let_wait(task: Task, *, asked_on: date | None, verb: str, by: User, now: datetime) -> None:
    """The task's light knows that an answer is awaited, or that it no longer is."""
    before = task_state(task)
    task.extension_asked_on = asked_on
    fields = ["extension_asked_on", *refresh_light(task, on=now.date())]
    save_task(task, fields=fields, verb=verb, before=before, by=by, now=now)


def _check_version(extension: Extension, version: int | None) -> None:
    if version is not None and extension.version != version:
        raise StaleVersionError(current=extension)


def _require_status(extension: Extension, *wanted: str) -> None:
    if extension.status not in wanted:
        raise ExtensionNotNowError(
            _("这份申请现在是“%(status)s”，不能办理此事项。") % {"status": extension.get_status_display()}
        )


def _require_sender(extension: Extension, by: User) -> None:
    if can_send_extension(by, extension):
        return
    require(can_withdraw_extension(by, extension) and extension.drafted_by_id == by.pk)
    raise NotAllowedError(_("本申请由您填写，须由本单位另一位审签人审签。"))


def _require_rank(extension: Extension, until: date, by: User) -> None:
    """Raise NotAllowedError when so long an extension is not this person's to answer."""
    policy = extension_policy()
    message = _("延长超过 %(days)d 天的申请，由办公室负责人答复。") % {"days": policy.short_days}
    require(can_answer_until(by, extension, until, policy), message)


def _check_asking(task: Task, now: datetime) -> date:
    """The deadline that may be asked to move now; ExtensionNotNowError when none may."""
    obstacle = extension_obstacle(task, on=now.date())
    if obstacle or task.due_date is None:
        raise ExtensionNotNowError(obstacle)
    return task.due_date


def _clean(entered: ExtensionInput, due: date) -> ExtensionInput:
    reason = check_text("reason", entered.reason, limit=REASON_LENGTH)
    if not reason:
        raise InvalidError({"reason": [_("请写明延期理由。")]})
    if type(entered.percent) is not int or not 0 <= entered.percent <= 100:
        raise InvalidError({"percent": [_("目前进度是 0 到 100 的整数。")]})
    _check_wanted("wanted_date", entered.wanted_date, due)
    return ExtensionInput(wanted_date=entered.wanted_date, percent=entered.percent, reason=reason)


def _check_wanted(field: str, day: date, due: date) -> None:
    check_year(field, day)
    if day <= due:
        raise InvalidError({field: [_("日期须晚于现时限 %(due)s。") % {"due": due.isoformat()}]})


def _save(
    extension: Extension,
    fields: list[str],
    *,
    verb: str,
    before: dict[str, Any],
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Extension:
    extension.version += 1
    extension.save(update_fields=[*fields, "version"])
    _record(extension, verb=verb, before=before, by=by, now=now, reason=reason)
    return extension


def _audience(extension: Extension) -> Audience:
    if extension.status == ExtensionStatus.GRANTED:
        return Audience.PUBLIC
    return Audience.AGENCY if extension.sent_at else Audience.UNIT


def _record(
    extension: Extension,
    *,
    verb: str,
    before: dict[str, Any] | None,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """What was never sent is the unit's alone; one with the office for both, a granted one for all."""
    ledger.append(
        kind="extension", key=extension.key, verb=verb, by=by, at=now, state=extension_state(extension), before=before,
        reason=reason, audience=_audience(extension), agency=extension.lead_code or "",
    )  # fmt: skip
