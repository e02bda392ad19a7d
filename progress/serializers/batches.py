"""Many reports in one request. An item is judged by itself, so the request is only held to its own shape."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from common.api.serializers import InputSerializer, RowSerializer, Text, Whole
from progress.serializers.reports import ReportContentSerializer, ReportSerializer

MOST_ITEMS = 100
BIGGEST = 2**31 - 1
VERSION = {"min_value": 1, "max_value": BIGGEST}


class BatchItemSerializer(ReportContentSerializer):
    """One report of a batch."""

    task = Whole(min_value=1, max_value=BIGGEST, help_text=_("任务序号。"))
    period = Text(max_length=8, help_text=_("报送期，如 2026Q4。"))
    version = Whole(required=False, **VERSION, help_text=_("给出时修改这一版草稿；不给时起草。"))


class SubmittedItemSerializer(InputSerializer):
    """One report of a batch that is sent to the office."""

    report = Whole(min_value=1, max_value=BIGGEST, help_text=_("进展报送的编号。"))
    version = Whole(**VERSION, help_text=_("报出所依据的版本。"))


class BatchSerializer(InputSerializer):
    """The request as it is documented; `ItemsSerializer` is how it is read."""

    items = serializers.ListField(child=BatchItemSerializer(), min_length=1, max_length=MOST_ITEMS)


class SubmittedBatchSerializer(InputSerializer):
    items = serializers.ListField(child=SubmittedItemSerializer(), min_length=1, max_length=MOST_ITEMS)


class _Items(serializers.ListField):
    """Too many are refused before any is looked at: a million would keep a process busy for seconds."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > MOST_ITEMS:
            self.fail("max_length", max_length=MOST_ITEMS)
        items: list[Any] = super().to_internal_value(data)
        return items


class ItemsSerializer(InputSerializer):
    """The items as they came, whatever they are."""

    items = _Items(child=serializers.JSONField(allow_null=True), min_length=1, max_length=MOST_ITEMS)


FaultSerializer = inline_serializer(  # `in` is no name that a class could hold
    "Fault",
    {
        "pointer": serializers.CharField(help_text=_("从请求内容起，如 /items/3/percent。")),
        "in": serializers.ChoiceField(choices=["body", "query", "header"]),
        "code": serializers.CharField(),
        "detail": serializers.CharField(),
    },
    many=True,
)


class ItemProblemSerializer(RowSerializer):
    """The same members as application/problem+json."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    errors = FaultSerializer
    given_version = serializers.IntegerField(required=False, help_text=_("版本已变时：修改所依据的版本。"))
    current = ReportSerializer(required=False, allow_null=True, help_text=_("版本已变时：现在的内容。"))
    report = serializers.IntegerField(required=False, help_text=_("本期已有报送时：它的编号。"))


class BatchResultSerializer(RowSerializer):
    index = serializers.IntegerField(help_text=_("请求中的第几项，从 0 起。"))
    status = serializers.IntegerField(help_text=_("单独办理这一项时的状态码。"))
    report = ReportSerializer(allow_null=True, help_text=_("办成后的报送；没有办成时为 null。"))
    problem = ItemProblemSerializer(allow_null=True, help_text=_("没有办成的原因；办成时为 null。"))


class BatchAnswerSerializer(RowSerializer):
    results = BatchResultSerializer(many=True, help_text=_("与请求中的各项一一对应。"))
