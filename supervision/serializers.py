from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tasks.serializers import LateSerializer


class OverdueSerializer(LateSerializer):
    """超期任务 with what the office has done about it."""

    level = serializers.IntegerField(allow_null=True, help_text=_("已到的提醒级别；尚未提醒时为 null。"))
    level_label = serializers.CharField(allow_null=True)
