"""Units with what they carry, as the pages of units show it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, DateField, F, Q, TextChoices, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency, AgencyQuerySet
from agencies.models.agency import Kind
from dashboard.readers.brief_names import brief_name, cut_name
from dashboard.readers.partners import UNIT_LENGTH, partners_of, picture
from progress.models import Ask, Closing, Period
from progress.readers import standing_row
from progress.readers.summary import duty, with_report
from progress.status import ClosingStatus
from supervision.models import Notice
from tasks.lights import Colour
from tasks.models import Extension, Milestone, Task
from tasks.readers import agency_rows, row_owes, task_rows
from tasks.readers.board import light_counts, light_list
from tasks.readers.duties import DUTY_FIELDS
from tasks.status import RUNNING

Row = dict[str, Any]

DAYS_AHEAD = 60
PERIODS_SHOWN = 2


class UnitOrder(TextChoices):
    """单位的顺序."""

    PLAN = "plan", gettext_lazy("按方案顺序")
    LED = "led", gettext_lazy("按牵头任务")
    SUPPORTED = "supported", gettext_lazy("按配合任务")
    RED = "red", gettext_lazy("按红灯")


# -- the list ------------------------------------------------------------------------------------------------------


def unit_groups(agencies: AgencyQuerySet, tasks: Any, *, on: date, order: str = UnitOrder.PLAN) -> list[Row]:
    """Units of a scoped queryset with how many tasks each leads and supports, and the lights of those it leads.

    By kind in the plan's order; in any other order as one group without a kind (three queries).
    """
    counts = {row["code"]: row for row in agency_rows(agencies)}
    lights: dict[str, Counter[str]] = defaultdict(Counter)
    for code, colour in tasks.with_colour(on).order_by().values_list("lead_code", "colour"):
        lights[code][colour] += 1
    units = [
        {
            "agency": agency,
            "led": counts[agency.code]["led"],
            "supported": counts[agency.code]["supported"],
            "red": lights[agency.code][Colour.RED],
            "lights": light_list(lights[agency.code]),
        }
        for agency in agencies.order_by("order")
    ]
    if order != UnitOrder.PLAN:
        return [{"kind": None, "units": sorted(units, key=lambda unit: -unit[order])}] if units else []
    groups: dict[str, list[Row]] = defaultdict(list)
    for unit in units:
        groups[unit["agency"].kind].append(unit)
    return [{"kind": kind, "units": groups[kind]} for kind in Kind if kind in groups]


# -- one unit ------------------------------------------------------------------------------------------------------


def unit_tasks(user: Any, agency: Agency, *, on: date) -> dict[str, list[Row]]:
    """The tasks that a unit leads and those that it supports, as far as the person may see them (four queries)."""
    rows = task_rows(Task.objects.visible_to(user).current().involving(agency.code).order_by("number"), on=on)
    led = [row for row in rows if row["lead"] and row["lead"]["code"] == agency.code]
    numbers = {row["number"] for row in led}
    return {"led": led, "supported": [row for row in rows if row["number"] not in numbers]}


def unit_picture(user: Any, agency: Agency, *, on: date) -> Row:
    """What a unit carries, with whom, how much that is, how it stands, and what comes next (ten queries)."""
    tasks = unit_tasks(user, agency, on=on)
    led, supported = tasks["led"], tasks["supported"]
    partners = partners_of(agency.code, led, supported)
    periods = list(Period.objects.visible_to(user).quarters().begun(on=on).newest_first()[:PERIODS_SHOWN])
    return {
        **tasks,
        "load": load_of(agency, len(led), len(supported)),
        "lights": light_counts(led),
        "partners": partners,
        "unit_name": cut_name(brief_name(agency.label), length=UNIT_LENGTH),
        "picture": picture(partners),
        "coming": coming(led, supported, periods, on=on),
        "days_ahead": DAYS_AHEAD,
        "standing": [row for period in periods if (row := _standing(user, agency, period, on))["expected"]],
        "cases": open_cases(user, agency, on=on),
    }


def load_of(agency: Agency, led: int, supported: int) -> list[Row]:
    """What the unit leads and supports beside the average and the most of the plan's units (one query)."""
    units = agency_rows(Agency.objects.in_plan())
    loads = []
    for name, label, own in (("led", _("牵头任务"), led), ("supported", _("配合任务"), supported)):
        counts = [unit[name] for unit in units]
        most = max([own, 1, *counts])
        average = sum(counts) / len(counts) if counts else 0
        loads.append(
            {
                "label": label,
                "count": own,
                "average": round(average, 1),
                "most": most,
                "share": round(100 * own / most, 1),
                "average_at": round(100 * average / most, 1),
            }
        )
    return loads  # fmt: skip


