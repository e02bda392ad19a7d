from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, StaleVersionError, require
from common.texts import check_text
from ledger import actions as ledger
from ledger.models import Audience
from progress.actions.content import check_owed
from progress.actions.drafting import check_reporting, check_time
from progress.models import Contribution, Period, Report
from progress.models.contribution import CONTRIBUTION_LENGTH, NO_CHANGE_RUNNING, may_say_no_change
from progress.models.period import earlier_than
from progress.permissions import can_contribute
from progress.states import contribution_state
from progress.status import RECEIVED
from tasks.actions import lock_task
from tasks.models import Task

FULL = 100


class ContributionClosedError(DomainError):
    """牵头单位已报出: the lead's report of the period has gone to the office with what the units had given."""

    code = "contribution_closed"


class ContributionExistsError(DomainError):
    """本单位本期已反馈; `contribution` is what stands."""

    code = "contribution_exists"

    def __init__(self, contribution: Contribution):
        super().__init__(_("本单位的同事已反馈过本期配合情况，请在它上面修改。"))
        self.contribution = contribution


@transaction.atomic
def give_contribution(
    *,
    task: Task,
    period: Period,
    by: User,
    now: datetime,
    text: str = "",
    no_change: bool = False,
    percent: int | None = None,
    version: int | None = None,
    is_demo: bool = False,
) -> Contribution:
    """The person's unit has given its part for this task and period to the lead unit, or has changed what it gave.

    `version` is the one that was read, None for the first time. With `no_change` the text is empty and the percent
    stays as last given. Until the lead's report is sent it can be changed; when the report comes back, again.
    Raises NotAllowedError, TaskNotReportingError, PeriodNotBegunError, PeriodLockedError, ContributionClosedError,
    ContributionExistsError, ReportNotOwedError, StaleVersionError, InvalidError.
    """
    task = lock_task(task.pk)
    require(can_contribute(by, task))
    check_open(task, period, now)
    stands = _lock_contribution(task, period, by)
    _check_version(stands, version)
    before = contribution_state(stands) if stands else None
    given = stands or Contribution(
        task=task, period=period, agency=by.agency, received_on=now.date(), version=0, is_demo=is_demo
    )
    for name, value in _values(given, text, no_change=no_change, percent=percent).items():
        setattr(given, name, value)
    given.given_at, given.given_by, given.version = now, by, given.version + 1
    given.save()
    verb = "contribution_changed" if stands else "contributed"
    ledger.append(
        kind="contribution", key=given.key, verb=verb, by=by, at=now, state=contribution_state(given), before=before,
        audience=Audience.AGENCY, agency=given.agency_id,
    )  # fmt: skip
    return given


def check_open(task: Task, period: Period, now: datetime) -> None:
    """Raise unless a unit may give or change its part now; the task must be locked when it is about to."""
    report = Report.objects.filter(task=task, period=period).first()
    if report and report.status in RECEIVED:
        moment = localtime(report.submitted_at).strftime("%Y-%m-%d %H:%M")
        words = _("牵头单位已于 %(moment)s 报出%(period)s报送，配合情况不能再改。更正请联系牵头单位，报送退回后可改。")
        raise ContributionClosedError(words % {"moment": moment, "period": period.label})
    if report and report.received_on:  # sent in once and back again: corrected after the lock too, as the report is
        check_reporting(task)
        return
    check_time(task, period, now)
    if report is None:
        check_owed(task, period)


def _lock_contribution(task: Task, period: Period, by: User) -> Contribution | None:
    rows = Contribution.objects.select_for_update(no_key=True, of=("self",)).select_related("task__plan", "period")
    return rows.filter(task=task, period=period, agency=by.agency_id).first()


def _check_version(stands: Contribution | None, version: int | None) -> None:
    if stands is None or stands.version == version:
        return
    if version is None:
        raise ContributionExistsError(stands)
    raise StaleVersionError(current=stands)


def _values(given: Contribution, text: str, *, no_change: bool, percent: int | None) -> dict[str, Any]:
    """What is stored of what was entered, or InvalidError with every broken rule at its field."""
    if no_change:
        return {"text": "", "no_change": True, "percent": _unchanged_percent(given)}
    text = check_text("text", text, limit=CONTRIBUTION_LENGTH)
    errors = {} if text else {"text": [_("请填写配合情况，或选“本期无变化”。")]}
    if percent is not None and (type(percent) is not int or not 0 <= percent <= FULL):
        errors["percent"] = [_("本单位部分进度是 0 到 100 的整数，也可以不填。")]
    if errors:
        raise InvalidError(errors)
    return {"text": text, "no_change": False, "percent": percent}


def _unchanged_percent(given: Contribution) -> int | None:
    """The percent last given; InvalidError for a first contribution, and for a third period running without change."""
    own = Contribution.objects.filter(task=given.task, agency=given.agency)
    earlier = own.filter(earlier_than(given.period.code, through="period__"))
    newest_first = earlier.order_by("-period__ends_on", "period__starts_on")
    running = list(newest_first.values("no_change", "percent")[:NO_CHANGE_RUNNING])
    if may_say_no_change([each["no_change"] for each in running]):
        return running[0]["percent"]
    third, first = _("“本期无变化”最多连续两期，请填写配合情况。"), _("首次反馈不能选“本期无变化”，请填写配合情况。")
    raise InvalidError({"no_change": [third if running else first]})
