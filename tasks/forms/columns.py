"""台账的列: which there are, which an address or a person asks for, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from common.errors import InvalidError


@dataclass(frozen=True)
class Column:
    """One column: its heading, the template of its cells, what it is sorted by, and how wide it is in em."""

    code: str
    label: Any
    template: str
    width: int
    ordering: str = ""


COLUMNS: dict[str, Column] = {
    each.code: each
    for each in (
        Column("number", gettext_lazy("序号"), "tasks/cells/number.html", 3, "number"),
        Column("title", gettext_lazy("任务名称"), "tasks/cells/title.html", 17),
        Column("pillar", gettext_lazy("板块"), "tasks/cells/pillar.html", 12),
        Column("lead", gettext_lazy("牵头单位"), "tasks/cells/lead.html", 9),
        Column("supporting", gettext_lazy("配合单位"), "tasks/cells/supporting.html", 14),
        Column("zones", gettext_lazy("片区"), "tasks/cells/zones.html", 9),
        Column("status", gettext_lazy("状态"), "tasks/cells/status.html", 6),
        Column("light", gettext_lazy("亮灯"), "tasks/cells/light.html", 6, "light"),
        Column("reason", gettext_lazy("亮灯原因"), "tasks/cells/reason.html", 18),
        Column("planned", gettext_lazy("计划进度"), "tasks/cells/planned.html", 5),
        Column("percent", gettext_lazy("实际进度"), "tasks/cells/percent.html", 9, "percent"),
        Column("start", gettext_lazy("起始时间"), "tasks/cells/start.html", 7),
        Column("original", gettext_lazy("原时限"), "tasks/cells/original.html", 7),
        Column("due", gettext_lazy("现时限"), "tasks/cells/due.html", 14, "due_date"),
        Column("slips", gettext_lazy("后移次数"), "tasks/cells/slips.html", 5),
        Column("next", gettext_lazy("下次转灯"), "tasks/cells/next.html", 8),
        Column("report", gettext_lazy("最近报送"), "tasks/cells/report.html", 10, "updated_at"),
        Column("order", pgettext_lazy("number of a task order", "任务单号"), "tasks/cells/order.html", 6),
    )
}
FIXED = ("number", "title")  # a row without them says nothing
STANDARD = ("number", "title", "lead", "zones", "status", "light", "percent", "due", "report")
ENGLISH = 1.2
WIDEST = 88  # em that stand beside each other on a screen of 1366 px
Columns = tuple[str, ...]


def read_columns(values: Iterable[str]) -> Columns:
    """The columns that a text or a form names, the fixed ones first; none, if it names none.

    Raises InvalidError for a column that there is not.
    """
    named = [part.strip() for value in values for part in value.split(",")]
    wanted = list(dict.fromkeys(each for each in named if each))
    unknown = [each for each in wanted if each not in COLUMNS]
    if unknown:
        raise InvalidError({"columns": [_("没有“%(name)s”这一列。") % {"name": unknown[0][:40]}]})
    return (*FIXED, *(each for each in wanted if each not in FIXED)) if wanted else ()


def kept_columns(text: str) -> Columns:
    """The columns that a person keeps, or the standard ones; a column that is no more is passed over."""
    return read_columns(each for each in text.split(",") if each in COLUMNS) or STANDARD


def are_wide(columns: Columns) -> bool:
    """Whether these columns need more room than a common screen has; English words are longer."""
    width = sum(COLUMNS[each].width for each in columns)
    return width * (ENGLISH if get_language() == "en" else 1) > WIDEST


def offered_columns(shown: Columns) -> list[dict[str, Any]]:
    """Every column that can be chosen, those shown first and in their order."""
    others = [each for each in COLUMNS if each not in shown]
    return [
        {"code": each, "label": str(COLUMNS[each].label), "is_shown": each in shown}
        for each in (*shown, *others)
        if each not in FIXED
    ]
