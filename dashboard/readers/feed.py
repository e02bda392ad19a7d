"""日历订阅: the days that a unit or the office has to keep, as entries of a calendar."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Agency, User
from ledger.readers import last_sequence
from progress.models import Period
from tasks.models import CalendarDay, PolicyVersion, Task
from tasks.periods import PeriodDates, PeriodPolicy, codes_of_year, ends_on, parse_period, period_dates, period_label
from tasks.periods import starts_on as first_day
from tasks.policies import PolicyKind
from tasks.readers.duties import task_rows_owing
from tasks.readers.timeline import milestones_of
from tasks.status import ENDED

Row = dict[str, Any]


def calendar_feed(user: User, *, now: datetime) -> Row:
    """The calendar's name and its entries, the earliest first (as many queries however many tasks there are).

    Of the caller's unit: what it leads with deadlines, milestones and report limits, and when its contributions to what
    it supports are due. The office and an account without a unit get all tasks.
    """
    on = now.date()
    unit = None if user.is_office else user.agency_id
    tasks = Task.objects.visible_to(user).current().exclude(status__in=ENDED)
    periods = [*_running(user, on), *_next(on)]
    rows = task_rows_owing(tasks, periods=periods, on=on)
    led = [row for row in rows if unit is None or (row["lead"] and row["lead"]["code"] == unit)]
    supported = [row for row in rows if any(each["code"] == unit for each in row["supporting"])] if unit else rows
    changed = max((row["updated_at"] for row in rows), default=now)
    limits = _limits(periods, led, supported, sequence=last_sequence(), changed=changed)
    entries = [*_of_tasks(led), *limits]
    return {"name": _name(unit, on), "entries": sorted(entries, key=lambda each: (each["on"], each["uid"]))}


def _name(unit: str | None, on: date) -> str:
    title = _("督办日历")
    agency = Agency.objects.filter(code=unit).first() if unit else None
    return f"{title} · {agency.short_name}" if agency else title


def _running(user: User, on: date) -> list[PeriodDates]:
    """Periods that still take reports, with the dates they were opened with (one query)."""
    return [each.dates() for each in Period.objects.visible_to(user).unlocked(on=on)]


def _next(on: date) -> Iterator[PeriodDates]:
    """The next period of each cycle, by the rules and the calendar in force (two queries)."""
    calendar = CalendarDay.objects.as_calendar()
    policy = PolicyVersion.objects.value(PeriodPolicy, PolicyKind.PERIODS)
    coming: dict[Any, str] = {}
    for code in sorted((code for year in (on.year, on.year + 1) for code in codes_of_year(year)), key=ends_on):
        if first_day(code) > on:
            coming.setdefault(parse_period(code)[0], code)
    return (period_dates(code, calendar, policy) for code in coming.values())


def _of_tasks(rows: list[Row]) -> Iterator[Row]:
    marks = milestones_of(row["number"] for row in rows)
    for row in rows:
        if row["due_date"]:
            yield _entry(row, row["due_date"], "due", what=_("时限"), note=_basis(row))
        for mark in marks.get(row["number"], ()):
            note = _("计划进度 %(percent)d%%") % {"percent": mark["percent"]}
            name = f"milestone-{mark['due_on']:%Y%m%d}"
            yield _entry(row, mark["due_on"], name, what=_("节点：%(name)s") % {"name": mark["name"]}, note=note)


def _basis(row: Row) -> str:
    """Whose the deadline is: the office's date is never shown as the plan's."""
    return _("时限依据：%(basis)s") % {"basis": row["due_basis_label"]} if row["due_basis_label"] else ""


def _entry(row: Row, on: date, name: str, *, what: str, note: str) -> Row:
    title = row["title_en"] if get_language() == "en" else row["title"]
    told = {"number": row["number"], "title": title, "what": what}
    return {
        "uid": f"task-{row['number']}-{name}",
        "on": on,
        "category": _("时限") if name == "due" else _("节点"),
        "summary": _("任务%(number)d %(title)s：%(what)s") % told,
        "lines": [*_facts(row), *filter(None, [note])],
        "number": row["number"],
        "period": None,
        "sequence": row["version"],
        "changed": row["updated_at"],
    }


def _facts(row: Row) -> Iterator[str]:
    yield _("状态：%(status)s") % {"status": row["status_label"]}
    yield _("已审定进度 %(percent)d%%") % {"percent": row["percent"]}
    if row["lead"]:
        yield _("牵头单位：%(unit)s") % {"unit": row["lead"]["label"]}


def _limits(
    periods: Iterable[PeriodDates], led: list[Row], supported: list[Row], *, sequence: int, changed: datetime
) -> Iterator[Row]:
    """When reports and contributions are due, for those of the tasks that owe."""
    for period in periods:
        for kind, day, rows in (
            ("contribution", period.contributions_due_on, supported),
            ("report", period.reports_due_on, led),
        ):
            owing = [row["number"] for row in rows if period.code in row["owes"]]
            if owing:
                yield _limit(period, kind, day, owing) | {"sequence": sequence, "changed": changed}


def _limit(period: PeriodDates, kind: str, day: date, owing: list[int]) -> Row:
    what = _("进展报送时限") if kind == "report" else _("配合情况时限")
    told = {"period": period_label(period.code), "what": what, "count": len(owing)}
    return {
        "uid": f"period-{period.code}-{kind}",
        "on": day,
        "category": what,
        "summary": _("%(period)s %(what)s（%(count)d 项任务）") % told,
        "lines": [_("任务：%(numbers)s") % {"numbers": ", ".join(map(str, owing))}],
        "number": None,
        "period": period.code,
    }
