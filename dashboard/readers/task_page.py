from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.timezone import localtime

from agencies.models import User
from dashboard.readers.chart import progress_chart
from dashboard.readers.events import event_rows
from dashboard.readers.task_cases import task_cases
from ledger.models import Event, EventQuerySet
from progress.models import Period, Report
from progress.permissions import can_draft
from progress.readers import missing_reports, period_rows, report_rows
from progress.status import ReportStatus
from supervision.models import Channel, Delivery, Level, Message, Reason
from tasks.models import MeasureStatus, Task
from tasks.permissions import can_set_up, is_lead_staff
from tasks.readers import changes_of_others, changes_open_to, part_names, task_page_row
from tasks.status import DONE, REPORTING, Status

Row = dict[str, Any]
HISTORY = 20
REPORTS = 12
CASES = ("closing", "contribution", "exemption", "extension", "notice")  # what hangs on a task by its key


def task_page(task: Task, user: User, *, on: date) -> Row:
    """Everything on a task's page that this person may see, and what they may do there now (at most eleven queries).

    The task must carry its plan, its pillar and its lead.
    """
    row, names = task_page_row(task, on=on), part_names()
    found = Report.objects.visible_to(user).filter(task=task.pk)
    newest_first = found.order_by("-period__ends_on", "period__starts_on")
    reports = report_rows(newest_first[:REPORTS])
    events = task_events(Event.objects.visible_to(user), task, reports)[:HISTORY]
    approved = approved_points(reports)
    return {
        "task": row,
        "names": names,
        "reports": reports,
        "chart": progress_chart(
            start=row["start_date"], due=row["due_date"], marks=row["marks"], approved=approved, on=on
        ),
        "approved": approved,
        "events": event_rows(events, agencies=names["agency"]),
        "notices": notice_rows(task, user),
        **task_cases(task, user, on=on),
        "changes": [_with_url(each) for each in changes_open_to(user, task, on=on)],
        "awaited": changes_of_others(user, task),
        "set_up": can_set_up(user, task) and task.status not in DONE | {Status.STOPPED},
        "measure_choices": measure_choices(user, task),
        "to_report": reports_to_write(task, user, row, reports, on=on),
        "on": on,
    }


def _with_url(change: Row) -> Row:
    return {**change, "url": reverse(change["url_name"], args=change["url_args"])}


def measure_choices(user: User, task: Task) -> list[tuple[str, Any]]:
    """The states that this person may give a measure now: the lead unit's, while the task runs."""
    is_open = task.status in REPORTING and is_lead_staff(user, task)
    return [(each.value, each.label) for each in MeasureStatus] if is_open else []


def reports_to_write(task: Task, user: User, row: Row, reports: list[Row], *, on: date) -> list[Row]:
    """The open periods for which this person's unit still owes a report on the task (one query, for the unit alone)."""
    if task.status not in REPORTING or not can_draft(user, task):
        return []
    periods = list(Period.objects.visible_to(user).unlocked(on=on))
    owed = {**row, "owes": [each.code for each in periods if task.owes(each.dates())]}
    return missing_reports([owed], reports, period_rows(periods, on=on), on=on)


def approved_points(reports: list[Row]) -> list[tuple[date, int]]:
    """When which percent was approved, the earliest first."""
    approved = [each for each in reports if each["status"] == ReportStatus.APPROVED and each["reviewed_at"]]
    return sorted((localtime(each["reviewed_at"]).date(), each["percent"]) for each in approved)


def task_events(events: EventQuerySet, task: Task, reports: list[Row]) -> EventQuerySet:
    """Of these events those about the task, its reports and their evidence, the newest first."""
    report_keys = {each["id"]: f"{task.key}/{each['period']}" for each in reports}
    files = [f"{report_keys[each['id']]}/{file['id']}" for each in reports for file in each["evidence"]]
    about = Q(kind="task", key=task.key) | Q(kind="report", key__in=[*report_keys.values()])
    cases = Q(kind__in=CASES, key__startswith=f"{task.key}/")
    return events.filter(about | cases | Q(kind="evidence", key__in=files)).order_by("-sequence")


def notice_rows(task: Task, user: User) -> list[Row]:
    """What reminders went out about the task, by day: to how many for the office, one's own for others (one query)."""
    found: QuerySet[Any]
    if user.is_office:
        sent = Delivery.objects.visible_to(user).done().filter(channel=Channel.INBOX)
        found = sent.filter(task=task.pk).annotate(day=TruncDate("done_at"))
    else:
        found = Message.objects.visible_to(user).filter(task=task.pk).annotate(day=TruncDate("created_at"))
    counted = found.order_by().values("day", "level", "reason").annotate(people=Count("pk")).order_by("-day", "-level")
    return [
        {**each, "level_label": Level(each["level"]).label, "reason_label": Reason(each["reason"]).label}
        for each in counted[:HISTORY]
    ]
