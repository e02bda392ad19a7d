"""台账 as its page shows it: the rows of one page, how many there are of each light, and every word of a cell ready."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common.texts import join_words
from tasks.models import TaskQuerySet
from tasks.periods import period_label
from tasks.readers.rows import ROW_FIELDS, rows_of
from tasks.status import ENDED, Status

Row = dict[str, Any]
Names = dict[str, dict[str, str]]
PAGE_LENGTH = 100


@dataclass(frozen=True)
class Listed:
    """The rows to show, how many tasks there are of each colour before the light narrows, and the page."""

    rows: list[Row]
    colours: Counter[str]
    page: Page[Row]

    @property
    def count(self) -> int:
        return self.page.paginator.count


def list_rows(
    tasks: TaskQuerySet, *, on: date, colours: Collection[str], names: Names, page: int = 1, length: int = PAGE_LENGTH
) -> Listed:
    """The tasks of a narrowed and sorted queryset with one of these colours, if any are named (four queries).

    The columns of all are read once: the counts and the page come from them, and only the page's rows are made whole.
    """
    found = list(tasks.with_colour(on).values(*ROW_FIELDS, "colour"))
    chosen = [row for row in found if not colours or row["colour"] in colours]
    shown = Paginator(chosen, max(length, 1)).get_page(page)
    rows = [present(row, names) for row in rows_of(list(shown.object_list), on)]
    return Listed(rows, Counter(row["colour"] for row in found), shown)


def present(row: Row, names: Names) -> Row:
    """A row with the words of its cells, in the reader's language."""
    is_english = get_language() == "en"
    pillar, others, planned = row["pillar"], row["supporting"], row["planned_percent"]
    report = row["last_report"]
    return {
        **row,
        "label": row["title_en"] if is_english else row["title"],
        "pillar_label": f"{pillar['number']}. {pillar['title_en'] if is_english else pillar['title']}",
        "lead_label": row["lead"]["label"] if row["lead"] else "",
        "others": ngettext("另 %(number)s 个单位", "另 %(number)s 个单位", len(others)) % {"number": len(others)},
        "supporting_label": join_words(each["label"] for each in others),
        "zones_label": _zones(row["zones"], names["zone"]),
        "moved": _moved(row),
        "late": _late(row["overdue_days"]),
        "report_label": period_label(report["period"]) if report else "",
        "result_label": report["result_label"] if report else "",
        "planned_label": "" if planned is None else _("计划 %(planned)s%%") % {"planned": planned},
        "planned_mark": "98.4" if planned == 100 else planned,
        "is_behind": planned is not None and row["percent"] < planned,
        "can_be_dated": row["status"] not in ENDED and row["status"] != Status.STANDING,
    }


def _zones(codes: list[str], names: dict[str, str]) -> str:
    if len(codes) > 1 and len(codes) == len(names):
        return _("全部片区")
    return join_words(names.get(code, code) for code in codes)


def _moved(row: Row) -> str:
    """The first deadline beside the one that stands, and how often it moved later."""
    first, due, times = row["original_due_date"], row["due_date"], row["slip_count"]
    if not due or first == due:
        return ""
    words = _("原 %(day)s") % {"day": first.isoformat()}
    if not times:
        return words
    return f"{words} · " + ngettext("后移 %(times)s 次", "后移 %(times)s 次", times) % {"times": times}


def _late(days: int) -> str:
    if not days:
        return ""
    return ngettext("已超期 %(days)s 天", "已超期 %(days)s 天", days) % {"days": days}
