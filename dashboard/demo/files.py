"""Small evidence files, made on the spot; each says in itself that it is demonstration data."""

import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

from tasks.models import Task

NOTICE = "演示数据，不是真实材料"
# DEMO in dots, a row of the picture each.
LETTERS = (
    "####. ##### #...# .###.",
    "#...# #.... ##.## #...#",
    "#...# ####. #.#.# #...#",
    "#...# #.... #...# #...#",
    "####. ##### #...# .###.",
)
DOT = 6
INK, PAPER = b"\x8f\x1d\x1d", b"\xff\xff\xff"


def evidence_file(kind: str, task: Task, period: str) -> SimpleUploadedFile:
    """A file of this kind about one task and period."""
    maker = {"pdf": _pdf, "csv": _csv, "png": _png}[kind]
    name = {"pdf": "工作进展说明", "csv": "事项清单", "png": "现场截图"}[kind]
    return SimpleUploadedFile(f"{name}-{task.number:02d}-{period}（演示数据）.{kind}", maker(task, period))


def _csv(task: Task, period: str) -> bytes:
    rows = ["序号,任务,报送期,说明", f"1,{task.title},{period},{NOTICE}"]
    return "\r\n".join([*rows, ""]).encode("utf-8-sig")


def _pdf(task: Task, period: str) -> bytes:
    """One page in a standard Chinese font that readers bring along, so that none is shipped."""
    lines = [NOTICE, f"任务{task.number} {task.title}", f"报送期 {period}"]
    shown = " 0 -32 Td ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
    page = f"BT /F1 18 Tf 72 760 Td {shown} ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
        ),
        (
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
            b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
        ),
    ]
    return _pdf_body(objects)


def _pdf_body(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, table, trailer)


def _png(task: Task, period: str) -> bytes:
    """A picture that says DEMO, each task's a little higher than the last, so that no two are the same file."""
    rows = [row.replace(" ", ".") for row in LETTERS]
    width, margin = (len(rows[0]) + 4) * DOT, DOT * 2
    lines = [PAPER * width] * (margin + task.number)
    for row in rows:
        dots = b"".join((INK if dot == "#" else PAPER) * DOT for dot in row)
        lines += [PAPER * margin + dots + PAPER * margin] * DOT
    lines += [PAPER * width] * margin
    head = struct.pack(">IIBBBBB", width, len(lines), 8, 2, 0, 0, 0)
    note = b"Comment\0\0\0\0\0" + f"{NOTICE} {task.number} {period}".encode()
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    parts = [(b"IHDR", head), (b"iTXt", note), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_part(*part) for part in parts)


def _png_part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
