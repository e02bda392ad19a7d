"""Views of objects that have versions: what is seen, which version a change was made from, how it stands then.

The pieces ask two hooks of their view: which rows this caller may see, and how a row is told.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.api.conditional import object_name, read_if_match
from common.api.serializers import InputSerializer, RowSerializer
from common.errors import StaleVersionError

Row = dict[str, Any]

IF_MATCH = OpenApiParameter(
    "If-Match",
    location=OpenApiParameter.HEADER,
    required=True,
    description=_("修改所依据的版本：取数时收到的 ETag，或正文中的 version，如 \"3\"。"),
)  # fmt: skip


class ObjectsMixin:
    """One kind of object. Its ETag begins with `kind`, id and version (r12-v3), which is what `If-Match` takes."""

    kind: ClassVar[str]
    named: str
    given_version: int | None = None

    def visible(self) -> QuerySet[Any]:
        """Those that this caller may see."""
        raise NotImplementedError

    def rows(self, objects: QuerySet[Any]) -> list[Row]:
        """How they are told."""
        raise NotImplementedError

    def seen(self, pk: int) -> Any:
        """One of them; Http404 when it is not there to see."""
        found = self.visible().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def row(self, pk: int) -> Row:
        rows = self.rows(self.visible().filter(pk=pk))
        if not rows:
            raise Http404
        return rows[0]

    def read_version(self, request: Request, pk: int) -> int:
        """The version a change was made from; PreconditionRequiredError when it says none."""
        self.given_version = read_if_match(request, kind=self.kind, key=pk)
        return self.given_version

    def answer(self, pk: int, *, status: int = 200) -> Response:
        """The object as it stands, with the ETag for the next change."""
        row = self.row(pk)
        self.named = object_name(self.kind, pk, row["version"])
        return Response(row, status=status)

    def describe_error(self, error: Exception) -> Row:
        """Both versions when somebody else saved first."""
        if not isinstance(error, StaleVersionError):
            return {}
        current = self.rows(self.visible().filter(pk=error.current.pk)) if error.current else []
        # It may have gone out of sight meanwhile.
        return {"given_version": self.given_version, "current": next(iter(current), None)}


class VerbMixin(ObjectsMixin):
    """POST /<objects>/{id}/<verb>/: the input, one action, the object as it stands then.

    `act` takes the object by the name `noun`, `version`, `by`, `now` and what `input_serializer` lets through.
    """

    noun: ClassVar[str]
    act: ClassVar[Callable[..., Model]]
    input_serializer: ClassVar[type[InputSerializer]]

    def post(self, request: Request, pk: int) -> Response:
        target = self.seen(pk)
        version = self.read_version(request, pk)
        entered = self.input_serializer(data=request.data)
        entered.is_valid(raise_exception=True)
        values: Row = {**entered.validated_data, self.noun: target}
        type(self).act(version=version, by=request.user, now=clock.now(), **values)
        return self.answer(pk)


def documented_verb(
    operation: str,
    summary: Any,
    serializer: type[InputSerializer],
    answer: type[RowSerializer],
    *,
    tag: str,
) -> Callable[..., Any]:
    """The description of a verb's only method."""
    described = extend_schema(
        operation_id=operation, summary=summary, parameters=[IF_MATCH], request=serializer, responses=answer, tags=[tag]
    )
    return extend_schema_view(post=described)
