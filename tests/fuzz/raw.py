"""Requests byte by byte, as no well-meaning client writes them: straight to WSGI, where nothing tidies them up."""

from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.fuzz.known import FILE, FILE_NAME, Known


@dataclass(frozen=True)
class Raw:
    """A request. `headers` are by their WSGI names; a value of None leaves the usual one out."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str | None] = field(default_factory=dict)

    def but(self, **changes: Any) -> "Raw":
        return replace(self, **changes)

    def with_headers(self, **headers: str | None) -> "Raw":
        return replace(self, headers={**self.headers, **headers})

    def environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        environ |= self.headers
        return {name: value for name, value in environ.items() if value is not None}


def known_request(label: str, known: Known, headers: dict[str, str], cookies: dict[str, str]) -> Raw:
    """A request that would succeed."""
    method, path = label.split(" ")
    for name, value in known.path.items():
        path = path.replace(f"{{{name}}}", quote_from_bytes(str(value).encode()))
    wsgi = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
    if cookies:
        wsgi["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    if known.version is not None and method != "GET":
        wsgi["HTTP_IF_MATCH"] = f'"{known.version}"'
    if known.media_type.startswith("multipart"):
        file = SimpleUploadedFile(FILE_NAME, FILE, content_type="text/csv")
        wsgi["CONTENT_TYPE"] = MULTIPART_CONTENT
        return Raw(method, path, urlencode(known.query), encode_multipart(BOUNDARY, {"file": file}), wsgi)
    body = b"" if known.body is None else orjson.dumps(known.body)
    return Raw(method, path, urlencode(known.query), body, wsgi)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def send(app: Any, request: Raw) -> Answer:
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        started[:] = [int(status[:3]), {name.lower(): value for name, value in headers}]

    body = b"".join(app(request.environ(), start_response))
    return Answer(*started, body)
