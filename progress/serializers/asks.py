"""What a report asks of a unit or of the office, and the answer."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.serializers import InputSerializer, RowSerializer, Text
from progress.models.report import NOTES_LENGTH
from progress.serializers.reports import TaskOfReportSerializer


class AskAnswerSerializer(InputSerializer):
    text = Text(limit=NOTES_LENGTH, help_text=_("答复。"))


class AskSerializer(RowSerializer):
    """需协调事项: this much of a report, and no more, is shown to the unit that is asked."""

    id = serializers.IntegerField(help_text=_("进展报送的编号。"))
    task = TaskOfReportSerializer()
    agency = serializers.CharField(allow_null=True, help_text=_("报送单位代码。"))
    period = serializers.CharField()
    version = serializers.IntegerField(help_text=_("版本；答复时放进 If-Match。"))
    ask = serializers.CharField()
    ask_to = serializers.CharField(allow_null=True, help_text=_("请谁协调：单位代码；空为办公室。"))
    ask_to_label = serializers.CharField()
    ask_due_on = serializers.DateField(allow_null=True, help_text=_("协调答复时限。"))
    answer = serializers.CharField(allow_blank=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(allow_null=True)
