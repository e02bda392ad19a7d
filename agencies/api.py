"""What the views of all rooms share about who calls: a change sent twice under one key is made once."""

import re
from contextlib import suppress
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.actions.answers import Claim, claim_key, keep_answer
from agencies.models import Answer
from common import clock
from common.api.renderers import ORJSONRenderer
from common.errors import InvalidError
from ledger.api import LedgerView

KEY = re.compile(r'"?(?P<key>[\x21\x23-\x5b\x5d-\x7e]{1,255})"?', re.ASCII)
KEPT_HEADERS = ("Location", "ETag")


class InvalidKeyError(InvalidError):
    """幂等键无效."""

    code = "invalid_idempotency_key"
    place = "header"


class AnsweredError(Exception):
    """已办过: the request was answered before; that answer is given again."""

    def __init__(self, answer: Answer):
        super().__init__(answer.key)
        self.answer = answer


class OnceView(LedgerView):
    """A view whose POSTs take an `Idempotency-Key`: the effect and the note of its answer are one transaction."""

    claim: Claim | None = None
    takes_files = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST" or "Idempotency-Key" not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        if not self.takes_files:
            with suppress(RequestDataTooBig):  # said again where it is answered
                _read_whole(request)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif self.claim:
                self._keep(response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        is_once = request.method == "POST" and "Idempotency-Key" in request.headers
        # Read before the session's check against forgery looks for a form's token in it and uses it up.
        body = request.body if is_once and not self.takes_files else b""
        super().initial(request, *args, **kwargs)
        if is_once:
            key = _read_key(request.headers["Idempotency-Key"])
            said = b"\n".join((request.method.encode(), request.path.encode(), body or self.content(request)))
            claim, answer = claim_key(user=request.user, key=key, request=said)
            if answer:
                raise AnsweredError(answer)
            self.claim = claim

    def content(self, request: Request) -> bytes:
        """What a request with files says, which is never held in memory; for views that take them."""
        return b""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AnsweredError):
            return _replay(exc.answer)
        return super().handle_exception(exc)

    def _keep(self, response: Response) -> None:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        body = ORJSONRenderer().render(response.data).decode()
        keep_answer(self.claim, status=response.status_code, headers=headers, body=body, now=clock.now())


def _read_whole(request: HttpRequest) -> bytes:
    """The body; on SQLite an open transaction is the only one that writes, so none may wait for a slow sender."""
    return request.body


def _read_key(text: str) -> str:
    """The key, with or without the quotation marks of a structured field."""
    found = KEY.fullmatch(text.strip())
    if not found:
        raise InvalidKeyError({"Idempotency-Key": [_("幂等键是 1 到 255 个可见的 ASCII 字符，如一个 UUID。")]})
    return found["key"]


def _replay(answer: Answer) -> Response:
    """The same bytes again."""
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(orjson.Fragment(answer.body), status=answer.status, headers=headers)
