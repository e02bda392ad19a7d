"""What can be wrong with a request that no document speaks of."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from tests.fuzz.raw import Raw

LONG = "长" * 30_000
STRANGE_TEXTS = (
    "\\u0000", "\\ud800", "\\udfff\\ud800", "\\u202e", "a\\r\\nb", "%00", "'; --", "${7*7}", "<script>", "\\ufeff",
    LONG,
)  # fmt: skip  # as they stand in JSON
STRANGE_VALUES = (
    "null", "[]", "{}", "true", "-0", "1e400", "1.5", "NaN", "Infinity", "9" * 400, "-1", '""', '"\\ud800"', '[[[]]]',
)  # fmt: skip  # JSON, or nearly
BODIES = {
    "not UTF-8": b'{"progress": "\xff\xfe"}',
    "overlong UTF-8": b'{"progress": "\xc0\x80"}',
    "a surrogate in UTF-8": b'{"progress": "\xed\xa0\x80"}',
    "a NUL": b"\x00",
    "UTF-16": '{"percent": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "deep lists": b"[" * 100_000,
    "deep lists, closed": b"[" * 900 + b"]" * 900,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a key twice": b'{"percent": 1, "percent": 2}',
    "a key that is no name": b'{"\\u0000": 1, "": 2, "__proto__": 3}',
    "a lone surrogate as a key": b'{"\\ud800": 1}',
    "many keys": orjson.dumps({f"k{number}": number for number in range(20_000)}),
    "a number without end": b'{"percent": ' + b"9" * 100_000 + b"}",
    "something after it": b"{} {}",
    "half of it": b'{"percent": 1',
    "nothing but spaces": b" \n\t",
    "three megabytes": b'{"progress": "' + b"a" * 3_000_000 + b'"}',
    "a list": b"[1, 2]",
    "a text": b'"text"',
    "null": b"null",
    "zero": b"0",
}
# No NUL in a charset: servers refuse such a field, and Django falls over it before anything of ours is asked.
CHARSETS = ("gbk", "utf-16", "hex", "idna", "undefined", "\x01")
CONTENT_TYPES = (
    None, "", "text/plain", "application/json;;;", "APPLICATION/JSON", "application/merge-patch+json",
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xff",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "\x00", "/", "a" * 20_000,
    *(f"application/json; charset={charset}" for charset in CHARSETS),
)  # fmt: skip
LENGTHS = ("", "abc", "-1", "0", "99999999", "1e3", "9" * 18, "9" * 50)
TAGS = (
    "",
    "*",
    '"',
    '""',
    'W/"',
    '"-1"',
    '"１"',
    '"1", "2"',
    '"r1-v1.x"',
    '"r0-v0"',
    '"99999999999"',
    "\x00",
    '"\xff"',
    '"' * 9_000,
)
HEADERS: dict[str, tuple[str, ...]] = {
    "HTTP_IF_MATCH": TAGS,
    "HTTP_IF_NONE_MATCH": TAGS,
    "HTTP_IDEMPOTENCY_KEY": ("", " ", '"', '""', "a b", "\x00", "\xff", "a\r\nb", "a" * 70_000),
    "HTTP_AUTHORIZATION": (
        "", " ", "Bearer", "Bearer ", "Bearer a b", "Bearer \x00", "Bearer \xff", "bearer x", "Basic !!!", "Token x",
        f"Bearer gxftz_{'a' * 100_000}", "Bearer gxftz_\r\nX: y",
    ),
    "HTTP_ACCEPT_LANGUAGE": ("\x00", "*", "en;q=x", "zh;q=1e9", "../../x", "x-" * 9_000, "\xff", ",,,;;;"),
    "HTTP_ACCEPT": ("", "\x00", "text/html", "*/*;q=x", "a" * 9_000),
    "HTTP_ACCEPT_ENCODING": ("gzip;q=0", "\x00", "gzip" * 9_000),
    "HTTP_X_REQUEST_ID": ("a\r\nX-Evil: 1", "\x00", "\xff" * 20, "a" * 90_000, " "),
    "HTTP_COOKIE": ("", "gxftz_session=\x00", "gxftz_session=" + "a" * 9_000, ";" * 9_000, "\xff=\xff"),
    "HTTP_HOST": ("evil.example", "a b", "[::1", "localhost:99999", "\x00", "", "localhost\r\nX: y"),
    "HTTP_X_FORWARDED_FOR": ("\x00", "1.2.3.4, x", "a" * 9_000),
    "HTTP_X_CSRFTOKEN": ("", "\x00", "a" * 9_000),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",),
    "HTTP_RANGE": ("bytes=0-1", "bytes=-", "x"),
    "HTTP_CONTENT_ENCODING": ("gzip", "br"),
    "HTTP_TRANSFER_ENCODING": ("chunked", "x"),
    "HTTP_EXPECT": ("100-continue", "x"),
    "HTTP_REFERER": ("\x00", "http://[", "a" * 9_000),
    "HTTP_ORIGIN": ("null", "http://[", "\x00"),
}  # fmt: skip
STRANGE_QUERIES = (
    "%", "%00", "%0d%0aX-Evil:1", "%ff", "%ed%a0%80", "=", "&" * 5_000, "a=1&" * 3_000, "?" * 9_000,
    "q=" + "a" * 100_000, "q=%00", "\xff", "[]=1", "a" * 50_000,
)  # fmt: skip
STRANGE_PARAMETERS = (
    "", " ", "\x00", "a\r\nb", "\ufffd", "'", "%", "\\", "_", "１", "-1", "0", "9" * 30, "1e9", "NaN", ",", ",,1",
    "1,1",
    "null", "0000-00-00", "9999-99-99", "+2026-01-01", "2026-W01-1", "长" * 5_000, "1," * 3_000,
)  # fmt: skip
STRANGE_PIECES = (
    "0",
    "-1",
    "9" * 30,
    "%EF%BC%91",
    "%00",
    "%0d%0a",
    "%ff",
    "%2e%2e",
    "1%2f",
    "1;x",
    "",
    "%20",
    "x" * 9_000,
)
METHODS = ("get", "GETT", "OPTIONS", "TRACE", "CONNECT", "QUERY", "PROPFIND", "\x00", "HEAD")


def garbage(good: Raw, operation: dict[str, Any]) -> Iterator[tuple[str, Raw]]:
    """Each with its name; all but one thing of it is right."""
    yield from _strange_ways(good)
    yield from _strange_queries(good, operation)
    yield from _strange_headers(good)
    if good.method != "GET":
        yield from _strange_bodies(good)


def _strange_ways(good: Raw) -> Iterator[tuple[str, Raw]]:
    for method in METHODS:
        yield f"method {method!r}", good.but(method=method)
    pieces = good.path.split("/")
    for place, piece in enumerate(pieces):
        for strange in STRANGE_PIECES if piece.isdigit() else ("%00", "%ff"):
            yield (
                f"path {place} {strange[:20]}",
                good.but(path="/".join([*pieces[:place], strange, *pieces[place + 1 :]])),
            )
    yield "no slash at the end", good.but(path=good.path.rstrip("/"))
    yield "something at the end", good.but(path=f"{good.path}%00")


def _strange_queries(good: Raw, operation: dict[str, Any]) -> Iterator[tuple[str, Raw]]:
    for strange in STRANGE_QUERIES:
        yield f"query {strange[:20]}", good.but(query=strange)
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            name = parameter["name"]
            for strange in STRANGE_PARAMETERS:
                query = f"{name}={quote(strange)}"
                yield (
                    f"{name}={strange[:20]!r}",
                    good.but(query=f"{good.query}&{query}" if name not in good.query else query),
                )
            yield f"{name} twice", good.but(query=f"{name}=1&{name}=2")
            yield f"{name} in bytes that are no UTF-8", good.but(query=f"{name}=%ff%fe")


def _strange_headers(good: Raw) -> Iterator[tuple[str, Raw]]:
    for name, values in HEADERS.items():
        for value in values:
            yield f"{name} {value[:20]!r}", good.with_headers(**{name: value})
    for value in CONTENT_TYPES:
        strange = good.with_headers(CONTENT_TYPE=value)
        yield f"type {value and value[:40]!r}", strange
        yield f"type {value and value[:40]!r}, with a query", strange.but(query="q=%E5%B9%B3%E5%8F%B0")
        yield f"type {value and value[:40]!r}, under a key", strange.with_headers(HTTP_IDEMPOTENCY_KEY="k")
    for value in LENGTHS:
        yield f"length {value!r}", good.with_headers(CONTENT_LENGTH=value)
    yield "no length", good.with_headers(CONTENT_LENGTH=None, HTTP_TRANSFER_ENCODING="chunked")


def _strange_bodies(good: Raw) -> Iterator[tuple[str, Raw]]:
    keyed = good.with_headers(HTTP_IDEMPOTENCY_KEY="k")
    for name, body in BODIES.items():
        yield name, good.but(body=body)
        yield f"{name}, under a key", keyed.but(body=body)
    fields = orjson.loads(good.body) if good.body[:1] == b"{" else {}
    for field in fields:
        for text in (*STRANGE_VALUES, *(f'"{text}"' for text in STRANGE_TEXTS)):
            others = {name: value for name, value in fields.items() if name != field}
            start = orjson.dumps(others)[:-1] + (b"," if others else b"")
            yield f"{field}: {text[:20]}", good.but(body=start + f'"{field}": {text}}}'.encode())
