"""The office's rules in words: each number of a policy, with what it means, its unit and whose rule its default is."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.texts import join_words
from supervision.reminders import ReminderPolicy
from tasks.extensions import ExtensionPolicy
from tasks.lights import POLICY_LABELS, LightPolicy
from tasks.periods import PeriodPolicy
from tasks.policies import PolicyKind

OURS = _("本系统建议值")


@dataclass(frozen=True)
class Item:
    """One number of a policy in words: what it is, in what unit, and whose rule its default is."""

    name: str
    label: Any
    unit: Any
    source: Any = OURS


POINTS, WORKDAYS, DAYS, MONTHS, TIMES = _("个百分点"), _("个工作日"), _("天"), _("个月"), _("次")
DAY_OF_MONTH, PERIODS, SWITCH = _("日"), _("期"), ""

POLICIES: dict[str, type[Any]] = {
    PolicyKind.LIGHTS: LightPolicy,
    PolicyKind.PERIODS: PeriodPolicy,
    PolicyKind.EXTENSIONS: ExtensionPolicy,
    PolicyKind.REMINDERS: ReminderPolicy,
}
ITEMS: dict[str, tuple[Item, ...]] = {
    PolicyKind.LIGHTS: (
        Item("yellow_points", POLICY_LABELS["yellow_points"], POINTS, _("银川 2025")),
        Item("red_points", POLICY_LABELS["red_points"], POINTS, _("银川 2025")),
        Item("overdue_after", POLICY_LABELS["overdue_after"], WORKDAYS, _("宜昌")),
        Item("near_days", POLICY_LABELS["near_days"], WORKDAYS, _("西安")),
        Item("near_days_long", POLICY_LABELS["near_days_long"], WORKDAYS),
        Item("long_task_months", POLICY_LABELS["long_task_months"], MONTHS),
        Item("start_missed_months", POLICY_LABELS["start_missed_months"], MONTHS, _("银川 2025")),
        Item("yellow_closes", POLICY_LABELS["yellow_closes"], PERIODS, _("江东 2020")),
        Item("report_after", POLICY_LABELS["report_after"], WORKDAYS),
        Item("hold_made_good", POLICY_LABELS["hold_made_good"], SWITCH, _("瓯海 2020")),
    ),
    PolicyKind.PERIODS: (
        Item("contributions_day", _("配合情况反馈时限：末月几日"), DAY_OF_MONTH),
        Item("reports_day", _("进展报送时限：末月几日"), DAY_OF_MONTH),
        Item("lock_day", _("锁定日期：次月几日"), DAY_OF_MONTH),
        Item("review_days", _("办公室审核时限"), WORKDAYS),
    ),
    PolicyKind.EXTENSIONS: (
        Item("short_days", _("多少天以内的延期由督办员答复"), DAYS),
        Item("answer_days", _("办公室答复时限"), WORKDAYS),
        Item("most", _("一项任务最多同意几次延期"), TIMES),
        Item("late_allowed", _("时限过后仍可申请延期"), SWITCH),
    ),
    PolicyKind.REMINDERS: (
        Item("open_days", _("报送时限前多少天发报送提示"), DAYS),
        Item("before", _("时限前第几个工作日发临期提示"), WORKDAYS),
        Item("approvers_from", _("还剩几个工作日时同时提示审签人"), WORKDAYS),
        Item("urge_after", _("时限过后第几个工作日拟催办单"), WORKDAYS),
        Item("supervise_after", _("催办多少个工作日未答复拟督办通知单"), WORKDAYS),
        Item("new_limit_days", _("督办通知单给多少个工作日办理"), WORKDAYS),
        Item("receipt_days", _("任务单签收时限"), WORKDAYS),
        Item("bulletin_day", _("季度次月几日通报"), DAY_OF_MONTH),
        Item("confirm_days", _("办公室签发通知的时限"), WORKDAYS),
    ),
}


def shown(value: Any) -> str:
    """A policy's value as people read it."""
    if isinstance(value, bool):
        return str(_("是")) if value else str(_("否"))
    return join_words(map(str, value)) if isinstance(value, tuple | list) else str(value)
