"""What belongs to one request: its id, in the answer's header, every log line and every ledger event; and, while a
request only reads, what it has read already and every part of the page asks for again."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

REQUEST_ID_HEADER = "X-Request-ID"
# Long enough for a UUID or a trace id; nothing that could forge a line of the log.
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)

READING = {"GET", "HEAD", "OPTIONS"}

T = TypeVar("T")

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept", default=None)


def current_request_id() -> str:
    """The id of the request being answered; empty outside one."""
    return _request_id.get()


def kept(name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once in a request that only reads; anew each time in one that writes and outside of any.

    For rules that the whole page is judged by: the calendar, the office's settings.
    """
    store = _kept.get()
    if store is None:
        return make()
    if name not in store:
        store[name] = make()
    return store[name]


def next_page(request: HttpRequest, default: str) -> str:
    """Where a form wants its person to be afterwards (`next`), if that is a page of ours; else the default."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else default


class RequestIdMiddleware:
    """Takes the caller's X-Request-ID if it is sane, else makes one, and sends it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = offered if SANE_REQUEST_ID.fullmatch(offered) else uuid4().hex
        token, store = _request_id.set(request_id), _kept.set({} if request.method in READING else None)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
            _kept.reset(store)
        response.headers[REQUEST_ID_HEADER] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Gives each log record the id of its request, or "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        return True
