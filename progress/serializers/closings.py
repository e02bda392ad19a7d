"""What is sent about closing a task, and the shape of a closing request."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import InputSerializer, RowSerializer, Text
from common.texts import REASON_LENGTH
from progress.actions.hearings import ANSWERS
from progress.models import Hearing
from progress.models.closing import OPINION_LENGTH, STATEMENT_LENGTH
from progress.serializers.evidence import EvidenceSerializer
from progress.serializers.reports import TaskOfReportSerializer
from progress.status import ClosingStatus

HEARD = [(each.value, each.label) for each in ANSWERS]


class StatementSerializer(InputSerializer):
    """办结申请 as the lead unit writes it."""

    statement = Text(limit=STATEMENT_LENGTH, help_text=_("办结说明：做了什么、取得什么结果。"))


class CheckSerializer(InputSerializer):
    note = Text(required=False, allow_blank=True, default="", limit=REASON_LENGTH, help_text=_("核验意见。"))


class ClosingReturnSerializer(InputSerializer):
    reason = Text(limit=REASON_LENGTH, help_text=_("退回理由。"))


class OpinionSerializer(InputSerializer):
    """What the own unit says; silence is not for it to choose."""

    answer = serializers.ChoiceField(choices=HEARD, help_text=_("本单位意见。"))
    text = Text(
        required=False, allow_blank=True, default="", limit=OPINION_LENGTH, help_text=_("说明；有不同意见时必填。")
    )


class HearingSerializer(RowSerializer):
    """征求意见."""

    agency = serializers.CharField(help_text=_("配合单位代码。"))
    name = serializers.CharField(help_text=_("配合单位简称。"))
    answer = serializers.ChoiceField(choices=Hearing.Answer.choices, allow_null=True, help_text=_("未答复时为 null。"))
    answer_label = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    asked_on = serializers.DateField()
    limit = serializers.DateField(help_text=_("答复时限；过后可记为未反馈。"))
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(help_text=_("这一单位意见的版本；答复时放进 If-Match。"))


class ClosingSerializer(RowSerializer):
    """办结申请."""

    id = serializers.IntegerField()
    task = TaskOfReportSerializer()
    agency = serializers.CharField(allow_null=True, help_text=_("牵头单位代码。"))
    status = serializers.ChoiceField(choices=ClosingStatus.choices)
    status_label = serializers.CharField()
    stands = serializers.BooleanField(help_text=_("是否还在办理。"))
    version = serializers.IntegerField(help_text=_("版本；修改时放进 If-Match。"))
    statement = serializers.CharField()
    hearings = HearingSerializer(many=True)
    evidence = EvidenceSerializer(many=True)
    drafted_at = serializers.DateTimeField()
    drafted_by = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True, help_text=_("报出时间，按它判断是否超时办结。"))
    sent_by = serializers.CharField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    checked_by = serializers.CharField(allow_null=True)
    check_note = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    return_reason = serializers.CharField(allow_blank=True)
    closed_late = serializers.BooleanField(allow_null=True, help_text=_("是否超时办结；未办结时为 null。"))
    is_demo = serializers.BooleanField()
