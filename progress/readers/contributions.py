"""配合情况: what the co-responsible units gave, silence included, and what a unit still has to give."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from agencies.models import Agency, User
from agencies.roles import Can
from progress.contradictions import Finding, Statement, attributed, contradictions
from progress.models import Contribution, Period, Report
from progress.models.contribution import NO_CHANGE_RUNNING, may_say_no_change
from progress.models.period import earlier_than
from progress.status import RECEIVED
from tasks.models import Assignment, Task
from tasks.readers.rows import units_of
from tasks.status import REPORTING

Row = dict[str, Any]


def co_parts(task: int, period: Period, *, on: date) -> list[Row]:
    """Each co-responsible unit of a task in the order of the plan with what it has given for a period (two queries).

    `given_at` is None for a unit that is silent; `is_late` then says that its limit has passed. What a unit gave whose
    share has moved to another since comes last.
    """
    rows = Contribution.objects.filter(task=task, period=period).select_related("agency").order_by("agency__order")
    given = {each.agency_id: each for each in rows}
    links = Assignment.objects.filter(task=task, role=Assignment.Role.CO).select_related("agency").order_by("order")
    units = {each.agency_id: each.agency for each in links} | {key: each.agency for key, each in given.items()}
    return [_part(unit, given.get(key), period, on) for key, unit in units.items()]


def _part(unit: Agency, given: Contribution | None, period: Period, on: date) -> Row:
    limit = period.contributions_due_on
    return {
        "agency": unit.pk,
        "name": unit.short_name,
        "label": unit.label,
        "text": given.text if given else "",
        "percent": given.percent if given else None,
        "no_change": given.no_change if given else False,
        "given_at": given.given_at if given else None,
        "is_late": (given.received_on if given else on) > limit,
        "limit": limit,
    }


def task_parts(task: Task, user: User, *, on: date) -> list[Row]:
    """配合情况 of a task for each running period that it reports, as `period` and `parts` (two queries for each).

    For the unit that leads the task, the office and leaders; nothing for others. The task must carry its lead.
    """
    leads = user.drafts_for_agency and task.lead_code == user.agency_id
    if not leads and not user.has(Can.READ_SUBMITTED):
        return []
    periods = [each for each in Period.objects.visible_to(user).unlocked(on=on) if task.owes(each.dates())]
    return [{"period": each, "parts": co_parts(task.pk, each, on=on)} for each in periods]


def composed(report: Report, *, on: date) -> list[Row]:
    """配合情况 of a report: as it was frozen while the report is with the office or approved, else as it is now.

    The report must be loaded with its period.
    """
    if report.status in RECEIVED:
        return [_frozen(each) for each in report.composition]
    return with_taken(co_parts(report.task_id, report.period, on=on), report.progress)


def _frozen(each: Row) -> Row:
    moment = parse_datetime(each["given_at"]) if each["given_at"] else None
    return {**each, "label": each["name"], "given_at": moment, "is_taken": False, "can_take": False}


def composition_word(part: Row) -> str:
    """What a unit that wrote nothing said: no change, or nothing at all, and whether its limit had passed."""
    if part["no_change"]:
        return gettext("本期无变化")
    return gettext("逾期未反馈") if part["is_late"] else gettext("未反馈")


def with_taken(parts: Iterable[Row], progress: str) -> list[Row]:
    """The parts, each with whether it can be taken over and whether its words stand in the progress already."""
    rows = [
        {**each, "is_taken": bool(each["text"]) and attributed(each["name"], each["text"]) in progress}
        for each in parts
    ]
    return [{**each, "can_take": bool(each["text"]) and not each["is_taken"]} for each in rows]


def found_contradictions(parts: Iterable[Row], *, lead: str, text: str, percent: int | None) -> list[Finding]:
    """What does not agree between the lead's words and these parts, and among them; silence contradicts nothing."""
    units = [Statement(each["name"], each["text"], each["percent"]) for each in parts if each["given_at"]]
    return contradictions(Statement(lead or gettext("牵头单位"), text, percent), units)


def contributions_to_give(user: User, *, on: date) -> list[Row]:
    """What this person's unit still has to give to the leads of the tasks it supports, the earliest limit first.

    One row for each task and running period that the task owes a report for, unless the unit has given its part or the
    lead has sent its report. `may_repeat`: “本期无变化” would be accepted.
    """
    rows = [row for row in contributions_now(user, on=on) if row["given"] is None and not row["is_closed"]]
    return sorted(rows, key=lambda row: (row["limit"], row["task"]["number"]))


