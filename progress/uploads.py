"""What an uploaded file must be before it is kept: extension, size, content; office files are looked into, not parsed.

Each refusal says what is wrong and what to do. Only the standard library reads the file, in chunks. This is no virus
scanner: what passes is still handed out as a download alone, never shown inside a page.
"""

import codecs
import hashlib
import os
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

KINDS = ("pdf", "docx", "xlsx", "csv", "png", "jpg")
_KIND_OF_EXTENSION = {**{kind: kind for kind in KINDS}, "jpeg": "jpg"}
_CHUNK = 64 * 1024
_MEGABYTE = 1024 * 1024


class UploadError(Exception):
    """The file cannot be accepted; the message says why and what would be."""


@dataclass(frozen=True)
class Upload:
    """An accepted file: its kind, its size in bytes and its SHA-256."""

    kind: str
    size: int
    sha256: str


def inspect(file: BinaryIO, *, name: str, size: int, max_bytes: int) -> Upload:
    """Raise UploadError unless the file is what its name says and small enough; leaves the file at its start.

    `size` is what the sender says: it can only refuse the file sooner; the bytes are counted.
    """
    kind = _kind_of(name)
    try:
        upload = Upload(kind, *_measure(file, claimed=size, max_bytes=max_bytes))
        _CHECKS[kind](file, upload.size)
    finally:
        file.seek(0)
    return upload


def _kind_of(name: str) -> str:
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in _KIND_OF_EXTENSION:
        raise UploadError(
            _("只接受 PDF、Word（docx）、Excel（xlsx）、CSV、PNG、JPG 文件。请另存为其中一种格式后再上传。")
        )
    return _KIND_OF_EXTENSION[extension]


def _measure(file: BinaryIO, *, claimed: int, max_bytes: int) -> tuple[int, str]:
    """Bytes and SHA-256, counted while reading, at most one chunk beyond the limit."""
    _check_size(claimed, max_bytes)
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    for chunk in _chunks(file):
        size += len(chunk)
        _check_size(size, max_bytes)
        digest.update(chunk)
    if not size:
        raise UploadError(_("文件是空的。请检查是否选对了文件。"))
    return size, digest.hexdigest()


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        limit = {"limit": max_bytes // _MEGABYTE}
        raise UploadError(_("文件超过 %(limit)d MB。请缩小图片或拆成几份后再上传。") % limit)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of the file, a little at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


def _windows(chunks: Iterable[bytes], overlap: int) -> Iterator[bytes]:
    """Each chunk with the end of those before, so that nothing is missed on a seam."""
    tail = b""
    for chunk in chunks:
        window = tail + chunk
        yield window
        tail = window[-overlap:]


def _wrong_content() -> UploadError:
    return UploadError(_("文件内容与扩展名不符，可能只改了文件名。请用原来的软件另存为所需格式后再上传。"))


def _incomplete() -> UploadError:
    return UploadError(_("文件不完整或已损坏，无法打开。请重新保存或重新导出后再上传。"))


# -- PDF ---------------------------------------------------------------------------------------------------------

# A header may follow some other bytes, the end mark precede some: ISO 32000, implementation notes.
_PDF_EDGE = 1024


def _pdf_name(name: str) -> str:
    """A pattern for a PDF name, whose letters may each be written as #xx."""
    return "/" + "".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name)


# An action that runs a script or starts a program. Evidence must show everybody the same, and paper runs nothing.
_PDF_ACTION = re.compile(
    (_pdf_name("S") + r"\s{0,64}(?:" + _pdf_name("JavaScript") + "|" + _pdf_name("Launch") + ")").encode()
)


def _check_pdf(file: BinaryIO, size: int) -> None:
    """Head and end mark, and no script or program start in the clear; packed ones are left to the reader's sandbox."""
    file.seek(0)
    if b"%PDF-" not in file.read(_PDF_EDGE):
        raise _wrong_content()
    file.seek(max(0, size - _PDF_EDGE))
    if b"%%EOF" not in file.read():
        raise _incomplete()
    file.seek(0)
    if any(_PDF_ACTION.search(window) for window in _windows(_chunks(file), 256)):
        raise UploadError(_("这份 PDF 带有脚本或会启动程序，不能作为佐证材料。请重新打印（导出）为 PDF 后再上传。"))


# -- pictures ----------------------------------------------------------------------------------------------------

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_JPG_HEAD = b"\xff\xd8\xff"
_JPG_SCAN = 0xDA
_JPG_END = b"\xff\xd9"
_PICTURE_PARTS = 50_000


