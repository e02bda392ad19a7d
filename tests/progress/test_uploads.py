"""Crafted files against the checks: what people really send passes, everything else is refused in plain words."""

import contextlib
import hashlib
import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progress import uploads
from progress.uploads import KINDS, Upload, UploadError, inspect

LIMIT = 20 * 1024 * 1024
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
JPG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
JPG_SCAN = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00" + b"\x12\x34" * 50
JPG = JPG_START + JPG_SCAN + b"\xff\xd9"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200
CONTENT_TYPES = '<?xml version="1.0"?><Types><Default Extension="xml" ContentType="application/xml"/></Types>'
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def png_part(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG_START = b"\x89PNG\r\n\x1a\n" + png_part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PNG = PNG_START + png_part(b"IDAT", zlib.compress(b"\x00\x00")) + png_part(b"IEND")


def office(kind="docx", parts=None, *, without=(), method=zipfile.ZIP_DEFLATED):
    """An office file with the least that it needs, and other parts added, replaced or left out."""
    names = {"[Content_Types].xml": CONTENT_TYPES, MAIN[kind]: "<?xml version='1.0'?><document>正文</document>"}
    names.update(parts or {})
    return zipped([(name, content) for name, content in names.items() if name not in without], method)


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return packed.getvalue()


def renamed_part(old, new):
    """An office file in which a part has a name that the zip library would not write; both must be equally long."""
    assert len(old) == len(new)
    return office(parts={old: "x"}).replace(old.encode(), new)


def accept(content, name, limit=LIMIT):
    file = io.BytesIO(content)
    upload = inspect(file, name=name, size=len(content), max_bytes=limit)
    assert file.tell() == 0
    return upload


def refuse(content, name, limit=LIMIT):
    """The sentence of the refusal; the file must be back at its start."""
    file = io.BytesIO(content)
    with pytest.raises(UploadError) as refusal:
        inspect(file, name=name, size=len(content), max_bytes=limit)
    assert file.tell() == 0
    message = str(refusal.value)
    assert message.endswith("。")
    return message


# -- what people send

GOOD = {
    "扫描件.pdf": PDF,
    "大写.PDF": PDF,
    "前有杂字节.pdf": b"\xef\xbb\xbf\r\n" + PDF,
    "报告.docx": office("docx"),
    "不压缩.docx": office("docx", method=zipfile.ZIP_STORED),
    "带图表.docx": office("docx", {"word/embeddings/Microsoft_Excel_Sheet.xlsx": office("xlsx")}),
    "台账.xlsx": office("xlsx"),
    "带打印设置.xlsx": office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\x00" * 300}),
    "带矢量图.docx": office("docx", {"word/media/image1.svg": "<!DOCTYPE svg><svg/>"}),
    "数据.csv": "序号,事项\r\n1,对接\r\n".encode(),
    "带标记.csv": "序号,事项\r\n1,对接\r\n".encode("utf-8-sig"),
    "老表格.csv": "序号,事项\r\n1,对接\r\n".encode("gb18030"),
    "截图.png": PNG,
    "照片.jpg": JPG,
    "照片.JPEG": JPG,
    "实况照片.jpg": JPG + b"\x00\x00\x00\x18ftypmp42" * 100,
}


@pytest.mark.parametrize("name", GOOD)
def test_inspect_accepts_what_people_send(name):
    content = GOOD[name]
    kind = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    assert accept(content, name) == Upload(kind, len(content), hashlib.sha256(content).hexdigest())


def test_inspect_reads_a_file_from_its_start_wherever_it_stands():
    file = io.BytesIO(PDF)
    file.seek(20)
    assert inspect(file, name="a.pdf", size=len(PDF), max_bytes=LIMIT).size == len(PDF)


# -- name and size


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.doc", "a.xls", "a.docm", "a.xlsm", "a.zip", "a.svg", "a.html", "a.pdf.exe", "pdf", "a.", ".", ""],
)
def test_inspect_refuses_other_extensions(name):
    assert "只接受 PDF、Word（docx）、Excel（xlsx）、CSV、PNG、JPG 文件" in refuse(PDF, name)


@pytest.mark.parametrize("kind", KINDS)
def test_inspect_refuses_an_empty_file(kind):
    assert "文件是空的" in refuse(b"", f"a.{kind}")


def test_inspect_refuses_21_megabytes():
    content = PDF + b" " * (21 * 1024 * 1024) + b"%%EOF"
    assert "文件超过 20 MB" in refuse(content, "a.pdf")


def test_inspect_counts_the_bytes_whatever_the_sender_says():
    with pytest.raises(UploadError):
        inspect(io.BytesIO(PDF + b" " * 100 + b"%%EOF"), name="a.pdf", size=1, max_bytes=len(PDF))


def test_inspect_believes_a_sender_who_says_too_much():
    with pytest.raises(UploadError):
        inspect(io.BytesIO(PDF), name="a.pdf", size=LIMIT + 1, max_bytes=LIMIT)


