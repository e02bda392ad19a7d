"""Word and Excel files: what they may not hold, and how much."""

import hashlib
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from progress import uploads
from tests.progress.upload_cases import (
    CONTENT_TYPES,
    PDF,
    accept,
    office,
    refuse,
    renamed_part,
)

# -- Word and Excel: what they may not hold

MACROS = {
    "宏": {"word/vbaProject.bin": b"x"},
    "宏数据": {"word/vbaData.xml": "<x/>"},
    "换大小写的宏": {"word/VBAPROJECT.BIN": b"x"},
    "宏表": {"xl/macrosheets/sheet1.xml": "<x/>"},
    "启用宏的类型": {"[Content_Types].xml": CONTENT_TYPES.replace("application/xml", "x.macroEnabled.main+xml")},
    "另名的宏": {
        "[Content_Types].xml": CONTENT_TYPES.replace("application/xml", "application/vnd.ms-office.vbaProject")
    },
    "双字节的类型": {"[Content_Types].xml": CONTENT_TYPES.replace("application/xml", "macroEnabled").encode("utf-16")},
}


@pytest.mark.parametrize("case", MACROS)
def test_inspect_refuses_macros(case):
    assert "带有宏" in refuse(office(parts=MACROS[case]), "a.docx")


@pytest.mark.parametrize(
    "part",
    [
        "word/embeddings/oleObject1.bin",
        "word/embeddings/setup.exe",
        "word/embeddings/other.docx",
        "xl/embeddings/book.xlsm",
        "word/activeX/activeX1.xml",
        "word/activeX/activeX1.bin",
        "word/oleObject2.bin",
    ],
)
def test_inspect_refuses_embedded_objects(part):
    assert "嵌入了其他对象" in refuse(office(parts={part: b"x"}), "a.docx")


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]><x>&b;</x>'


@pytest.mark.parametrize(
    "part", ["word/document.xml", "_rels/.rels", "docProps/app.xml", "customXml/item1", "word/x.bin"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_inspect_refuses_declared_entities(part, encoding):
    assert "DOCTYPE" in refuse(office(parts={part: ENTITIES.encode(encoding)}), "a.docx")


def test_inspect_finds_a_declaration_on_the_seam_of_two_chunks():
    for filler in range(65_520, 65_540):
        refuse(office(parts={"word/a.xml": b"<" * filler + b"!DOCTYPE x>"}, method=zipfile.ZIP_STORED), "a.docx")


@pytest.mark.parametrize(
    "name",
    [
        b"../../evil.xml",
        b"/etc/evil1.xml",
        b"C:/wind/ev.xml",
        b"word\\evil1.xml",
        b"word/../ev.xml",
        b"word/evil\x00.xml",
    ],
)
def test_inspect_refuses_names_that_leave_the_folder(name):
    assert "另存一次" in refuse(renamed_part("word/abcd12.xml"[: len(name) - 4] + ".xml", name), "a.docx")


def test_inspect_refuses_two_parts_of_one_name():
    content = office(parts={"word/documenX.xml": ENTITIES.replace("<!", "<?")}).replace(b"documenX", b"document")
    assert "另存一次" in refuse(content, "a.docx")


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "word/document.xml"])
def test_inspect_refuses_a_plain_zip(missing):
    assert "文件内容与扩展名不符" in refuse(office(without=[missing]), "a.docx")


def test_inspect_refuses_a_locked_office_file():
    assert "打开密码" in refuse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.docx")


@pytest.mark.parametrize(("mark", "offset"), [(b"PK\x01\x02", 8), (b"PK\x03\x04", 6)])
def test_inspect_refuses_an_encrypted_part(mark, offset):
    content = bytearray(office())
    content[content.rindex(mark) + offset] |= 1
    refuse(bytes(content), "a.docx")


def test_inspect_refuses_unusual_packing():
    assert "另存一次" in refuse(office(method=zipfile.ZIP_LZMA), "a.docx")
    assert "另存一次" in refuse(office(method=zipfile.ZIP_BZIP2), "a.docx")


# -- Word and Excel: how much they may hold


def test_inspect_refuses_a_zip_bomb_by_its_ratio():
    assert "解开后过大" in refuse(office(parts={"word/media/image1.png": b"\x00" * 30_000_000}), "a.docx")


def test_inspect_refuses_a_zip_bomb_by_its_size(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UNPACKED", 1_000_000)
    monkeypatch.setattr(uploads, "MAX_RATIO", 10_000)
    assert "解开后过大" in refuse(office(parts={"word/media/image1.png": b"\x00" * 1_000_001}), "a.docx")


def test_inspect_counts_an_overlapping_part_once_for_each_of_its_names():
    """Many names for one packed part: small in the file, huge unpacked; the sums of packed sizes would not show it."""
    content = office(parts={"word/a.bin": b"a" * 50_000})
    directory = content.index(b"PK\x01\x02")
    entry = content[content.rindex(b"PK\x01\x02") : content.rindex(b"PK\x05\x06")]
    count, end = 1_500, content[content.rindex(b"PK\x05\x06") :]
    copies = b"".join(entry.replace(b"a.bin", b"%05x" % number) for number in range(count))
    records = content[directory : content.rindex(b"PK\x05\x06")] + copies
    end = end[:8] + struct.pack("<HHL", count + 3, count + 3, len(records)) + end[16:]
    assert "解开后过大" in refuse(content[:directory] + records + end, "a.docx")


def test_inspect_refuses_a_part_that_is_longer_than_its_directory_says():
    content = bytearray(office(parts={"word/a.xml": b"x" * 50_000}))
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<L", 100)
    content[entry + 16 : entry + 20] = struct.pack("<L", zlib.crc32(b"x" * 100))
    assert "解开后过大" in refuse(bytes(content), "a.docx")


def test_inspect_refuses_too_many_parts():
    parts = {f"word/p{number}.xml": "<x/>" for number in range(2_001)}
    assert "解开后过大" in refuse(office(parts=parts), "a.docx")


def test_inspect_refuses_a_huge_directory_before_reading_it():
    content = office()
    end = content.rindex(b"PK\x05\x06")
    size = struct.pack("<L", 2_000_000)
    assert "解开后过大" in refuse(content[: end + 12] + size + content[end + 16 :], "a.docx")


def test_inspect_refuses_a_second_directory_end():
    content = office()
    end = content.rindex(b"PK\x05\x06")
    assert "另存一次" in refuse(content[:end] + b"PK\x06\x07" + b"\x00" * 16 + content[end:], "a.docx")


def test_inspect_keeps_memory_bounded():
    """A file of 20 MB, and one that unpacks to 100 times its size, pass through a few chunks."""
    noise = hashlib.shake_128(b"seed").digest(1_000_000)
    files = {
        "a.docx": office(parts={"word/media/image1.png": noise + b"\x00" * 60_000_000}),
        "b.pdf": PDF + noise * 18 + b"%%EOF",
    }
    for name, content in files.items():
        tracemalloc.start()
        accept(content, name)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 3_000_000
