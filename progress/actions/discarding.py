from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import require
from ledger import actions as ledger
from ledger.models import Audience
from progress.actions.rows import ReportTransitionError, check_version, lock_report
from progress.models import Evidence, Report
from progress.permissions import can_edit
from progress.states import report_state
from progress.status import ReportStatus

FIRST_VERSION = 1


@transaction.atomic
def discard_report(*, report: Report, version: int, by: User, now: datetime) -> None:
    """The draft is gone as if it had not been begun: the way back from “本期无变化”. The ledger still tells of it.

    Only as the click made it, before anybody saved, sent or attached something to it: what somebody wrote is no
    click's to take. Raises NotAllowedError, StaleVersionError, ReportTransitionError.
    """
    report = lock_report(report.pk)
    require(can_edit(by, report))
    check_version(report, version, by)
    is_untouched = report.status == ReportStatus.DRAFT and report.version == FIRST_VERSION
    if not (is_untouched and report.no_change) or Evidence.objects.filter(report=report).exists():
        raise ReportTransitionError(_("这份报送已有改动或已报出，不能整份撤销；请直接修改。"))
    before = report_state(report)
    Report.objects.filter(pk=report.pk).delete()
    ledger.append(
        kind="report", key=report.key, verb="discarded", by=by, at=now, state=None, before=before,
        audience=Audience.UNIT, agency=report.lead_code or "",
    )  # fmt: skip