def _check_png(file: BinaryIO, size: int) -> None:
    """Follows the parts from IHDR to IEND; what a program hung on behind it does no harm in a download."""
    file.seek(0)
    head = file.read(16)
    if head[:8] != _PNG_HEAD or head[12:] != b"IHDR":
        raise _wrong_content()
    file.seek(len(_PNG_HEAD))
    for _part in range(_PICTURE_PARTS):
        length, name = struct.unpack(">I4s", file.read(8).ljust(8, b"\0"))
        end = file.seek(length + 4, os.SEEK_CUR)
        if end > size:
            break
        if name == b"IEND":
            return
    raise _incomplete()


def _check_jpg(file: BinaryIO, size: int) -> None:
    """Follows the segments to the scan and finds its end; a thumbnail's end mark lies before and does not count."""
    file.seek(0)
    if file.read(3) != _JPG_HEAD:
        raise _wrong_content()
    file.seek(2)
    for _part in range(_PICTURE_PARTS):
        start, marker, length = struct.unpack(">BBH", file.read(4).ljust(4, b"\0"))
        if start != 0xFF or length < 2:
            break
        file.seek(length - 2, os.SEEK_CUR)
        if marker == _JPG_SCAN:
            if any(_JPG_END in window for window in _windows(_chunks(file), 1)):
                return
            break
    raise _incomplete()


# -- CSV ---------------------------------------------------------------------------------------------------------


def _check_csv(file: BinaryIO, _size: int) -> None:
    if not any(_is_text(file, encoding) for encoding in ("utf-8-sig", "gb18030")):
        raise UploadError(_("CSV 文件不是可以识别的文字。请在 Excel 中另存为“CSV UTF-8”后再上传。"))


def _is_text(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
            if b"\0" in chunk:
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


# -- Word and Excel ----------------------------------------------------------------------------------------------

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * _MEGABYTE
MAX_RATIO = 100
_MAX_DIRECTORY = _MEGABYTE
_CONTENT_TYPES = "[content_types].xml"
_ZIP_HEAD = b"PK\x03\x04"
_OLE_HEAD = b"\xd0\xcf\x11\xe0"
_ZIP_END = struct.Struct("<4s4H2LH")
_ZIP64_LOCATOR = b"PK\x06\x07"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".wdp", ".ttf", ".odttf")
_MACRO_PART = re.compile(r"(?:^|/)(?:vba[^/]*\.(?:bin|xml)|macrosheets/)")
# The data behind a chart is an .xlsx of its own, which Word keeps there; anything else is an object that can run.
_EMBEDDED_PART = re.compile(r"(?:^|/)(?:activex/|oleobject[^/]*$|embeddings/(?!.*\.xlsx$).)")


def _in_each_encoding(*words: str) -> tuple[bytes, ...]:
    """The words as XML parts can hold them: UTF-8 or UTF-16."""
    return tuple(word.encode(codec) for word in words for codec in ("ascii", "utf-16-le", "utf-16-be"))


_ENTITY_MARKS = _in_each_encoding("<!doctype", "<!entity")
_MACRO_MARKS = _in_each_encoding("macroenabled", "vbaproject", "macrosheet")


def _resave() -> UploadError:
    return UploadError(_("文件的内部结构不合规范。请用 Office 或 WPS 打开并另存一次，再上传。"))


def _too_large_inside() -> UploadError:
    return UploadError(_("文件解开后过大，不能接收。请只保留需要的内容，另存后再上传。"))


def _has_macros() -> UploadError:
    return UploadError(_("文件带有宏，不能接收。请另存为不带宏的 docx 或 xlsx 后再上传。"))


def _check_office(file: BinaryIO, size: int, *, main: str) -> None:
    """Directory first, then every part by a bounded read that stops where the directory's promise ends."""
    _check_head(file)
    _check_directory_end(file, size)
    entries = _directory(file)
    for entry in entries:
        _check_entry(entry)
    _check_amount(entries, size)
    _check_parts([entry.filename.lower() for entry in entries], main)
    for entry in entries:
        _check_part(file, entry)


def _check_head(file: BinaryIO) -> None:
    file.seek(0)
    head = file.read(4)
    if head == _OLE_HEAD:
        raise UploadError(_("文件设有打开密码，或是旧格式（doc、xls）。请取消密码，另存为 docx 或 xlsx 后再上传。"))
    if head != _ZIP_HEAD:
        raise _wrong_content()


