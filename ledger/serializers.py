from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import RowSerializer


class ActorSerializer(RowSerializer):
    name = serializers.CharField()
    agency = serializers.CharField(allow_blank=True, help_text=_("经办人当时所属单位的代码；没有时为空。"))


class EventSerializer(RowSerializer):
    """留痕: one change, with the whole state after it."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    key = serializers.CharField()
    verb = serializers.CharField()
    state = serializers.DictField(allow_null=True, help_text=_("变动后的完整状态；对象已不存在时为 null。"))
    changed = serializers.DictField(child=serializers.ListField(), help_text=_("字段 → [原值, 新值]。"))
    reason = serializers.CharField(allow_blank=True)
    by = ActorSerializer()


class ChangesSerializer(RowSerializer):
    events = EventSerializer(many=True)
    last = serializers.IntegerField(help_text=_("下次从这里取：?after=<last>。"))
    mark = serializers.CharField(help_text=_("last 的标记：下次与 after 一并给出 &mark=<mark>。"))
    more = serializers.BooleanField(help_text=_("后面还有，请马上再取。"))
