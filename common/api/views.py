"""What every view of the API shares: JSON in and out, scopes of tokens, ETags before the data is read."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import SAFE_METHODS, make_digest, mark_answer, require_modified
from common.api.deprecation import Deprecation
from common.api.errors import TooManyRequestsError
from common.api.limits import Budget, count_request
from common.api.operations import PlainSchema
from common.api.parameters import Parameters
from common.api.parsers import ORJSONParser
from common.texts import join_words


class JSONAlways(BaseContentNegotiation):
    """There is one format, whatever Accept says, so that a browser shows the data too."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None) -> Any:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class HasScope(BasePermission):
    """令牌权限: a token needs one of the scopes that the view names for this method; a session needs none."""

    def has_permission(self, request: Request, view: Any) -> bool:
        given = token_scopes(request)
        wanted = view.wanted_scopes(request)
        if given is None or not set(given).isdisjoint(wanted):
            return True
        raise PermissionDenied(_("令牌没有这项权限，需要：%(scopes)s。") % {"scopes": join_words(wanted)})


def token_scopes(request: Request) -> Sequence[str] | None:
    """What the request's token lets through; None for a person's session."""
    scopes: Sequence[str] | None = getattr(request.auth, "scopes", None)
    return scopes


class ApiView(APIView):
    """A view of the API. Reading is answered with an ETag, or with 304 before any data is read.

    `read_scopes` and `write_scopes` are what a token must have one of. `known_parameters` are the query parameters for
    reading; changes take none. A view that has some reads them from `self.read` and calls its `check`, so that all that
    is wrong with a request is said at once. `deprecation` announces that the address will go.
    """

    content_negotiation_class = JSONAlways
    parser_classes = (ORJSONParser,)
    permission_classes = (IsAuthenticated, HasScope)
    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    schema = PlainSchema()
    read_scopes: ClassVar[tuple[str, ...]] = ()
    write_scopes: ClassVar[tuple[str, ...]] = ()
    known_parameters: ClassVar[tuple[str, ...]] = ()
    deprecation: ClassVar[Deprecation | None] = None
    budget: Budget | None = None
    digest = ""
    named = ""  # one object's name and version (`conditional.object_name`), set once it has been read or changed

    def wanted_scopes(self, request: Request) -> tuple[str, ...]:
        return self.read_scopes if request.method in SAFE_METHODS else self.write_scopes

    def data_version(self) -> str:
        """Changes whenever any data changes; the room that knows says how."""
        raise NotImplementedError

    def describe_error(self, error: Exception) -> dict[str, Any]:
        """Members that a refusal of this view carries beside the usual ones."""
        return {}

    def perform_authentication(self, request: Request) -> None:
        """Who is known is counted, whatever becomes of the request. Raises TooManyRequestsError."""
        super().perform_authentication(request)
        if request.user.is_authenticated:
            self.budget = count_request(request)
            if self.budget.is_exceeded:
                raise TooManyRequestsError(wait=self.budget.reset)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            self.http_method_not_allowed(request)
        is_reading = request.method in SAFE_METHODS
        self.read = Parameters(request.query_params, known=self.known_parameters if is_reading else ())
        if not (is_reading and self.known_parameters):
            self.read.check()
        if is_reading:
            self.digest = make_digest(request, data=self.data_version(), visibility=visibility(request))
            require_modified(request, self.digest)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        tag = ".".join(filter(None, (self.named, self.digest)))
        mark_answer(response, f'"{tag}"' if tag and response.status_code < 300 else None)
        for told in (self.budget, self.deprecation):
            if told:
                told.mark(response)
        return response


def visibility(request: Request) -> str:
    """What decides which rows a caller sees; two callers with the same see the same."""
    user: Any = request.user
    scopes = token_scopes(request)
    parts = (user.role, user.agency_id or "", "session" if scopes is None else ",".join(sorted(scopes)))
    return "|".join(parts)
