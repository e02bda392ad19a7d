"""The shapes of periods, and of progress summed up."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import RowSerializer
from tasks.periods import Cycle


class PeriodSerializer(RowSerializer):
    """报送期."""

    code = serializers.CharField()
    label = serializers.CharField()
    cycle = serializers.ChoiceField(choices=Cycle.choices, help_text=_("周期：按月、按季或按半年。"))
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    contributions_due_on = serializers.DateField()
    reports_due_on = serializers.DateField()
    locks_on = serializers.DateField()
    is_open = serializers.BooleanField(help_text=_("现在是否接收报送。"))


class SummarySerializer(RowSerializer):
    """按一个维度汇总."""

    key = serializers.CharField()
    label = serializers.CharField()
    tasks = serializers.IntegerField()
    green = serializers.IntegerField()
    yellow = serializers.IntegerField()
    red = serializers.IntegerField()
    blue = serializers.IntegerField()
    grey = serializers.IntegerField()
    overdue = serializers.IntegerField()
    average_percent = serializers.FloatField(allow_null=True, min_value=0, max_value=100)
    period = serializers.CharField(allow_null=True, help_text=_("完整率和及时率所说的报送期。"))
    completeness = serializers.FloatField(allow_null=True, min_value=0, max_value=100, help_text=_("报送完整率。"))
    timeliness = serializers.FloatField(allow_null=True, min_value=0, max_value=100, help_text=_("报送及时率。"))
