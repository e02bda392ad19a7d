from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from ledger import actions as ledger
from ledger.models import Audience
from progress.actions.drafting import check_not_locked
from progress.actions.rows import ReportTransitionError, lock_report
from progress.models import Evidence, Report
from progress.permissions import can_edit
from progress.status import EDITABLE
from progress.uploads import UploadError, inspect

EVIDENCE_PER_REPORT = 20


class TooMuchEvidenceError(DomainError):
    """佐证材料已满."""

    code = "too_much_evidence"


@transaction.atomic
def add_evidence(*, report: Report, file: UploadedFile, by: User, now: datetime, is_demo: bool = False) -> Evidence:
    """The file stands with the draft under a random name.

    Raises NotAllowedError, ReportTransitionError once the report is sent, PeriodLockedError, TooMuchEvidenceError, and
    InvalidError for a file that cannot be accepted or stands there already.
    """
    report = _lock_editable(report, by, now)
    if report.evidence.filter(removed_at=None).count() >= EVIDENCE_PER_REPORT:
        raise TooMuchEvidenceError(_("一份报送最多附 %(count)d 份佐证材料。") % {"count": EVIDENCE_PER_REPORT})
    name = (file.name or "").strip()[-160:]
    try:
        upload = inspect(file, name=name, size=file.size or 0, max_bytes=settings.EVIDENCE_MAX_BYTES)
    except UploadError as error:
        raise InvalidError({"file": [str(error)]}) from error
    if report.evidence.filter(removed_at=None, sha256=upload.sha256).exists():
        raise InvalidError({"file": [_("这份文件已经上传过。")]})
    evidence = Evidence(
        report=report, file=file, name=name, kind=upload.kind, size=upload.size, sha256=upload.sha256,
        uploaded_at=now, uploaded_by=by, is_demo=is_demo,
    )  # fmt: skip
    evidence.save(force_insert=True)
    _record(evidence, report, verb="evidence_added", by=by, now=now)
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, now: datetime) -> Evidence:
    """The file no longer stands with the draft; row and file stay, since the ledger speaks of them.

    Raises NotAllowedError, ReportTransitionError once the report is sent, PeriodLockedError.
    """
    report = _lock_editable(evidence.report, by, now)
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.removed_at is None:
        evidence.removed_at, evidence.removed_by = now, by
        evidence.save(update_fields=["removed_at", "removed_by"])
        _record(evidence, report, verb="evidence_removed", by=by, now=now)
    return evidence


def _lock_editable(report: Report, by: User, now: datetime) -> Report:
    report = lock_report(report.pk)
    require(can_edit(by, report))
    if report.status not in EDITABLE:
        raise ReportTransitionError(_("报出以后不能再增减佐证材料；需要时请先撤回。"))
    check_not_locked(report.period, now)
    return report


def _record(evidence: Evidence, report: Report, *, verb: str, by: User, now: datetime) -> None:
    """An event of the unit and the office: the report's own approval is what makes it public."""
    state = {"report": report.key, "name": evidence.name, "size": evidence.size, "sha256": evidence.sha256}
    ledger.append(
        kind="evidence", key=f"{report.key}/{evidence.pk}", verb=verb, by=by, at=now,
        state=None if evidence.removed_at else state, before=state if evidence.removed_at else None,
        audience=Audience.AGENCY, agency=report.lead_code or "",
    )  # fmt: skip
