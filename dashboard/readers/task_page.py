from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from dashboard.readers.chart import progress_chart, told_points
from dashboard.readers.coverage import Said, coverage, covered
from dashboard.readers.task_cases import case_lines, reminder_rows, task_rows_seen
from dashboard.readers.task_events import event_page
from dashboard.readers.task_parts import parts_to_give, running_parts, running_periods
from dashboard.readers.task_reports import FILES, approved_points, file_rows, report_page
from dashboard.readers.task_waits import Sight, waits
from progress.permissions import can_draft, can_draft_closing
from progress.readers import missing_reports, period_rows
from tasks.models import MeasureStatus, Task
from tasks.permissions import can_exempt, can_set_up, is_lead_staff
from tasks.readers import changes_of_others, changes_open_to, extension_policy, task_page_row
from tasks.status import ENDED, REPORTING, RUNNING, ExtensionStatus, Status

Row = dict[str, Any]
CASES = 10


@dataclass(frozen=True)
class Asked:
    """Which part of what is long the person wants to see: a page of the reports, the events before one, or all."""

    reports: int = 1
    before: int | None = None
    all_files: bool = False
    all_cases: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """What an address asks for; what makes no sense asks for nothing."""
        return cls(
            reports=_number(query.get("reports", "")) or 1,
            before=_number(query.get("before", "")),
            all_files=query.get("files") == "all",
            all_cases=query.get("cases") == "all",
        )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= len("999999999999") else None


def task_page(task: Task, user: User, *, on: date, asked: Asked) -> Row:
    """Everything on a task's page that this person may see, and what they may do there now (at most nine queries).

    The task must carry its plan, its pillar and its lead.
    """
    row, names = task_page_row(task, on=on)
    periods = running_periods(task, user, on=on)
    seen = task_rows_seen(task, user, periods)
    reports = report_page(user, seen["report"], asked.reports, names["agency"])
    parts = running_parts(task, user, seen["contribution"], periods, units=row["supporting"], on=on)
    measures = covered(row["measures"], _said(row, reports["newest"], parts, names["agency"]))
    files = file_rows(user, task, seen["report"], seen["closing"], is_all=asked.all_files)
    return {
        "task": {**row, "measures": measures},
        "names": names,
        "coverage": coverage(measures),
        "reports": reports,
        "parts": parts,
        "files": files if asked.all_files else files[:FILES],
        "has_more_files": not asked.all_files and len(files) > FILES,
        "events": event_page(user, task, before=asked.before, names=names["agency"]),
        "reminders": list(reminder_rows(task, user)),
        **_progress(row, seen["report"], on),
        **_cases(task, seen, asked, on),
        **_what_now(task, user, {**row, "names": names["agency"]}, seen=seen, periods=periods, on=on),
        "on": on,
    }


def _said(row: Row, newest: list[Row], parts: list[Row], units: dict[str, str]) -> list[Said]:
    """What the units wrote lately: the newest reports with what was given for them, and the running periods."""
    return [*_running(parts), *(each for report in newest for each in _reported(row, report, units))]


def _running(parts: list[Row]) -> Iterator[Said]:
    for period in parts:
        for part in period["given"]:
            yield Said(part["label"], period["period"], part["text"])


def _reported(row: Row, report: Row, units: dict[str, str]) -> Iterator[Said]:
    lead = row["lead"]["label"] if row["lead"] else ""
    yield Said(lead, report["period"], f"{report['progress']}\n{report['problems']}\n{report['next_steps']}")
    for part in report["composition"]:
        yield Said(units.get(part["agency"], part["name"]), report["period"], part["text"])


def _progress(row: Row, line: list[Row], on: date) -> Row:
    """The picture, its points, and since when each milestone is reached."""
    approved = approved_points(line)
    chart = progress_chart(start=row["start_date"], due=row["due_date"], marks=row["marks"], approved=approved, on=on)
    reached = [
        next((at for at, percent in approved if percent >= each["planned_percent"]), None) for each in row["milestones"]
    ]
    marks = [{**each, "reached_on": at} for each, at in zip(row["milestones"], reached, strict=True)]
    told = told_points(approved)
    return {"chart": chart, "approved": told, "is_thinned": len(told) < len(approved), "milestones": marks}


def _cases(task: Task, seen: dict[str, list[Row]], asked: Asked, on: date) -> Row:
    lines = case_lines(seen, task, on=on)
    shown = lines if asked.all_cases else lines[:CASES]
    return {"cases": shown, "case_count": len(lines)}


def _what_now(task: Task, user: User, row: Row, *, seen: dict[str, list[Row]], periods: list[Any], on: date) -> Row:
    """What this person may do with the task, and what it waits for."""
    changes = [
        {**each, "url": reverse(each["url_name"], args=each["url_args"])} for each in changes_open_to(user, task, on=on)
    ]
    others = changes_of_others(user, task)
    to_give = parts_to_give(task, user, seen["contribution"], periods, row, on=on)
    owed = reports_owed(task, row, seen["report"], periods, on=on)
    sight = Sight(
        task=task, user=user, row=row, seen=seen, changes=changes, others=others, owed=owed, to_give=to_give, on=on
    )
    return {
        "changes": changes,
        "awaited": others,
        "waits": waits(sight),
        "to_give": to_give,
        "may": _may(task, user, seen, on),
        "measure_choices": measure_choices(user, task),
    }


def _may(task: Task, user: User, seen: dict[str, list[Row]], on: date) -> Row:
    """Which ways lead on from the page for this person."""
    leads = is_lead_staff(user, task) and task.status == Status.ONGOING
    open_case = any(each["status"] in (ExtensionStatus.DRAFT, ExtensionStatus.SENT) for each in seen["extension"])
    return {
        "set_up": can_set_up(user, task) and task.status not in ENDED,
        "exempt": can_exempt(user, task) and task.status in RUNNING | REPORTING,
        "ask_closing": leads and can_draft_closing(user, task) and task.percent == 100 and not seen["closing"],
        "report": task.status in REPORTING and can_draft(user, task),
        "extension": extension_word(task, seen["extension"], on=on) if leads and not open_case else None,
    }


def extension_word(task: Task, extensions: list[Row], *, on: date) -> str:
    """Why the lead unit, which sees all its requests, cannot ask for an extension now; empty when it can."""
    if task.due_date is None:
        return _("只有办理中、已设时限的任务可以申请延期。")
    policy = extension_policy()
    if on > task.due_date and not policy.late_allowed:
        return _("时限 %(day)s 已过，不再受理延期申请。") % {"day": task.due_date.isoformat()}
    granted = sum(each["status"] == ExtensionStatus.GRANTED for each in extensions)
    if granted >= policy.most:
        return _("这项任务已同意延期 %(count)d 次，不能再延。") % {"count": granted}
    return ""


def measure_choices(user: User, task: Task) -> list[tuple[str, Any]]:
    """The states that this person may give a measure now: the lead unit's, while the task runs."""
    is_open = task.status in REPORTING and is_lead_staff(user, task)
    return [(each.value, each.label) for each in MeasureStatus] if is_open else []


def reports_owed(task: Task, row: Row, line: list[Row], periods: list[Any], *, on: date) -> list[Row]:
    """The unlocked periods for which the task's report has not come in, as far as the person may know. No query."""
    owed = {**row, "owes": [each.code for each in periods if task.owes(each.dates()) and not each.is_sent]}
    known = [{**each, "task": {"number": task.number}} for each in line]
    return missing_reports([owed], known, period_rows(periods, on=on), on=on)
