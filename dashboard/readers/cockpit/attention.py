"""需要关注: the tasks to look at, why, and the worst first; pure, no query."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dashboard.readers import sections as find
from tasks.periods import period_label
from tasks.status import RUNNING

Row = dict[str, Any]

KINDS: dict[str, Any] = {"red": _("红灯"), "silent": _("未报送"), "slipped": _("时限延后")}


def attention(rows: Iterable[Row], *, chosen: str = "") -> Row:
    """The list with the number of each kind; `chosen` narrows it to one kind, an unknown word to none of them."""
    found = sorted((told for row in rows if (told := _told(row))["kinds"]), key=_how_bad)
    chosen = chosen if chosen in KINDS else ""
    shown = [row for row in found if not chosen or chosen in row["kinds"]]
    counts = [{"code": "", "label": _("全部"), "count": len(found), "is_chosen": not chosen}]
    counts += [
        {"code": code, "label": label, "count": _number_of(found, code), "is_chosen": chosen == code}
        for code, label in KINDS.items()
    ]
    return {**find.section("attention", _("需要关注"), shown, tone="red"), "counts": counts, "chosen": chosen}


def _number_of(rows: list[Row], code: str) -> int:
    return sum(code in row["kinds"] for row in rows)


def _told(row: Row) -> Row:
    """A task with the kinds of trouble it is in, and a sentence for each."""
    whys = {"red": _red(row), "silent": _silent(row), "slipped": _slipped(row)}
    kinds = [code for code, why in whys.items() if why]
    return {**row, "kinds": kinds, "whys": [{"code": code, "text": whys[code]} for code in kinds]}


def _how_bad(row: Row) -> tuple[Any, ...]:
    """Red before all, the longest overdue first; then the longest silent, then those moved most often."""
    since = row["light"]["since"] or date.max
    return (
        "red" not in row["kinds"],
        -row["overdue_days"],
        -row["silent_days"],
        -row["slip_count"],
        since,
        row["number"],
    )


def _red(row: Row) -> str:
    return row["light"]["reason"] if row["light"]["colour"] == "red" else ""


def _silent(row: Row) -> str:
    if not row["silent_days"]:
        return ""
    days = row["silent_days"]
    words = ngettext(
        "%(period)s进展未报送，已过时限 %(days)s 天。", "%(period)s进展未报送，已过时限 %(days)s 天。", days
    )
    return words % {"period": period_label(row["silent_period"]), "days": days}


def _slipped(row: Row) -> str:
    """A deadline of a running task that moved later, by extension or by the office."""
    original, current = row["original_due_date"], row["due_date"]
    if row["status"] not in RUNNING or not original or current <= original:
        return ""
    times = max(1, row["slip_count"])
    words = ngettext(
        "时限延后 %(times)s 次：原 %(original)s，现 %(current)s。",
        "时限延后 %(times)s 次：原 %(original)s，现 %(current)s。",
        times,
    )
    return words % {"times": times, "original": date_format(original), "current": date_format(current)}