def contributions_given(user: User, *, on: date) -> list[Row]:
    """What this person's unit has given for the periods that run, and whether it can still be changed."""
    return [row for row in contributions_now(user, on=on) if row["given"] is not None]


def earlier_contributions(user: User, task: Task, period: Period) -> list[Contribution]:
    """What this person's unit gave on a task for the periods before this one, as many as decide on “本期无变化”, the
    latest first.
    """
    own = Contribution.objects.visible_to(user).filter(task=task, agency=user.agency_id)
    earlier = own.filter(earlier_than(period.code, through="period__")).select_related("period")
    return list(earlier.order_by("-period__ends_on", "period__starts_on")[:NO_CHANGE_RUNNING])


def contributions_now(user: User, *, on: date, task: int | None = None) -> list[Row]:
    """Each supported task (or one of them) and running period of this person's unit, given or not, by task and period.

    Seven queries at most.
    """
    if not user.drafts_for_agency:
        return []
    periods = list(Period.objects.visible_to(user).unlocked(on=on))
    tasks = Task.objects.visible_to(user).current().supported_by(user.agency_id or "").filter(status__in=REPORTING)
    if task is not None:
        tasks = tasks.filter(pk=task)
    found = list(tasks.order_by("number"))
    keys = {each.pk for each in found}
    given, closed = _given(user, keys, periods), _closed(keys, periods)
    steady, leads = _may_repeat(user, keys, periods), units_of(keys)
    return [
        {
            **_to_give(each, period, on, given.get((each.pk, period.code))),
            "lead": next(iter(leads[each.pk]), None),
            "is_closed": (each.pk, period.code) in closed,
            "may_repeat": (each.pk, period.code) in steady,
        }
        for each in found
        for period in periods
        if each.owes(period.dates()) or (each.pk, period.code) in given
    ]


def _given(user: User, keys: set[int], periods: list[Period]) -> dict[tuple[int, str], Contribution]:
    rows = Contribution.objects.visible_to(user).filter(agency=user.agency_id, task__in=keys, period__in=periods)
    return {(each.task_id, each.period_id): each for each in rows.select_related("period", "given_by")}


def _closed(keys: set[int], periods: list[Period]) -> set[tuple[int, str]]:
    """Where the lead has sent its report: what follows from it is told to the units, its text is not."""
    sent = Report.objects.filter(task__in=keys, period__in=periods, status__in=sorted(RECEIVED))
    return set(sent.values_list("task", "period"))


def _may_repeat(user: User, keys: set[int], periods: list[Period]) -> set[tuple[int, str]]:
    """Where the unit has given something before and has not said twice running that nothing changed."""
    rows = Contribution.objects.filter(agency=user.agency_id, task__in=keys).order_by(
        "task_id", "-period__ends_on", "period__starts_on"
    )
    history: dict[int, list[tuple[date, date, bool]]] = {}
    for key, ends, starts, no_change in rows.values_list("task", "period__ends_on", "period__starts_on", "no_change"):
        history.setdefault(key, []).append((ends, starts, no_change))
    return {
        (key, period.code)
        for key, rows in history.items()
        for period in periods
        if may_say_no_change([said for ends, starts, said in rows if _is_before(ends, starts, period)])
    }


def _is_before(ends: date, starts: date, period: Period) -> bool:
    return ends < period.ends_on or (ends == period.ends_on and starts > period.starts_on)


def _to_give(task: Task, period: Period, on: date, given: Contribution | None) -> Row:
    limit = period.contributions_due_on
    return {
        "task": {name: getattr(task, name) for name in ("number", "title", "title_en", "is_demo")},
        "period": {"code": period.code, "label": period.label, "locks_on": period.locks_on},
        "limit": limit,
        "is_late": (given.received_on if given else on) > limit,
        "days": abs((limit - on).days),
        "given": _given_row(given) if given else None,
    }


def _given_row(given: Contribution) -> Row:
    return {
        "text": given.text,
        "percent": given.percent,
        "no_change": given.no_change,
        "given_at": given.given_at,
        "given_by": given.given_by.name,
        "version": given.version,
        "is_late": given.is_late,
    }
