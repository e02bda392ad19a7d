"""What waits for whom: the lists from which people work."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime

from agencies.models import Agency
from common.workdays import WorkCalendar
from progress.models import Period, Report, ReportQuerySet
from progress.models.contribution import may_say_no_change
from progress.status import RECEIVED, ReportStatus
from tasks.models import PolicyVersion, Result, Task
from tasks.periods import PeriodPolicy, order_of
from tasks.policies import PolicyKind

Row = dict[str, Any]
LOOKED_BACK = timedelta(days=3 * 366)

_FIELDS = (
    "id", "task__number", "task__title", "task__title_en", "task__percent", "period", "period__reports_due_on",
    "period__locks_on", "status", "revision", "version", "percent", "result", "no_change", "drafted_by",
    "drafted_by__name", "drafted_at", "submitted_at", "submitted_by", "return_reason", "received_on", "lead_code",
    "is_demo",
)  # fmt: skip


def period_rows(periods: Iterable[Period], *, on: date) -> list[Row]:
    """Periods with their limits, and whether a report that comes on this day counts as late."""
    return [
        {
            "code": each.code,
            "label": each.label,
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
            "reports_due_on": each.reports_due_on,
            "locks_on": each.locks_on,
            "is_late": each.is_late(on=on),
        }
        for each in periods
    ]


def work_reports(reports: ReportQuerySet, *, periods: Iterable[str]) -> list[Row]:
    """The reports of these periods, and every other one that somebody still has to act on (one query)."""
    unfinished = ~Q(status=ReportStatus.APPROVED)
    rows = reports.filter(Q(period__in=list(periods)) | unfinished).order_by(
        "submitted_at", "task__number", "period_id"
    )
    return [_row(row) for row in rows.values(*_FIELDS)]


def _row(row: Row) -> Row:
    received, limit = row["received_on"], row.pop("period__reports_due_on")
    return {
        **{name: value for name, value in row.items() if "__" not in name},
        "task": {
            "number": row["task__number"],
            "title": row["task__title"],
            "title_en": row["task__title_en"],
        },
        "approved_percent": row["task__percent"],
        "drafted_by_name": row["drafted_by__name"],
        "status_label": str(ReportStatus(row["status"]).label),
        "result_label": str(Result(row["result"]).label),
        "limit": limit,
        "locks_on": row["period__locks_on"],
        "is_late": received is not None and received > limit,
    }


def missing_reports(tasks: Iterable[Row], reports: Iterable[Row], periods: Iterable[Row], *, on: date) -> list[Row]:
    """Each task and open period whose report has not come in, the earliest limit first; pure, no query.

    `tasks` are rows of `tasks.readers.task_rows_owing` for these periods, `reports` of `work_reports`, `periods` of
    `period_rows`. A draft or a returned report has not come in; it stands in `report`.
    """
    known = {(each["task"]["number"], each["period"]): each for each in reports}
    missing = [
        _missing(task, period, known.get((task["number"], period["code"])), on)
        for period in periods
        for task in tasks
        if period["code"] in task["owes"]
    ]
    return sorted(filter(None, missing), key=lambda each: (each["limit"], each["task"]["number"]))


def periods_open_to(task: Task, periods: Iterable[Period]) -> list[Period]:
    """Of the unlocked periods those for which a report on this task is taken; pure."""
    return [each for each in periods if each.is_open_to(task)]


def period_to_report(task: Task, periods: Iterable[Period], *, sent: Collection[str]) -> Period | None:
    """Of the unlocked periods, the oldest first, the one to report now; `sent` are those whose report is in; pure.

    The first that is owed and not in, else the last that is owed, else the running quarter, which is always taken.
    """
    taken = periods_open_to(task, periods)
    owed = [each for each in taken if task.owes(each.dates())]
    missing = [each for each in owed if each.code not in sent]
    return next(iter(missing or owed[-1:] or taken[-1:]), None)


def with_unchanged(missing: Iterable[Row]) -> list[Row]:
    """Rows of `missing_reports`, each with `may_repeat`: “本期无变化” would be accepted at one click (one query).

    Of what was sent the last years are looked at, and no more: who has been silent for longer writes a word.
    """
    rows = list(missing)
    numbers = {row["task"]["number"] for row in rows if row["report"] is None}
    since = min((row["period"]["starts_on"] for row in rows), default=date.min + LOOKED_BACK) - LOOKED_BACK
    sent = Report.objects.filter(
        task__number__in=numbers, task__plan__is_current=True, status__in=RECEIVED, period__ends_on__gte=since
    )
    history: dict[int, list[tuple[str, bool]]] = {}
    for number, code, said in sent.values_list("task__number", "period", "no_change") if numbers else ():
        history.setdefault(number, []).append((code, said))
    return [{**row, "may_repeat": _may_say_no_change(history.get(_number(row), []), row)} for row in rows]


def _number(row: Row) -> int:
    return int(row["task"]["number"])


def _may_say_no_change(sent: Iterable[tuple[str, bool]], row: Row) -> bool:
    """Not over a draft that somebody has begun; else by the rule, from the periods before this one."""
    place = order_of(row["period"]["code"])
    earlier = sorted((order_of(code), said) for code, said in sent if order_of(code) < place)
    return row["report"] is None and may_say_no_change([said for _order, said in reversed(earlier)])


def _missing(task: Row, period: Row, report: Row | None, on: date) -> Row | None:
    if report and report["status"] in RECEIVED:
        return None
    limit = period["reports_due_on"]
    return {
        "task": task,
        "period": period,
        "report": report,
        "limit": limit,
        "is_late": period["is_late"],
        "days": abs((limit - on).days),
    }


def review_queue(reports: ReportQuerySet, *, on: date, calendar: WorkCalendar) -> list[Row]:
    """Reports that wait for the office, the longest waiting first, with the working days they waited (three queries).

    `is_copied` says that the text is word for word that of an earlier report on the same task.
    """
    same_text = Report.objects.filter(task=OuterRef("task"), progress=OuterRef("progress"), no_change=False)
    ends, starts = OuterRef("period__ends_on"), OuterRef("period__starts_on")
    earlier = Q(period__ends_on__lt=ends) | Q(period__ends_on=ends, period__starts_on__gt=starts)
    found = reports.waiting().annotate(is_copied=Exists(same_text.filter(earlier)))
    rows = [_row(row) for row in found.values(*_FIELDS, "is_copied")]
    leads = Agency.objects.in_bulk({row["lead_code"] for row in rows if row["lead_code"]})
    allowed = review_days()
    waited = [with_waiting(row, calendar=calendar, on=on, allowed=allowed) for row in rows]
    return [{**row, "lead": _lead(leads, row["lead_code"])} for row in waited]


def review_days() -> int:
    """The working days that the office has for a review, by the rules in force (one query)."""
    return PolicyVersion.objects.value(PeriodPolicy, PolicyKind.PERIODS).review_days


def with_waiting(row: Row, *, calendar: WorkCalendar, on: date, allowed: int) -> Row:
    """A sent report with the working days it has waited, and whether that is more than the office is allowed."""
    days = calendar.between(localtime(row["submitted_at"]).date(), on)
    return {**row, "days": days, "allowed": allowed, "is_overdue": days > allowed}


def waiting_units(rows: Iterable[Row]) -> list[Row]:
    """The lead units of reports that wait, by name, with how many each has; pure."""
    rows = [row for row in rows if row["lead"]]
    counted = Counter(row["lead"]["code"] for row in rows)
    labels = {row["lead"]["code"]: row["lead"]["label"] for row in rows}
    return [{"code": code, "label": labels[code], "count": counted[code]} for code in sorted(labels, key=labels.get)]


def _lead(leads: dict[str, Agency], code: str | None) -> Row | None:
    agency = leads.get(code or "")
    return {"code": agency.code, "label": agency.label} if agency else None
