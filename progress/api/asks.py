"""需协调事项: what a report asks, and the answer."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.objects import VerbMixin, documented_verb
from progress.actions import answer_ask
from progress.models import Ask
from progress.models.ask import AskQuerySet
from progress.readers.told import told_asks
from progress.serializers import AskAnswerSerializer, AskSerializer
from tasks.api import TasksView


@documented_verb("reports_answer", _("答复需协调事项"), AskAnswerSerializer, AskSerializer, tag="reports")
class AnswerView(VerbMixin, TasksView):
    """GET and POST /reports/{id}/answer/: whoever is asked sees this much of a report and no more."""

    kind: ClassVar[str] = "r"
    noun: ClassVar[str] = "report"
    act = staticmethod(answer_ask)
    input_serializer = AskAnswerSerializer

    def visible(self) -> AskQuerySet:
        return Ask.objects.visible_to(self.request.user)

    def rows(self, objects: Any) -> list[dict[str, Any]]:
        return told_asks(objects)

    @extend_schema(
        operation_id="reports_ask_read",
        summary=_("需协调事项及其答复"),
        description=_("能看到这份报送的人，以及被请求协调的单位；没有需协调事项的报送应答 404。"),
        responses=AskSerializer,
        tags=["reports"],
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(pk)
