"""The application as a WSGI server runs it, in this process."""

import traceback
from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any

from django.core.signals import got_request_exception
from schemathesis.transport.wsgi import WSGI_TRANSPORT, multipart_serializer

from gxftz.wsgi import application
from tests.connections import one_connection
from tests.fuzz.known import FILE_NAME


@WSGI_TRANSPORT.serializer("multipart/form-data")
def name_files(context: Any, value: Any) -> dict[str, Any]:
    """Files have a name by which their kind is known, which no schema can ask for."""
    sent = multipart_serializer(context, value)
    if isinstance(sent["data"], dict):
        for part in (part for parts in sent["data"].values() for part in parts if hasattr(part, "filename")):
            part.filename = FILE_NAME
    return sent


class Application:
    """The site as a WSGI server runs it; the answer is read to its end, so that nothing stays open."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with one_connection():
            answer = application(environ, start_response)
            try:
                return [b"".join(answer)]
            finally:
                answer.close()


@contextmanager
def watched():
    """Collects what went wrong inside: an answer of 500 says nothing."""
    found: list[str] = []

    def note(**_context: Any) -> None:
        found.append(traceback.format_exc())

    got_request_exception.connect(note)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note)
