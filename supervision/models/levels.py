from django.db import models
from django.utils.translation import gettext_lazy as _

from supervision.reminders import BULLETIN_LEVEL, NEAR_LEVEL, OPEN_LEVEL, SUPERVISE_LEVEL, URGE_LEVEL


class Level(models.IntegerChoices):
    """提醒级别."""

    OPEN = OPEN_LEVEL, _("报送提示")
    NEAR = NEAR_LEVEL, _("临期提示")
    URGE = URGE_LEVEL, _("催办")
    SUPERVISE = SUPERVISE_LEVEL, _("督办")
    BULLETIN = BULLETIN_LEVEL, _("通报")


class Reason(models.TextChoices):
    """事由: what the reminder is about."""

    NEAR_DUE = "near_due", _("办理时限临近")
    OVERDUE = "overdue", _("任务超期")
    PERIOD_OPEN = "period_open", _("报送期已开始")
    REPORT_NEAR = "report_near", _("报送时限临近")
    REPORT_MISSING = "report_missing", _("进展未报送")
    NOT_RECEIVED = "not_received", _("任务单未签收")
    ANSWER_NEAR = "answer_near", _("答复时限临近")
    ANSWER_LATE = "answer_late", _("答复超期")
    NAMED = "named", _("列入通报")
