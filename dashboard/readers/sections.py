"""我的工作, list by list: each function finds in rows already read what waits for one kind of hand; pure, no query."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from common.workdays import WorkCalendar
from progress.readers import with_waiting
from progress.status import ReportStatus
from tasks.planned import FULL_PERCENT
from tasks.status import RUNNING, Status

Row = dict[str, Any]
Rows = Iterable[Row]

NEAR_DAYS = 7
SHOWN, FOLDED, LOOKED_UP = 8, 60, 5


def section(code: str, title: Any, rows: list[Row], **more: Any) -> Row:
    """One list of the page: what it is called, how many stand in it, the first of them, and some more to unfold.

    `query` finds the same tasks in the 台账; `is` tells what must be done from what is watched and what one looks up.
    """
    start = {"tone": "plain", "action": "open", "hint": "", "query": "", "kind": "task", "is": "todo"}
    shown = {"rows": rows[:SHOWN], "folded": rows[SHOWN : SHOWN + FOLDED], "left": max(0, len(rows) - SHOWN - FOLDED)}
    return {**start, **more, **shown, "code": code, "url": f"#{code}", "title": title, "count": len(rows)}


def looked_up(section: Row) -> Row:
    """A list of one's own tasks: the first of them; the 台账 has all."""
    rows = section["rows"][:LOOKED_UP]
    return {**section, "is": "reference", "rows": rows, "folded": [], "left": section["count"] - len(rows)}


def watched(section: Row) -> Row:
    """A list in which others have to act: this person keeps an eye on it."""
    return {**section, "is": "watched"}


def overdue(tasks: Rows) -> Row:
    rows = sorted((row for row in tasks if row["overdue_days"]), key=lambda row: (row["due_date"], row["number"]))
    return section("overdue", _("超期"), rows, tone="red", query="overdue=true")


def due_soon(tasks: Rows, *, calendar: WorkCalendar, on: date) -> Row:
    """Running tasks whose deadline is today or within the next seven working days."""
    last = calendar.after(on, NEAR_DAYS)
    due = (row for row in tasks if row["status"] in RUNNING and row["due_date"] and on <= row["due_date"] <= last)
    rows = [{**row, "days_left": (row["due_date"] - on).days} for row in due if not row["overdue_days"]]
    rows.sort(key=lambda row: (row["due_date"], row["number"]))
    query = urlencode({"due_after": on.isoformat(), "due_before": last.isoformat()})
    return section("due_soon", _("7 个工作日内到期"), rows, tone="yellow", query=query)


def returned(reports: Rows) -> Row:
    rows = [row for row in reports if row["status"] == ReportStatus.RETURNED]
    hint = _("按退回理由修改后，由审签人重新报出。")
    return section("returned", _("退回给我"), rows, kind="report", tone="red", action="edit", hint=hint)


def to_receive(tasks: Rows) -> Row:
    rows = [row for row in tasks if row["status"] == Status.ISSUED]
    hint = _("任务单下达后 1 个工作日内签收，签收后开始报送。")
    return section("to_receive", _("待签收"), rows, tone="yellow", action="receive", hint=hint, query="status=issued")


def to_report(missing: Rows, *, signed_by: int | None = None) -> Row:
    """Not begun or in draft; for an approver without the drafts of colleagues, which stand under 待审签."""
    rows = [row for row in missing if not row["report"] or row["report"]["status"] == ReportStatus.DRAFT]
    if signed_by is not None:
        rows = [row for row in rows if not row["report"] or row["report"]["drafted_by"] == signed_by]
    return section("to_report", _("待报送"), rows, kind="missing", action="report")


def to_sign(reports: Rows, *, user: int, on: date) -> Row:
    """Drafts of colleagues that can still be sent; one's own somebody else has to sign."""
    drafts = [row for row in reports if row["status"] == ReportStatus.DRAFT and row["drafted_by"] != user]
    rows = [row for row in drafts if row["received_on"] or on <= row["locks_on"]]
    hint = _("同事已填好的草稿，核对后以单位名义报出。")
    return section("to_sign", _("待审签"), rows, kind="report", tone="yellow", action="sign", hint=hint)


