"""What clients send about a notice, and the shapes of the readers' dicts."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import Day, InputSerializer, PageSerializer, RowSerializer, Text
from supervision.actions.notices import DECLINE_LENGTH, DOCUMENT_NUMBER_LENGTH
from supervision.models import Level, Reason
from supervision.models.notice import TEXT_LENGTH
from supervision.status import NoticeStatus
from tasks.serializers import BriefUnitSerializer, LateSerializer


class OverdueSerializer(LateSerializer):
    """超期任务 with what the office has done about it."""

    level = serializers.IntegerField(allow_null=True, help_text=_("已到的提醒级别；尚未提醒时为 null。"))
    level_label = serializers.CharField(allow_null=True)


class ConfirmSerializer(InputSerializer):
    """确认发出 a 催办单."""

    demand = Text(limit=TEXT_LENGTH, help_text=_("工作要求。"))
    document_number = Text(
        required=False, allow_blank=True, default="", limit=DOCUMENT_NUMBER_LENGTH, help_text=_("办公室已有的文号。")
    )


class IssueSerializer(ConfirmSerializer):
    """签发 a 督办通知单."""

    new_limit = Day(help_text=_("办理时限，今天以后的工作日。"))


class DeclineSerializer(InputSerializer):
    reason = Text(limit=DECLINE_LENGTH, help_text=_("不发的理由。"))


class AnswerSerializer(InputSerializer):
    text = Text(limit=TEXT_LENGTH, help_text=_("办理情况、原因和下一步安排。"))


class TaskOfNoticeSerializer(RowSerializer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    title_en = serializers.CharField()


class NoticeSerializer(RowSerializer):
    """督办通知."""

    id = serializers.IntegerField()
    number = serializers.CharField(allow_blank=True, help_text=_("编号，如 2026-3；未发出的为空。"))
    task = TaskOfNoticeSerializer()
    agency = BriefUnitSerializer(help_text=_("发给的单位，用发出时的名称。"))
    lead = BriefUnitSerializer(help_text=_("现在的牵头单位，由它签收和答复。"))
    level = serializers.IntegerField(min_value=Level.URGE, max_value=Level.SUPERVISE)
    level_label = serializers.CharField()
    status = serializers.ChoiceField(choices=NoticeStatus.choices)
    status_label = serializers.CharField()
    version = serializers.IntegerField(help_text=_("版本；修改时放进 If-Match。"))
    reason = serializers.ChoiceField(choices=Reason.choices)
    reason_label = serializers.CharField()
    limit = serializers.DateField(help_text=_("错过的时限。"))
    period = serializers.CharField(allow_null=True, help_text=_("未报送的报送期。"))
    new_limit = serializers.DateField(allow_null=True, help_text=_("督办通知单的办理时限。"))
    demand = serializers.CharField(allow_blank=True, help_text=_("工作要求。"))
    document_number = serializers.CharField(allow_blank=True)
    drafted_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField(allow_null=True)
    issued_by = serializers.CharField(allow_null=True)
    declined_at = serializers.DateTimeField(allow_null=True)
    declined_by = serializers.CharField(allow_null=True)
    decline_reason = serializers.CharField(allow_blank=True)
    received_at = serializers.DateTimeField(allow_null=True, help_text=_("单位签收的时间。"))
    received_by = serializers.CharField(allow_null=True)
    answer = serializers.CharField(allow_blank=True, help_text=_("单位的答复。"))
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True, help_text=_("了结的时间。"))
    is_demo = serializers.BooleanField()


class NoticePageSerializer(PageSerializer):
    results = NoticeSerializer(many=True)
