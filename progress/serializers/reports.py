"""What clients send about a report, and the shape of a report's dict."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import InputSerializer, PageSerializer, RowSerializer, Text, Whole, YesNo
from progress.actions import ReportContent
from progress.models.report import NOTES_LENGTH, PROGRESS_LENGTH
from progress.serializers.evidence import EvidenceSerializer
from progress.status import ReportStatus
from tasks.models import Result

NOTES: dict[str, Any] = {"required": False, "allow_blank": True, "default": "", "limit": NOTES_LENGTH}


class ReportContentSerializer(InputSerializer):
    """进展报送 as the lead unit enters it; lengths and sense are the action's rules."""

    percent = Whole(min_value=0, max_value=100, help_text=_("实际进度，0 到 100 的整数。"))
    result = serializers.ChoiceField(choices=Result.choices)
    progress = Text(required=False, allow_blank=True, default="", limit=PROGRESS_LENGTH)
    problems = Text(**NOTES)
    next_steps = Text(**NOTES)
    ask = Text(**NOTES, help_text=_("需协调事项。"))
    ask_to = Text(
        required=False,
        allow_blank=True,
        allow_null=True,
        default="",
        max_length=32,
        help_text=_("请谁协调：单位代码；空为办公室。"),
    )
    no_change = YesNo(required=False, default=False, help_text=_("本期无变化；进度须与已审定的一致。"))

    def content(self) -> ReportContent:
        """What was entered, for the action."""
        values = self.validated_data
        return ReportContent(**{name: values[name] for name in ReportContentSerializer().fields})


class NewReportSerializer(ReportContentSerializer):
    period = Text(max_length=8, help_text=_("报送期，如 2026Q4。"))


class ApprovalSerializer(InputSerializer):
    result = serializers.ChoiceField(
        choices=Result.choices, required=False, default="", help_text=_("进展评价；不给时用单位所报的。")
    )


class ReturnSerializer(InputSerializer):
    reason = Text(help_text=_("退回理由。"))


class CompositionSerializer(RowSerializer):
    """配合情况 of one co-responsible unit, as the report froze it."""

    agency = serializers.CharField(help_text=_("单位代码。"))
    name = serializers.CharField(help_text=_("当时的单位简称。"))
    text = serializers.CharField(allow_blank=True)
    percent = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    no_change = serializers.BooleanField()
    is_late = serializers.BooleanField()
    given_at = serializers.DateTimeField(allow_null=True, help_text=_("未反馈时为空。"))


class TaskOfReportSerializer(RowSerializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()


class ReportSerializer(RowSerializer):
    """进展报送."""

    id = serializers.IntegerField()
    task = TaskOfReportSerializer()
    agency = serializers.CharField(help_text=_("报送单位代码。"))
    period = serializers.CharField()
    status = serializers.ChoiceField(choices=ReportStatus.choices)
    status_label = serializers.CharField()
    revision = serializers.IntegerField(help_text=_("稿次。"))
    version = serializers.IntegerField(help_text=_("版本；修改时放进 If-Match。"))
    percent = serializers.IntegerField(min_value=0, max_value=100)
    result = serializers.ChoiceField(choices=Result.choices)
    result_label = serializers.CharField()
    progress = serializers.CharField(allow_blank=True)
    problems = serializers.CharField(allow_blank=True)
    next_steps = serializers.CharField(allow_blank=True)
    ask = serializers.CharField(allow_blank=True)
    ask_to = serializers.CharField(allow_null=True, help_text=_("请谁协调：单位代码；空为办公室。"))
    ask_to_label = serializers.CharField(allow_blank=True)
    ask_due_on = serializers.DateField(allow_null=True, help_text=_("协调答复时限。"))
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(allow_null=True)
    composition = CompositionSerializer(many=True, help_text=_("报出时的配合情况。"))
    no_change = serializers.BooleanField()
    drafted_at = serializers.DateTimeField()
    drafted_by = serializers.CharField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    submitted_by = serializers.CharField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    reviewed_by = serializers.CharField(allow_null=True)
    return_reason = serializers.CharField(allow_blank=True)
    received_on = serializers.DateField(allow_null=True, help_text=_("首次报出日期，按它判断是否按时。"))
    is_late = serializers.BooleanField()
    is_demo = serializers.BooleanField()
    evidence = EvidenceSerializer(many=True)


class ReportPageSerializer(PageSerializer):
    results = ReportSerializer(many=True)
