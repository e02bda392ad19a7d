"""抄用提示: texts of a report that are those of another one, word for word or nearly."""

from typing import Any

from common.differences import likeness
from progress.models import Report, ReportQuerySet
from progress.models.period import earlier_than
from progress.readers.compare import FIELDS
from tasks.periods import period_label

Row = dict[str, Any]

NEARLY = 90  # percent in common from which a text counts as copied (ours)
SHORTEST = 10  # characters; what is shorter counts only if it is the same word for word
EARLIER_REPORTS = 8
OTHER_REPORTS = 60
TEXTS = ("progress", "problems", "next_steps")
LABELS = {name: label for name, label in FIELDS if name in TEXTS}
# A plan or a problem may well stand for a while; progress that is told twice may not, nor anything told of two tasks.
COMPARED = {"earlier": ("progress",), "other": ("progress", "problems")}


def copied_texts(report: Report, reports: ReportQuerySet) -> list[Row]:
    """Which texts of a report stand nearly so in an earlier report on its task, or in its unit's report on another task
    in the same period, of those in `reports`; the likest of each kind (two queries).

    The report must carry `lead_code`. “本期无变化” copies nothing.
    """
    if report.no_change:
        return []
    own = reports.filter(earlier_than(report.period_id, through="period__"), task=report.task_id, no_change=False)
    earlier = own.order_by("-period__ends_on", "period__starts_on")[:EARLIER_REPORTS]
    led = reports.led_by(report.lead_code or "").filter(period=report.period_id, no_change=False)
    others = led.exclude(task=report.task_id).order_by("task__number")[:OTHER_REPORTS]
    found = [_likest(report, "earlier", _texts(earlier)), _likest(report, "other", _texts(others))]
    return [row for rows in found for row in rows]


def _texts(reports: Any) -> list[Row]:
    return list(reports.values("pk", "task__number", "period", *TEXTS))


def _likest(report: Report, kind: str, others: list[Row]) -> list[Row]:
    """For each compared text the report it is most like, if it is nearly the same."""
    rows = []
    for name in COMPARED[kind]:
        text = getattr(report, name)
        found = [(copied_percent(text, other[name]), other) for other in others]
        percent, source = max(found, key=lambda each: each[0], default=(0, None))
        if source and percent:
            rows.append(_row(name, kind, percent, source))
    return rows


def copied_percent(text: str, other: str) -> int:
    """How much of a text is another's, in percent, if that is so much that it counts as copied; else 0. Pure."""
    percent = likeness(text, other, least=NEARLY)
    return percent if percent == 100 or len(text) >= SHORTEST else 0


def _row(name: str, kind: str, percent: int, source: Row) -> Row:
    return {
        "name": name,
        "label": LABELS[name],
        "kind": kind,
        "percent": percent,
        "is_same": percent == 100,
        "report": source["pk"],
        "number": source["task__number"],
        "period": period_label(source["period"]),
    }
