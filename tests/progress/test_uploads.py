"""Crafted files against the checks: what people really send passes, everything else is refused in plain words."""

import contextlib
import hashlib
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progress.uploads import KINDS, Upload, UploadError, inspect
from tests.progress.upload_cases import (
    EXE,
    JPG,
    JPG_SCAN,
    JPG_START,
    LIMIT,
    PDF,
    PNG,
    PNG_START,
    accept,
    office,
    png_part,
    refuse,
)

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
