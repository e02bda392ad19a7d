"""Files for the tests of the uploads, and the two questions asked of each: accepted, or refused with what words?"""

import io
import struct
import zipfile
import zlib

import pytest

from progress.uploads import UploadError, inspect

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