def test_inspect_accepts_a_file_of_exactly_the_limit():
    assert accept(PDF, "a.pdf", limit=len(PDF)).size == len(PDF)


# -- content that is not what the name says


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "csv"])
@pytest.mark.parametrize("content", [EXE, b"<html><script>alert(1)</script></html>", "文字".encode(), b"\x00"])
def test_inspect_refuses_a_renamed_file(kind, content):
    assert "文件内容与扩展名不符" in refuse(content, f"a.{kind}")


@pytest.mark.parametrize("name", ["a.docx", "b.xlsx", "c.png", "d.jpg", "e.csv"])
def test_inspect_refuses_a_renamed_pdf(name):
    refuse(PDF + b"\x00\xff", name)


def test_inspect_tells_word_from_excel():
    assert "文件内容与扩展名不符" in refuse(office("xlsx"), "a.docx")
    assert "文件内容与扩展名不符" in refuse(office("docx"), "a.xlsx")


@pytest.mark.parametrize(
    "content", [EXE, PNG, JPG, office(), "序号,事项".encode("utf-16"), b"a,b\n\x00", b"a\xff\xff\n"]
)
def test_inspect_refuses_a_csv_that_is_no_text(content):
    assert "CSV UTF-8" in refuse(content, "a.csv")


def test_inspect_reads_a_csv_across_chunks():
    accept(("自贸试验区" * 30_000).encode(), "a.csv")
    accept(("a" + "自贸试验区" * 30_000).encode("gb18030"), "a.csv")


# -- damaged files

WHOLE = {"a.pdf": PDF, "a.docx": office(), "a.xlsx": office("xlsx"), "a.png": PNG, "a.jpg": JPG}


@pytest.mark.parametrize("name", WHOLE)
def test_inspect_refuses_a_file_cut_off(name):
    content = WHOLE[name]
    assert "不完整" in refuse(content[: len(content) * 3 // 4], name)


@pytest.mark.parametrize("left", range(0, 30, 3))
def test_inspect_refuses_a_file_cut_off_anywhere_near_its_end(left):
    for content, name in ((office(), "a.docx"), (PNG, "a.png")):
        refuse(content[: -1 - left], name)


def test_inspect_refuses_a_picture_whose_only_end_mark_is_its_thumbnails():
    thumbnail = b"\xff\xe1" + struct.pack(">H", len(JPG) + 2) + JPG
    assert "不完整" in refuse(b"\xff\xd8" + thumbnail + JPG_START[2:] + JPG_SCAN, "a.jpg")


def test_inspect_finds_an_end_mark_on_the_seam_of_two_chunks():
    start = JPG_START + JPG_SCAN
    for filler in range(65_500, 65_560):
        accept(start + b"\x12" * filler + b"\xff\xd9", "a.jpg")


def test_inspect_gives_up_on_a_picture_of_endless_parts():
    assert "不完整" in refuse(PNG_START + png_part(b"tEXt") * 60_000, "a.png")


def test_inspect_refuses_a_damaged_part():
    content = bytearray(office(parts={"word/styles.xml": "x" * 2_000}, method=zipfile.ZIP_STORED))
    content[content.index(b"xxxx")] ^= 1
    assert "不完整" in refuse(bytes(content), "a.docx")


# -- PDF


@pytest.mark.parametrize(
    "action",
    [
        b"/S /JavaScript /JS (app.alert\\(1\\))",
        b"/S/JavaScript",
        b"/S\n/J#61vaScript",
        b"/#53 /JavaScrip#74",
        b"/S /Launch /F (calc.exe)",
    ],
)
def test_inspect_refuses_a_pdf_that_runs_something(action):
    assert "带有脚本或会启动程序" in refuse(PDF.replace(b"/Root", b"/OpenAction<<" + action + b">>/Root"), "a.pdf")


def test_inspect_finds_a_script_on_the_seam_of_two_chunks():
    for filler in range(65_440, 65_540, 7):
        refuse(b"%PDF-1.4" + b" " * filler + b"/S /JavaScript" + b" " * 900 + b"%%EOF", "a.pdf")


@pytest.mark.parametrize("text", [b"(HTML/JavaScript)", b"/Subject(/Launch)", b"/StructParents 0 /Link"])
def test_inspect_accepts_a_pdf_that_only_speaks_of_it(text):
    accept(PDF.replace(b"/Root", text + b"/Root"), "a.pdf")


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


# -- anything at all


@settings(max_examples=300)
@given(st.sampled_from(KINDS), st.binary(max_size=300))
def test_inspect_answers_any_bytes(kind, content):
    try_to_accept(content, f"a.{kind}")


@settings(max_examples=500)
@given(
    st.sampled_from(sorted(GOOD)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_inspect_answers_any_damage(name, damage):
    content = bytearray(GOOD[name])
    for place, value in damage:
        content[int(place * len(content))] = value
    try_to_accept(bytes(content), name)


def try_to_accept(content, name):
    file = io.BytesIO(content)
    with contextlib.suppress(UploadError):
        inspect(file, name=name, size=len(content), max_bytes=LIMIT)
    assert file.tell() == 0
