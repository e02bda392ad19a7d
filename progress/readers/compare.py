"""What changed between two reports, for people who compare."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.differences import differences

Row = dict[str, Any]

FIELDS = (
    ("percent", _("实际进度")),
    ("result_label", _("进展评价")),
    ("progress", _("进展情况")),
    ("problems", _("存在问题")),
    ("next_steps", _("下一步打算")),
    ("ask", _("需协调事项")),
    ("ask_to_label", _("请谁协调")),
)


def report_compare(new: Row, old: Row | None) -> list[Row]:
    """Each field of a report beside the same of an earlier one; with no earlier one every field stands alone."""
    return [_compared(name, label, new, old) for name, label in FIELDS]


def _compared(name: str, label: Any, new: Row, old: Row | None) -> Row:
    after, before = _text(name, new), _text(name, old) if old else ""
    changed = old is not None and before != after
    pieces = differences(before, after) if changed else []
    return {"name": name, "label": label, "old": before, "new": after, "changed": changed, "pieces": pieces}


def _text(name: str, report: Row) -> str:
    return f"{report[name]}%" if name == "percent" else report[name]
