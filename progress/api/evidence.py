"""佐证材料: attaching files, handing them out and taking them away again."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar

from django.db.models import Model
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock
from common.errors import DomainError, InvalidError
from progress.actions import add_deliverable, add_evidence, remove_evidence
from progress.api.base import ClosingsView, ReportsView
from progress.models import Evidence
from progress.readers.files import TYPES, file_rows, media_type, open_file
from progress.serializers import EvidenceSerializer, FileSerializer
from tasks.api import TasksView


class NoFormError(DomainError):
    """不是表单: a file comes as a part of multipart/form-data and in no other way."""

    code = "unsupported_media_type"
    status = 415
    message = _("上传文件只接受 multipart/form-data。")


class UploadMixin:
    """POST …/{id}/evidence/: one file, attached by one action to what `noun` names."""

    parser_classes = (MultiPartParser,)
    takes_files = True
    noun: ClassVar[str]
    attach: ClassVar[Callable[..., Evidence]]

    def check_permissions(self, request: Request) -> None:
        """What is no form is refused as soon as it is known who sends it, before anything of it is read."""
        super().check_permissions(request)
        if request.method == "POST" and not (request.content_type or "").startswith(MultiPartParser.media_type):
            raise NoFormError

    def content(self, request: Request) -> bytes:
        """The same file again, whatever mark stands between the parts this time; a big one is never held in memory."""
        told = [[name, file.name, _digest(file)] for name, file in sorted(request.FILES.items())]
        return json.dumps([told, sorted(request.POST.items())]).encode()

    def post(self, request: Request, pk: int) -> Response:
        holder: Model = self.seen(pk)
        entered = FileSerializer(data=request.data)
        entered.is_valid(raise_exception=True)
        if len(request.FILES.getlist("file")) > 1:
            raise InvalidError({"file": [gettext("一次只上传一份文件。")]})
        values = {self.noun: holder, **entered.validated_data}
        kept = type(self).attach(**values, by=request.user, now=clock.now())
        row = file_rows(Evidence.objects.visible_to(request.user).filter(pk=kept.pk))[0]
        return Response(row, status=201, headers={"Location": reverse("api:evidence", args=[kept.pk])})


def _digest(file: Any) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _documented(operation: str, summary: Any) -> Callable[..., Any]:
    described = extend_schema(
        operation_id=operation,
        summary=summary,
        description=_("以 multipart/form-data 上传，其中 file 是一份文件。报出以后不能再增减。"),
        request={"multipart/form-data": FileSerializer},
        responses={201: EvidenceSerializer},
        tags=["evidence"],
    )
    return extend_schema_view(post=described)


@_documented("reports_evidence_add", _("给报送附佐证材料"))
class ReportEvidenceView(UploadMixin, ReportsView):
    noun: ClassVar[str] = "report"
    attach = staticmethod(add_evidence)


@_documented("closings_evidence_add", _("给办结申请附成果材料"))
class ClosingEvidenceView(UploadMixin, ClosingsView):
    noun: ClassVar[str] = "closing"
    attach = staticmethod(add_deliverable)


class EvidenceView(TasksView):
    """GET and DELETE /evidence/{id}/."""

    @extend_schema(
        operation_id="evidence_read",
        summary=_("下载佐证材料"),
        description=_("原来的文件，作为附件。"),
        responses={(200, kind): OpenApiTypes.BINARY for kind in TYPES.values()},
        tags=["evidence"],
    )
    def get(self, request: Request, pk: int) -> FileResponse:
        found = self._seen(pk)
        file = open_file(found)
        response = FileResponse(file, as_attachment=True, filename=found.name, content_type=media_type(found))
        response.headers["Content-Security-Policy"] = "sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @extend_schema(operation_id="evidence_remove", summary=_("移除佐证材料"), responses={204: None}, tags=["evidence"])
    def delete(self, request: Request, pk: int) -> Response:
        remove_evidence(evidence=self._seen(pk), by=request.user, now=clock.now())
        return Response(status=204)

    def _seen(self, pk: int) -> Evidence:
        found = Evidence.objects.visible_to(self.request.user).filter(pk=pk).select_related("report", "closing").first()
        if found is None:
            raise Http404
        return found