def _check_directory_end(file: BinaryIO, size: int) -> None:
    """The end record tells how large the directory is, before anything reads it; office files need no ZIP64."""
    file.seek(max(0, size - _ZIP_END.size - 20))
    locator, end = file.read(20), file.read()
    if len(end) != _ZIP_END.size:
        raise _incomplete()
    mark, _disk, _first, _here, count, length, _offset, comment = _ZIP_END.unpack(end)
    if mark != b"PK\x05\x06" or comment:
        raise _incomplete()
    if count > MAX_ENTRIES or length > _MAX_DIRECTORY:
        raise _too_large_inside()
    if locator.startswith(_ZIP64_LOCATOR):
        raise _resave()


def _directory(file: BinaryIO) -> list[ZipInfo]:
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
        raise _incomplete() from error
    if len(entries) > MAX_ENTRIES:
        raise _too_large_inside()
    return entries


def _check_entry(entry: ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise UploadError(_("文件内容已加密，无法查看。请取消密码后再上传。"))
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or not _is_plain(entry.orig_filename):
        raise _resave()


def _is_plain(name: str) -> bool:
    """A relative path that stays inside its folder."""
    if not name or name.startswith("/") or re.search(r"[\\:\0]", name):
        return False
    return ".." not in name.split("/")


def _check_amount(entries: list[ZipInfo], size: int) -> None:
    """Unpacked size against the limit and against the file itself: overlapping entries cannot make it look better."""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > size * MAX_RATIO:
        raise _too_large_inside()


def _check_parts(names: list[str], main: str) -> None:
    if any(_MACRO_PART.search(name) for name in names):
        raise _has_macros()
    if any(_EMBEDDED_PART.search(name) for name in names):
        raise UploadError(_("文件中嵌入了其他对象或控件，不能接收。请去掉后另存，嵌入的文件可以单独上传。"))
    if not {_CONTENT_TYPES, main} <= set(names):
        raise _wrong_content()
    if len(set(names)) < len(names):
        raise _resave()


def _check_part(file: BinaryIO, entry: ZipInfo) -> None:
    name = entry.filename.lower()
    marks = () if name.endswith(_MEDIA) else _ENTITY_MARKS
    for window in _windows(_unpacked(file, entry), 64):
        text = window.lower()
        if any(mark in text for mark in marks):
            raise UploadError(
                _("文件中有文档类型声明（DOCTYPE），存在安全风险，不能接收。请用 Office 或 WPS 另存一次，再上传。")
            )
        if name == _CONTENT_TYPES and any(mark in text for mark in _MACRO_MARKS):
            raise _has_macros()


def _unpacked(file: BinaryIO, entry: ZipInfo) -> Iterator[bytes]:
    """The part's bytes, held to the size and the sum that the directory promises."""
    size = check = 0
    try:
        for chunk in _inflated(file, entry):
            size += len(chunk)
            if size > entry.file_size:
                raise _too_large_inside()
            check = zlib.crc32(chunk, check)
            yield chunk
    except (zlib.error, struct.error, ValueError, OSError) as error:
        raise _incomplete() from error
    if (size, check) != (entry.file_size, entry.CRC):
        raise _incomplete()


def _inflated(file: BinaryIO, entry: ZipInfo) -> Iterator[bytes]:
    """Never more than one chunk at a time, however much a chunk of packed bytes would become."""
    packed = _packed(file, entry)
    if entry.compress_type == ZIP_STORED:
        yield from packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for data in packed:
        rest = data
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
    yield inflater.flush()


def _packed(file: BinaryIO, entry: ZipInfo) -> Iterator[bytes]:
    """The part as it lies in the file, behind its own header."""
    file.seek(entry.header_offset)
    mark, _needs, flags, method, *_rest, name_length, extra_length = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if mark != _ZIP_HEAD or method != entry.compress_type or flags & _ENCRYPTED:
        raise _incomplete()
    file.seek(name_length + extra_length, os.SEEK_CUR)
    left = entry.compress_size
    while left and (chunk := file.read(min(left, _CHUNK))):
        left -= len(chunk)
        yield chunk


_CHECKS: dict[str, Callable[[BinaryIO, int], None]] = {
    "pdf": _check_pdf,
    "docx": partial(_check_office, main="word/document.xml"),
    "xlsx": partial(_check_office, main="xl/workbook.xml"),
    "csv": _check_csv,
    "png": _check_png,
    "jpg": _check_jpg,
}
