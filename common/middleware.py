import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError

log = logging.getLogger(__name__)


class DomainErrorMiddleware:
    """Turns a refusal that a view left uncaught into a page that says why and what to do, with the refusal's status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only refusals; anything else stays the defect that it is."""
        if not isinstance(exception, DomainError):
            return None
        log.info("%s refused: %s", request.path, exception.code)
        template = "403.html" if exception.status == 403 else "409.html"
        return render(request, template, {"error": exception}, status=exception.status)
