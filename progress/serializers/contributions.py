"""What a co-responsible unit sends, and the shape of what it has given."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import InputSerializer, PageSerializer, RowSerializer, Text, Whole, YesNo
from progress.models.contribution import CONTRIBUTION_LENGTH
from progress.serializers.reports import TaskOfReportSerializer


class PartSerializer(InputSerializer):
    """配合情况 as a unit gives it."""

    period = Text(max_length=8, help_text=_("报送期，如 2026Q4。"))
    text = Text(required=False, allow_blank=True, default="", limit=CONTRIBUTION_LENGTH, help_text=_("配合情况。"))
    percent = Whole(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        max_value=100,
        help_text=_("本单位部分的进度，0 到 100 的整数；可以不填。"),
    )
    no_change = YesNo(required=False, default=False, help_text=_("本期无变化；这时不必填文字和进度。"))


class ContributionSerializer(RowSerializer):
    """配合情况."""

    id = serializers.IntegerField()
    task = TaskOfReportSerializer()
    period = serializers.CharField()
    agency = serializers.CharField(help_text=_("配合单位代码。"))
    name = serializers.CharField(help_text=_("配合单位简称。"))
    lead = serializers.CharField(allow_null=True, help_text=_("牵头单位代码。"))
    text = serializers.CharField(allow_blank=True)
    percent = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    no_change = serializers.BooleanField()
    received_on = serializers.DateField(help_text=_("首次反馈日期，按它判断是否按时。"))
    is_late = serializers.BooleanField()
    given_at = serializers.DateTimeField()
    given_by = serializers.CharField()
    version = serializers.IntegerField(help_text=_("版本；修改时放进 If-Match。"))
    is_demo = serializers.BooleanField()


class ContributionPageSerializer(PageSerializer):
    results = ContributionSerializer(many=True)
