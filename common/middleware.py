import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.shortcuts import render

from common.errors import DomainError

log = logging.getLogger(__name__)


SAFE_METHODS = frozenset({"GET", "HEAD"})


class SlashMiddleware(CommonMiddleware):
    """Leads whoever reads an address without its final slash to the one with it.

    A change is not led there: clients follow with GET, are given a list, and take it for success.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in SAFE_METHODS and super().should_redirect_with_slash(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks for a log-in on every page unless it says otherwise, and keeps signed-in pages out of the browser's store.

    After signing in one comes back to a page; an address that only takes forms is none, so to the form's own page.
    """

    def __call__(self, request: HttpRequest) -> Any:
        response: Any = super().__call__(request)
        if request.session.accessed and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"  # on a shared machine Back must not show the last page
        return response

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(
            view_func, "login_required", True
        ):  # before asking who it is: a probe must not need the database
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_own_page(request))


def _own_page(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; the first page if it came from elsewhere or nowhere."""
    try:
        came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    is_ours = came_from.netloc == request.get_host()
    return came_from._replace(scheme="", netloc="").geturl() if is_ours else "/"


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
