"""What happened to a closing request, as the ledger kept it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.differences import differences
from ledger.models import Event, EventQuerySet
from ledger.readers import event_dict
from progress.models import Closing, Evidence, Hearing
from progress.readers.history import VERBS as REPORT_VERBS

Row = dict[str, Any]

VERBS = {
    **REPORT_VERBS,
    "heard": _("反馈意见"),
    "marked_silent": _("记为未反馈"),
    "closing_sent": _("审签报出"),
    "closing_checked": _("核验"),
    "closing_accepted": _("同意办结"),
    "closing_ended": _("随任务终止"),
}
SHOWN = {"statement": _("办结说明"), "check_note": _("核验意见")}
NEWEST = 50


def closing_history(events: EventQuerySet, closing: Closing) -> list[Row]:
    """What happened last to a request and its files, newest first, of the events in `events` (two queries).

    The request must carry its task and plan.
    """
    files = Evidence.objects.filter(closing=closing).values_list("pk", flat=True)
    keys = [closing.key, *(f"{closing.key}/{pk}" for pk in files)]
    found = events.filter(kind__in=("closing", "evidence"), key__in=keys).order_by("-sequence")[:NEWEST]
    return [_entry(each) for each in found]


def _entry(event: Event) -> Row:
    row = event_dict(event)
    changed = {} if event.verb == "drafted" else row["changed"]
    return {
        "at": row["at"],
        "by": row["by"],
        "verb": row["verb"],
        "label": VERBS.get(row["verb"], row["verb"]),
        "reason": row["reason"],
        "revision": None,
        "file": _file_name(event),
        "changes": [_change(name, *changed[name]) for name in SHOWN if name in changed and event.kind == "closing"],
    }


def _file_name(event: Event) -> str:
    old, new = event.changed.get("name", ("", "")) if event.kind == "evidence" else ("", "")
    return new or old or ""


def _change(name: str, old: Any, new: Any) -> Row:
    before, after = str(old or ""), str(new or "")
    return {"label": SHOWN[name], "old": before, "new": after, "pieces": differences(before, after)}


def hearing_word(kept: Row) -> str:
    """What a unit says to a request, as a state keeps it: its answer and its words, or that it has not answered."""
    if not kept["answer"]:
        return str(_("等反馈"))
    return " ".join(filter(None, (str(Hearing.Answer(kept["answer"]).label), kept["text"])))
