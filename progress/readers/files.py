"""佐证材料: the files that stand with a report or a closing request, and what is in them."""

from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from progress.models import Evidence

Row = dict[str, Any]

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_FIELDS = ("name", "kind", "size", "uploaded_at")


def files_of(holder: str, keys: Iterable[int]) -> dict[int, list[Row]]:
    """The files that stand with each of these reports ("report") or closing requests ("closing") (one query)."""
    files: dict[int, list[Row]] = {key: [] for key in keys}
    kept = Evidence.objects.filter(**{f"{holder}__in": list(files)}, removed_at=None)
    for row in kept.order_by("uploaded_at", "pk").values("pk", holder, *_FIELDS):
        files[row.pop(holder)].append({"id": row.pop("pk"), **row})
    return files


def file_rows(evidence: QuerySet[Evidence]) -> list[Row]:
    """Files of an already scoped queryset (one query)."""
    return [{"id": row.pop("pk"), **row} for row in evidence.values("pk", *_FIELDS)]


class EvidenceGoneError(DomainError):
    """文件不在了: the row stands, the file is not in the store."""

    code = "evidence_gone"
    status = 410
    message = _("这份佐证材料的文件已不在存储中。请联系管理员从备份恢复，或请填报单位重新上传。")


def open_file(evidence: Evidence) -> "File[bytes]":
    """What is in a file that this caller may see; EvidenceGoneError when the store has lost it."""
    try:
        opened: File[bytes] = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise EvidenceGoneError from error
    return opened


def media_type(evidence: Evidence) -> str:
    """What a browser is told that the file is."""
    return TYPES[evidence.kind]
