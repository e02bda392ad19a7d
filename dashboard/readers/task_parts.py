"""配合情况 of a task: what the running periods have brought, and what the person's own unit still has to give."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from agencies.models import User
from agencies.roles import Can
from progress.models import Period, Report
from progress.models.contribution import may_say_no_change
from progress.readers.contributions import composition_word
from progress.status import RECEIVED
from tasks.models import Task
from tasks.periods import order_of
from tasks.permissions import is_lead_staff
from tasks.status import REPORTING

Row = dict[str, Any]


def running_periods(task: Task, user: User, *, on: date) -> list[Any]:
    """The unlocked periods while the task reports, the oldest first, each with `is_sent`: its report is with the office
    or approved (one query).
    """
    if task.status not in REPORTING:
        return []
    sent = Report.objects.filter(task=task.pk, period=OuterRef("pk"), status__in=sorted(RECEIVED))
    return list(Period.objects.visible_to(user).unlocked(on=on).annotate(is_sent=Exists(sent)))


def running_parts(
    task: Task, user: User, rows: Iterable[Row], periods: Iterable[Any], *, units: list[Row], on: date
) -> list[Row]:
    """For the lead unit, the office and leaders: each running period whose report has not come in, with what every
    supporting unit gave; the latest first. No query: `rows` are the contributions, `units` those of the plan.
    """
    if not is_lead_staff(user, task) and not user.has(Can.READ_SUBMITTED):
        return []
    owed = [each for each in periods if not each.is_sent and task.owes(each.dates())]
    found = [{"period": each.code, **split(_parts(each, rows, units, on))} for each in reversed(owed)]
    return [each for each in found if each["given"] or each["silent"]]


def split(parts: Iterable[Row]) -> dict[str, list[Row]]:
    """`given`: what units said, be it that nothing changed; `silent`: those that said nothing."""
    rows = list(parts)
    said = [each for each in rows if each["text"] or each["no_change"]]
    return {"given": said, "silent": [each for each in rows if each not in said]}


def _parts(period: Any, rows: Iterable[Row], units: list[Row], on: date) -> list[Row]:
    given = {each["agency"]: each for each in rows if each["period"] == period.code}
    names = {each["code"]: each["label"] for each in units}
    return [
        _part(names.get(code, code), given.get(code), period.contributions_due_on, on) for code in {**names, **given}
    ]


def _part(label: str, given: Row | None, limit: date, on: date) -> Row:
    is_late = (given["received_on"] if given else on) > limit
    no_change = bool(given and given["no_change"])
    text = given["text"] if given else ""
    return {
        "label": label,
        "text": text,
        "percent": given["percent"] if given else None,
        "no_change": no_change,
        "given_at": given["given_at"] if given else None,
        "is_late": is_late,
        "word": "" if text else composition_word({"no_change": no_change, "is_late": is_late}),
    }


def parts_to_give(
    task: Task, user: User, rows: Iterable[Row], periods: Iterable[Any], row: Row, *, on: date
) -> list[Row]:
    """The running periods for which the person's own unit supports the task and has not given its part. No query."""
    supports = user.agency_id in {each["code"] for each in row["supporting"]}
    if not user.drafts_for_agency or not supports:
        return []
    own = [each for each in rows if each["agency"] == user.agency_id]
    given = {each["period"] for each in own}
    return [
        {
            "task": {"number": task.number},
            "period": {"code": each.code, "label": each.label},
            "limit": each.contributions_due_on,
            "is_late": on > each.contributions_due_on,
            "may_repeat": may_say_no_change([e["no_change"] for e in own if order_of(e["period"]) < each.order]),
        }
        for each in periods
        if task.owes(each.dates()) and each.code not in given and not each.is_sent
    ]
