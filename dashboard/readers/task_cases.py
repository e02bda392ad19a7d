"""What hangs on a task beside its text: reports in short, requests, exemptions, notices, in one statement; and the
timeline 事项与督办 that they make.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from agencies.models import User
from common.gathering import Row, day, gathered, moment
from progress.models import Closing, Contribution, Hearing, Period, Report
from progress.models.period import order_of
from progress.status import closing_status
from supervision.models import Channel, Delivery, Level, Message, Notice, Reason
from supervision.status import NoticeStatus
from tasks.models import Exemption, Extension, Task
from tasks.periods import period_label
from tasks.status import ExtensionStatus

MOMENTS = (
    "submitted_at", "reviewed_at", "answered_at", "drafted_at", "sent_at", "checked_at", "decided_at", "granted_at",
    "ended_at", "issued_at", "received_at", "declined_at", "given_at",
)  # fmt: skip
DAYS = (
    "ask_due_on", "due_before", "wanted_date", "granted_date", "answer_due_on", "starts_on", "ends_on", "limit",
    "new_limit", "received_on",
)  # fmt: skip
READ: dict[str, Any] = {**dict.fromkeys(MOMENTS, moment), **dict.fromkeys(DAYS, day)}
_REPORT = (
    "id", "period", "status", "percent", "result", "submitted_at", "reviewed_at", "drafted_by", "submitted_by", "ask",
    "ask_to", "ask_due_on", "answered_at",
)  # fmt: skip
_EXTENSION = (
    "id", "status", "due_before", "wanted_date", "granted_date", "answer_due_on", "reason", "decision", "drafted_at",
    "drafted_by", "sent_at", "sent_by", "decided_at", "is_demo",
)  # fmt: skip
_CLOSING = (
    "id", "status", "drafted_at", "drafted_by", "sent_at", "checked_at", "checked_by", "decided_at", "return_reason",
    "is_demo",
)  # fmt: skip
_EXEMPTION = ("id", "reason", "basis", "starts_on", "ends_on", "granted_at", "ended_at", "is_demo")
_NOTICE = (
    "id", "level", "status", "year", "serial", "reason", "period", "limit", "new_limit", "drafted_at", "issued_at",
    "received_at", "answered_at", "answer", "declined_at", "decline_reason", "ended_at", "is_demo",
)  # fmt: skip
_CONTRIBUTION = ("period", "agency", "text", "percent", "no_change", "received_on", "given_at")
REMINDERS = 20


def task_rows_seen(task: Task, user: User, periods: Iterable[Period]) -> dict[str, list[Row]]:
    """Kind → the rows on a task that this person may see, the newest first (one query): `report` in short, `extension`,
    `closing`, `exemption`, `notice`; `contribution` for the running periods, and all of the person's own unit.
    """
    asked_of_own_unit = Hearing.objects.filter(closing=OuterRef("pk"), agency=user.agency_id, answer="")
    running = Q(period__in=[each.code for each in periods]) | Q(agency=user.agency_id)
    found = gathered(
        report=(_of(Report, task, user), {**_named(_REPORT), "gone": "ask_to__dissolved_on"}),
        extension=(_of(Extension, task, user), _named(_EXTENSION)),
        closing=(_of(Closing, task, user), {**_named(_CLOSING), "asks_us": Exists(asked_of_own_unit)}),
        exemption=(_of(Exemption, task, user), _named(_EXEMPTION)),
        notice=(_of(Notice, task, user), {**_named(_NOTICE), "unit": "agency"}),
        contribution=(_of(Contribution, task, user).filter(running), _named(_CONTRIBUTION)),
    )
    rows = {kind: [_read(each) for each in each_kind] for kind, each_kind in found.items()}
    for kind in ("report", "contribution"):
        rows[kind].sort(key=lambda row: order_of(row["period"]), reverse=True)
    for kind in ("extension", "closing", "exemption", "notice"):
        rows[kind].sort(key=lambda row: row["id"], reverse=True)
    return rows


def _of(model: Any, task: Task, user: User) -> QuerySet[Any]:
    seen: QuerySet[Any] = model.objects.visible_to(user).filter(task=task.pk)
    return seen


def _named(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


def _read(row: Row) -> Row:
    return {name: READ[name](value) if name in READ else value for name, value in row.items()}


# -- 事项与督办: one line for each case, the newest first ------------------------------------------------------------


def case_lines(rows: dict[str, list[Row]], task: Task, *, on: date) -> list[Row]:
    """Extensions, closing requests, exemptions and notices as lines: `name`, `number`, `state`, `what`, `limit`, the
    answer, and the page; the newest first.
    """
    lines = [
        *(_extension_line(each, on) for each in rows["extension"]),
        *(_closing_line(each, task) for each in rows["closing"]),
        *(_exemption_line(each, task, on) for each in rows["exemption"]),
        *(_notice_line(each, on) for each in rows["notice"]),
    ]
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def _line(row: Row, **fields: Any) -> Row:
    blank = {"number": "", "what": "", "limit": None, "is_late": False, "answer": "", "is_demo": bool(row["is_demo"])}
    return {**blank, **fields}


def _extension_line(row: Row, on: date) -> Row:
    state, until = ExtensionStatus(row["status"]), row["granted_date"] or row["wanted_date"]
    waits = state == ExtensionStatus.SENT
    return _line(
        row,
        kind="extension",
        at=row["decided_at"] or row["sent_at"] or row["drafted_at"],
        name=_("延期申请"),
        url=reverse("tasks:extension", args=[row["id"]]),
        status=state.value,
        state=str(state.label),
        what=_("%(before)s 申请延至 %(until)s") % {"before": row["due_before"], "until": row["wanted_date"]}
        if state != ExtensionStatus.GRANTED
        else _("%(before)s 延至 %(until)s") % {"before": row["due_before"], "until": until},
        limit=row["answer_due_on"] if waits else None,
        is_late=waits and row["answer_due_on"] is not None and row["answer_due_on"] < on,
        answer=row["decision"],
    )


def _closing_line(row: Row, task: Task) -> Row:
    state = closing_status(row["status"], task.status)
    return _line(
        row,
        kind="closing",
        at=row["decided_at"] or row["checked_at"] or row["sent_at"] or row["drafted_at"],
        name=_("办结申请"),
        url=reverse("progress:closing_detail", args=[row["id"]]),
        status=state.value,
        state=str(state.label),
        what=_("%(day)s 报出") % {"day": localtime(row["sent_at"]).date()} if row["sent_at"] else "",
        answer=row["return_reason"],
    )


def _exemption_line(row: Row, task: Task, on: date) -> Row:
    if row["ended_at"]:
        status, state = "ended", _("已提前终止")
    elif row["ends_on"] < on:
        status, state = "ended", _("已到期")
    else:
        status, state = ("ongoing", _("生效中")) if row["starts_on"] <= on else ("planned", _("未开始"))
    span = {"first": row["starts_on"], "last": row["ends_on"]}
    return _line(
        row,
        kind="exemption",
        at=row["ended_at"] or row["granted_at"],
        name=_("不评"),
        url=reverse("tasks:exemptions", args=[task.number]),
        status=status,
        state=state,
        what=_("%(first)s 至 %(last)s") % span,
        answer=row["reason"],
    )


def notice_name(row: Row) -> str:
    """What a notice is called by its level, without its number."""
    return _("督办通知单") if row["level"] == Level.SUPERVISE else _("催办单")


def _notice_line(row: Row, on: date) -> Row:
    state, limit = NoticeStatus(row["status"]), row["new_limit"] or row["limit"]
    is_open = state == NoticeStatus.ISSUED
    words = [str(Reason(row["reason"]).label), period_label(row["period"]) if row["period"] else ""]
    return _line(
        row,
        kind="notice",
        at=row["ended_at"] or row["answered_at"] or row["declined_at"] or row["issued_at"] or row["drafted_at"],
        name=notice_name(row),
        number=f"{row['year']}-{row['serial']}" if row["serial"] else "",
        url=reverse("supervision:notice", args=[row["id"]]),
        status=state.value,
        state=str(state.label),
        what=" ".join(filter(None, words)),
        limit=limit,
        is_late=is_open and limit < on,
        answer=row["answer"] or row["decline_reason"],
    )


# -- reminders that went out ---------------------------------------------------------------------------------------


def reminder_rows(task: Task, user: User) -> Iterator[Row]:
    """What reminders went out about the task, by day: to how many for the office, one's own for others (one query)."""
    found: QuerySet[Any]
    if user.is_office:
        sent = Delivery.objects.visible_to(user).done().filter(channel=Channel.INBOX)
        found = sent.filter(task=task.pk).annotate(day=TruncDate("done_at"))
    else:
        found = Message.objects.visible_to(user).filter(task=task.pk).annotate(day=TruncDate("created_at"))
    counted = found.order_by().values("day", "level", "reason").annotate(people=Count("pk")).order_by("-day", "-level")
    for each in counted[:REMINDERS]:
        yield {**each, "level_label": Level(each["level"]).label, "reason_label": Reason(each["reason"]).label}
