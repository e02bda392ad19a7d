from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from common.errors import DomainError, InvalidError, require
from ledger import actions as ledger
from ledger.models import Audience
from progress.actions.closing_rows import ClosingTransitionError, lock_closing
from progress.actions.drafting import check_still_accepted
from progress.actions.rows import ReportTransitionError, lock_report
from progress.models import Closing, Evidence, Report
from progress.permissions import can_edit, can_edit_closing
from progress.status import EDITABLE, ClosingStatus
from progress.uploads import Upload, UploadError, inspect

EVIDENCE_PER_REPORT = 20
NAME_LENGTH = 160

Holder = Report | Closing  # what a file stands with


class TooMuchEvidenceError(DomainError):
    """佐证材料已满."""

    code = "too_much_evidence"


def add_evidence(*, report: Report, file: UploadedFile, by: User, now: datetime, is_demo: bool = False) -> Evidence:
    """The file stands with the draft under a random name.

    The file is examined before any row is locked: reading 20 MB must not keep others waiting.
    Raises NotAllowedError, ReportTransitionError once the report is sent, PeriodLockedError, TooMuchEvidenceError, and
    InvalidError for a file that cannot be accepted or stands there already.
    """
    _check_editable(Report.objects.with_lead().select_related("period").get(pk=report.pk), by, now)
    return _add(report, file, by=by, now=now, is_demo=is_demo)


def add_deliverable(
    *, closing: Closing, file: UploadedFile, by: User, now: datetime, is_demo: bool = False
) -> Evidence:
    """The file stands with the draft of a closing request, under the same conditions as with a report.

    Raises NotAllowedError, ClosingTransitionError once the request is sent, TooMuchEvidenceError, and InvalidError.
    """
    _check_editable(Closing.objects.with_lead().select_related("task").get(pk=closing.pk), by, now)
    return _add(closing, file, by=by, now=now, is_demo=is_demo)


def _add(holder: Holder, file: UploadedFile, *, by: User, now: datetime, is_demo: bool) -> Evidence:
    name = _printable(file.name or "")
    upload = _inspect(file, name)
    evidence = Evidence(
        file=file, name=name, kind=upload.kind, size=upload.size, sha256=upload.sha256,
        uploaded_at=now, uploaded_by=by, is_demo=is_demo,
    )  # fmt: skip
    with transaction.atomic():
        locked = _lock_editable(holder, by, now)
        if isinstance(locked, Closing):
            evidence.closing = locked
        else:
            evidence.report = locked
        _check_room(evidence, locked)
        with _file_only_with_row(evidence):
            evidence.save(force_insert=True)
            _record(evidence, locked, verb="evidence_added", by=by, now=now)
    return evidence


def _printable(name: str) -> str:
    """The name without characters that hide or turn round the rest of it; its end, the extension, is kept."""
    return "".join(each if each.isprintable() else " " for each in name).strip()[-NAME_LENGTH:]


def _inspect(file: UploadedFile, name: str) -> Upload:
    try:
        return inspect(cast(BinaryIO, file), name=name, size=file.size or 0, max_bytes=settings.EVIDENCE_MAX_BYTES)
    except UploadError as error:
        raise InvalidError({"file": [str(error)]}) from error


def _check_room(evidence: Evidence, holder: Holder) -> None:
    standing = holder.evidence.filter(removed_at=None)
    if standing.filter(sha256=evidence.sha256).exists():
        raise InvalidError({"file": [_("这份文件已经上传过。")]})
    if standing.count() >= EVIDENCE_PER_REPORT:
        words = {"count": EVIDENCE_PER_REPORT}
        if isinstance(holder, Closing):
            raise TooMuchEvidenceError(_("一份办结申请最多附 %(count)d 份材料。") % words)
        raise TooMuchEvidenceError(_("一份报送最多附 %(count)d 份佐证材料。") % words)


@contextmanager
def _file_only_with_row(evidence: Evidence) -> Iterator[None]:
    """Takes the stored file away again if its row does not come to stand.

    Inside the transaction on purpose: when the commit itself breaks off, nobody knows whether the row stands, and a
    file too many does no harm, while a row without its file would.
    """
    try:
        yield
    except BaseException:
        evidence.file.delete(save=False)
        raise


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, now: datetime) -> Evidence:
    """The file no longer stands with the draft; row and file stay, since the ledger speaks of them.

    Raises NotAllowedError, PeriodLockedError, and ReportTransitionError or ClosingTransitionError once it is sent.
    """
    holder = _lock_editable(cast(Holder, evidence.closing or evidence.report), by, now)
    evidence = Evidence.objects.select_for_update(no_key=True, of=("self",)).get(pk=evidence.pk)
    if evidence.removed_at is None:
        evidence.removed_at, evidence.removed_by = now, by
        evidence.save(update_fields=["removed_at", "removed_by"])
        _record(evidence, holder, verb="evidence_removed", by=by, now=now)
    return evidence


def _lock_editable(holder: Holder, by: User, now: datetime) -> Holder:
    locked = lock_closing(holder) if isinstance(holder, Closing) else lock_report(holder.pk)
    _check_editable(locked, by, now)
    return locked


def _check_editable(holder: Holder, by: User, now: datetime) -> None:
    if isinstance(holder, Closing):
        require(can_edit_closing(by, holder))
        if holder.state != ClosingStatus.DRAFT:
            raise ClosingTransitionError(_("报出以后不能再增减材料；需要时请先撤回。"))
        return
    require(can_edit(by, holder))
    if holder.status not in EDITABLE:
        raise ReportTransitionError(_("报出以后不能再增减佐证材料；需要时请先撤回。"))
    check_still_accepted(holder, now)


def _record(evidence: Evidence, holder: Holder, *, verb: str, by: User, now: datetime) -> None:
    """An event of the unit alone: the holder's own event, once it is sent, tells the office and later everyone."""
    kind = "closing" if isinstance(holder, Closing) else "report"
    state = {kind: holder.key, "name": evidence.name, "size": evidence.size, "sha256": evidence.sha256}
    ledger.append(
        kind="evidence", key=f"{holder.key}/{evidence.pk}", verb=verb, by=by, at=now,
        state=None if evidence.removed_at else state, before=state if evidence.removed_at else None,
        audience=Audience.UNIT, agency=holder.lead_code or "",
    )  # fmt: skip
