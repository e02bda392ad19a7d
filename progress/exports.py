"""The columns of reports and of sums as CSV files: codes beside their labels, what a row nests in one cell."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from common.api.streams import Column, column, join_codes
from progress.readers.contributions import composition_word
from tasks.lights import COLOUR_LABELS

Row = dict[str, Any]


def report_columns() -> list[Column]:
    """The columns in the order of the list's fields (one query: the names of units)."""
    units = {agency.code: agency.label for agency in Agency.objects.all()}
    return [
        column(_("报送编号"), "id"),
        column(_("任务序号"), "task", "number"),
        Column("task", _("任务名称"), lambda row: row["task"]["title_en" if get_language() == "en" else "title"]),
        column(_("报送单位代码"), "agency"),
        Column("agency", _("报送单位"), lambda row: units.get(row["agency"])),
        column(_("报送期"), "period"),
        column(_("状态代码"), "status"),
        column(_("状态"), "status_label"),
        column(_("稿次"), "revision"),
        column(_("版本"), "version"),
        *_CONTENT,
        *_ASK,
        Column("composition", _("配合单位代码"), lambda row: join_codes(each["agency"] for each in row["composition"])),
        Column("composition", _("配合情况"), lambda row: "\n".join(map(_part, row["composition"]))),
        *_STEPS,
        column(_("演示数据"), "is_demo"),
        Column("evidence", _("佐证材料编号"), lambda row: join_codes(str(each["id"]) for each in row["evidence"])),
        Column("evidence", _("佐证材料"), lambda row: [each["name"] for each in row["evidence"]]),
    ]


def _part(part: Row) -> str:
    """What one unit gave, in a line."""
    return _("%(name)s：%(text)s") % {"name": part["name"], "text": part["text"] or composition_word(part)}


_CONTENT = (
    column(_("实际进度"), "percent"),
    column(_("进展评价代码"), "result"),
    column(_("进展评价"), "result_label"),
    column(_("进展情况"), "progress"),
    column(_("存在问题"), "problems"),
    column(_("下一步打算"), "next_steps"),
    column(_("本期无变化"), "no_change"),
)
_ASK = (
    column(_("需协调事项"), "ask"),
    column(_("请谁协调（代码）"), "ask_to"),
    column(_("请谁协调"), "ask_to_label"),
    column(_("协调答复时限"), "ask_due_on"),
    column(_("协调答复"), "answer"),
    column(_("协调答复时间"), "answered_at"),
    column(_("协调答复人"), "answered_by"),
)
_STEPS = (
    column(_("填报时间"), "drafted_at"),
    column(_("填报人"), "drafted_by"),
    column(_("报出时间"), "submitted_at"),
    column(_("审签人"), "submitted_by"),
    column(_("审核时间"), "reviewed_at"),
    column(_("审核人"), "reviewed_by"),
    column(_("退回理由"), "return_reason"),
    column(_("首次报出日期"), "received_on"),
    column(_("迟报"), "is_late"),
)

SUMMARY_COLUMNS = (
    column(_("代码"), "key"),
    column(_("名称"), "label"),
    column(_("任务数"), "tasks"),
    *(column(label, colour.value) for colour, label in COLOUR_LABELS.items()),
    column(_("超期"), "overdue"),
    column(_("平均进度"), "average_percent"),
    column(_("报送期"), "period"),
    column(_("完整率"), "completeness"),
    column(_("及时率"), "timeliness"),
)