def to_close(tasks: Rows, *, begun: Row) -> Row:
    """Tasks for which closing may be asked, without those whose request has been begun and stands in its own list."""
    started = {row["task"]["number"] for row in (*begun["rows"], *begun["folded"])}
    complete = (row for row in tasks if row["status"] == Status.ONGOING and row["percent"] == FULL_PERCENT)
    rows = [row for row in complete if row["number"] not in started]
    hint = _("已审定进度达到 100%，可以申请办结。")
    return section("to_close", _("可申请办结"), rows, action="ask_closing", hint=hint)


def to_review(reports: Rows, *, calendar: WorkCalendar, on: date, allowed: int) -> Row:
    waiting = [row for row in reports if row["status"] == ReportStatus.SUBMITTED]
    rows = [with_waiting(row, calendar=calendar, on=on, allowed=allowed) for row in waiting]
    tone = "red" if any(row["is_overdue"] for row in rows) else "yellow"
    return section("to_review", _("待审核"), rows, kind="waiting", tone=tone, action="review")


def ready_to_issue(tasks: Rows) -> Row:
    new = (row for row in tasks if row["status"] == Status.PLANNED and not row["order_number"])
    rows = [row for row in new if row["due_date"] and row["lead"]]
    hint = _("牵头单位和时限已定，可以下达任务单。")
    return section("ready", _("待下达"), rows, action="issue", hint=hint, query="status=planned")


def unreported(missing: Rows) -> Row:
    """By unit: who has not sent which reports. Late units come first."""
    groups: dict[str, Row] = {}
    for each in missing:
        lead = each["task"]["lead"]
        group = groups.setdefault(lead["code"] if lead else "", {"lead": lead, "late": 0, "missing": []})
        group["missing"].append(each)
        group["late"] += each["is_late"]
    rows = sorted(groups.values(), key=lambda row: (-row["late"], -len(row["missing"])))
    count = sum(len(row["missing"]) for row in rows)
    tone = "red" if any(row["late"] for row in rows) else "plain"
    return {**section("unreported", _("未报送"), rows, kind="unit", tone=tone, hint=_limits(missing)), "count": count}


def _limits(missing: Rows) -> str:
    """Which periods these reports belong to, and when each was or is due."""
    limits = {each["period"]["code"]: each["period"] for each in missing}
    words = gettext("%(period)s时限 %(day)s")
    days = {
        code: date_format(each["reports_due_on"], pgettext("day of this year", "n月j日"))
        for code, each in limits.items()
    }
    return " · ".join(words % {"period": each["label"], "day": days[code]} for code, each in limits.items())


def without_deadline(tasks: Rows) -> Row:
    open_ones = {Status.PLANNED, *RUNNING}
    rows = [row for row in tasks if row["status"] in open_ones and not row["due_date"]]
    hint = _("方案没有规定时限。时限由办公室确定或取自牵头单位方案，定了才能下达和评灯。")
    return section("no_deadline", _("未设时限"), rows, action="set_deadline", hint=hint)


def attention(tasks: Rows) -> Row:
    """Red tasks, the longest overdue first."""
    rows = [row for row in tasks if row["light"]["colour"] == "red"]
    rows.sort(key=lambda row: (-row["overdue_days"], row["light"]["since"], row["number"]))
    return section("attention", _("需要关注"), rows, tone="red", query="light=red")


def moved_deadlines(tasks: Rows) -> Row:
    rows = [row for row in tasks if row["due_date"] and row["due_date"] != row["original_due_date"]]
    rows.sort(key=lambda row: row["original_due_date"] - row["due_date"])
    return section("moved", _("时限有变动"), rows, kind="moved")


def led(tasks: Rows, *, own: str) -> Row:
    query = urlencode({"lead": own})
    return looked_up(section("led", _("本单位牵头的任务"), list(tasks), query=query))


def supported(tasks: Rows, *, own: str) -> Row:
    query = urlencode({"agency": own})
    return looked_up(section("supported", _("本单位配合的任务"), list(tasks), query=query))
