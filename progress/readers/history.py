"""The revisions of one report, as the ledger kept them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.differences import differences
from ledger.models import Event, EventQuerySet
from ledger.readers import event_dict
from progress.models import Evidence, Report
from progress.models.period import earlier_than
from tasks.models import Result

Row = dict[str, Any]

VERBS = {
    "drafted": _("填报"),
    "saved": _("修改"),
    "submitted": _("审签报出"),
    "withdrawn": _("撤回"),
    "discarded": _("撤销草稿"),
    "approved": _("审定"),
    "returned": _("退回"),
    "answered": _("答复协调事项"),
    "evidence_added": _("上传佐证材料"),
    "evidence_removed": _("移除佐证材料"),
}

# What people entered or decided, in the order of the form; moments and versions tell nothing more.
SHOWN = {
    "percent": _("实际进度"),
    "result": _("进展评价"),
    "progress": _("进展情况"),
    "problems": _("存在问题"),
    "next_steps": _("下一步打算"),
    "ask": _("需协调事项"),
    "answer": _("协调答复"),
    "no_change": _("本期无变化"),
}
LABELLED = {"result": Result}


NEWEST = 50


def last_approved(task: int, *, before: str) -> Report | None:
    """The report on a task that was approved for the latest period before this one."""
    earlier = Report.objects.approved().filter(earlier_than(before, through="period__"), task=task)
    return earlier.select_related("period").order_by("-period__ends_on", "period__starts_on").first()


def report_history(events: EventQuerySet, report: Report) -> list[Row]:
    """What happened last to a report and its evidence, newest first, of the events in `events` (two queries).

    The report must carry its task and plan.
    """
    files = Evidence.objects.filter(report=report).values_list("pk", flat=True)
    keys = [report.key, *(f"{report.key}/{pk}" for pk in files)]
    found = events.filter(kind__in=("report", "evidence"), key__in=keys).order_by("-sequence")[:NEWEST]
    return [_entry(each) for each in found]


def _entry(event: Event) -> Row:
    row = event_dict(event)
    is_first = event.verb == "drafted"
    changes = [] if is_first else [_change(name, *row["changed"][name]) for name in SHOWN if name in row["changed"]]
    return {
        "at": row["at"],
        "by": row["by"],
        "verb": row["verb"],
        "label": VERBS.get(row["verb"], row["verb"]),
        "reason": row["reason"],
        "revision": (row["state"] or {}).get("revision"),
        "file": _file_name(event),
        "changes": changes,
    }


def _file_name(event: Event) -> str:
    old, new = event.changed.get("name", ("", "")) if event.kind == "evidence" else ("", "")
    return new or old or ""


def _change(name: str, old: Any, new: Any) -> Row:
    before, after = _words(name, old), _words(name, new)
    return {"label": SHOWN[name], "old": before, "new": after, "pieces": differences(before, after)}


def _words(name: str, value: Any) -> str:
    if name in LABELLED:
        return str(LABELLED[name](value).label) if value else ""
    if name == "percent":
        return "" if value is None else f"{value}%"
    if name == "no_change":
        return str(_("是") if value else _("否"))
    return str(value or "")