def coming(led: list[Row], supported: list[Row], periods: Iterable[Period], *, on: date) -> list[Row]:
    """Deadlines, milestones and report limits of the next sixty days, the nearest first (one query)."""
    last = on + timedelta(days=DAYS_AHEAD)
    running = {row["number"]: row for row in (*led, *supported) if row["status"] in RUNNING}
    leads = {row["number"] for row in led}
    dates = [{"on": row["due_date"], "what": _("任务到期"), "task": row} for row in running.values() if row["due_date"]]
    marks = Milestone.objects.filter(task__plan__is_current=True, task__number__in=running, due_on__range=(on, last))
    for number, name, day, percent in marks.values_list("task__number", "name", "due_on", "planned_percent"):
        what = _("节点：%(name)s（计划 %(percent)s%%）") % {"name": name, "percent": percent}
        dates.append({"on": day, "what": what, "task": running[number]})
    dates += [_limit(period) for period in periods if leads]
    found = [
        {"task": None, **each, "days": (each["on"] - on).days, "leads": each.get("task", {}).get("number") in leads}
        for each in dates
        if on <= each["on"] <= last
    ]
    return sorted(found, key=lambda each: (each["on"], each["task"]["number"] if each["task"] else 0))


def _limit(period: Period) -> Row:
    return {"on": period.reports_due_on, "what": _("%(period)s报送时限") % {"period": period.label}}


def _standing(user: Any, agency: Agency, period: Period, on: date) -> Row:
    """What the unit owed for a period and what came in, by the rules of 报送情况 (one query)."""
    tasks = with_report(Task.objects.visible_to(user).current(), period, on=on).order_by()
    found = tasks.filter(Q(lead_code=agency.code) | Q(lead_then=agency.code))
    reports = []
    for row in found.values(*DUTY_FIELDS, "lead_code", "report_on", "lead_then"):
        owed = duty(row["report_on"], row["lead_then"], owes=row_owes(row, period.dates()), period=period, on=on)
        if owed["is_expected"] and (row["lead_then"] or row["lead_code"]) == agency.code:
            reports.append({"state": _state(row["report_on"], period)})
    is_running = on <= period.reports_due_on
    return {**standing_row((period.code, period.label), reports), "is_running": is_running}


def _state(report_on: date | None, period: Period) -> str:
    if report_on is None:
        return "missing"
    return "late" if period.is_late(on=report_on) else "timely"


def open_cases(user: Any, agency: Agency, *, on: date) -> list[Row]:
    """What is open on the tasks a unit leads, and what is asked of it, as far as the person may see it (one query)."""
    code = agency.code
    notices = Notice.objects.visible_to(user).with_lead().standing().filter(lead_code=code)
    extensions = Extension.objects.visible_to(user).waiting().filter(lead_code=code)
    closings = Closing.objects.visible_to(user).open().exclude(status=ClosingStatus.DRAFT).filter(lead_code=code)
    asks = Ask.objects.visible_to(user).open().filter(ask_to=code)
    parts = (
        _case(notices, "notice", "new_limit"),
        _case(extensions, "extension", "answer_due_on"),
        _case(closings, "closing", None),
        _case(asks, "ask", "ask_due_on"),
    )
    found = parts[0].union(*parts[1:])
    cases = [
        {
            "what": CASES[kind][0],
            "number": number,
            "url": reverse(CASES[kind][1], args=[pk]),
            "limit": limit,
            "is_late": bool(limit and limit < on),
        }
        for kind, pk, number, limit in found
    ]
    return sorted(cases, key=lambda each: (each["limit"] or date.max, each["number"]))


def _case(rows: Any, kind: str, limit: str | None) -> Any:
    due = F(limit) if limit else Cast(Value(None), DateField())
    return rows.order_by().values_list(Value(kind, CharField()), "pk", "task__number", due)


CASES = {
    "notice": (gettext_lazy("督办通知"), "supervision:notice"),
    "extension": (gettext_lazy("延期申请"), "tasks:extension"),
    "closing": (gettext_lazy("办结申请"), "progress:closing_detail"),
    "ask": (gettext_lazy("请求协调"), "progress:ask"),
}
