"""The columns of the list of tasks as a CSV file: what a row nests stands side by side, codes beside their labels."""

from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.api.streams import Column, column, join_codes
from common.texts import join_words
from tasks.lights import COLOUR_LABELS, Colour
from zones.models import Zone

Row = dict[str, Any]


def task_columns() -> list[Column]:
    """The columns in the order of the list's fields (one query: the names of zones)."""
    zones = {zone.code: zone.label for zone in Zone.objects.all()}
    return [
        column(_("序号"), "number"),
        column(_("任务名称"), "title"),
        column(_("任务名称（英文）"), "title_en"),
        Column("pillar", _("板块序号"), lambda row: row["pillar"]["number"]),
        Column("pillar", _("板块"), lambda row: row["pillar"]["title_en" if get_language() == "en" else "title"]),
        column(_("牵头单位代码"), "lead", "code"),
        column(_("牵头单位"), "lead", "label"),
        Column("supporting", _("配合单位代码"), lambda row: join_codes(unit["code"] for unit in row["supporting"])),
        Column("supporting", _("配合单位"), lambda row: [unit["label"] for unit in row["supporting"]]),
        Column("zones", _("片区代码"), lambda row: join_codes(row["zones"])),
        Column("zones", _("片区"), lambda row: join_words(zones.get(code, code) for code in row["zones"])),
        column(_("状态代码"), "status"),
        column(_("状态"), "status_label"),
        *_LIGHT,
        column(_("实际进度"), "percent"),
        column(_("计划进度"), "planned_percent"),
        column(_("起始时间"), "start_date"),
        column(_("现时限"), "due_date"),
        column(_("原时限"), "original_due_date"),
        column(_("时限依据代码"), "due_basis"),
        column(_("时限依据"), "due_basis_label"),
        column(_("超期天数"), "overdue_days"),
        *_LAST_REPORT,
        column(pgettext_lazy("number of a task order", "任务单号"), "order_number"),
        column(_("后移次数"), "slip_count"),
        column(_("办结日期"), "closed_on"),
        column(_("版本"), "version"),
        column(_("更新时间"), "updated_at"),
        column(_("演示数据"), "is_demo"),
    ]


def _next_label(row: Row) -> str | None:
    following = row["light"]["next"]
    return str(COLOUR_LABELS[Colour(following["colour"])]) if following else None


_LIGHT = (
    column(_("亮灯代码"), "light", "colour"),
    column(_("亮灯"), "light", "label"),
    column(_("亮灯规则代码"), "light", "rule"),
    column(_("亮灯原因"), "light", "reason"),
    column(_("亮灯起始"), "light", "since"),
    column(_("下次转灯代码"), "light", "next", "colour"),
    Column("light", _("下次转灯"), _next_label),
    column(_("下次转灯日期"), "light", "next", "on"),
)
_LAST_REPORT = (
    column(_("最近报送期"), "last_report", "period"),
    column(_("最近审定时间"), "last_report", "approved_at"),
    column(_("进展评价代码"), "last_report", "result"),
    column(_("进展评价"), "last_report", "result_label"),
)
