from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localtime

from agencies.models import User
from dashboard.readers.chart import progress_chart
from dashboard.readers.events import event_rows
from ledger.models import Event, EventQuerySet
from progress.models import Period, Report
from progress.permissions import can_draft
from progress.readers import missing_reports, period_rows, report_rows
from progress.status import ReportStatus
from supervision.models import Channel, Delivery, Level, Message, Reason
from tasks.actions import unmet_condition
from tasks.models import MeasureStatus, Task
from tasks.permissions import can_make, can_set_up, is_lead_staff
from tasks.readers import part_names, task_page_row
from tasks.status import DONE, REPORTING, Status, transitions_from

Row = dict[str, Any]
HISTORY = 20
# What carries a task forward; the rest stops it or turns it round.
FORWARD = frozenset({"issue", "receive", "ask_closing", "close", "sign_off", "resume"})
REPORTS = 12


def task_page(task: Task, user: User, *, on: date) -> Row:
    """Everything on a task's page that this person may see, and what they may do there now (at most eleven queries).

    The task must carry its plan, its pillar and its lead.
    """
    row, names = task_page_row(task, on=on), part_names()
    reports = report_rows(Report.objects.visible_to(user).filter(task=task.pk).order_by("-period__starts_on")[:REPORTS])
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
        "changes": changes_open_to(user, task),
        "set_up": can_set_up(user, task) and task.status not in DONE | {Status.STOPPED},
        "measure_choices": measure_choices(user, task),
        "to_report": reports_to_write(task, user, row, reports, on=on),
        "on": on,
    }


def measure_choices(user: User, task: Task) -> list[tuple[str, Any]]:
    """The states that this person may give a measure now: the lead unit's, while the task runs."""
    is_open = task.status in REPORTING and is_lead_staff(user, task)
    return [(each.value, each.label) for each in MeasureStatus] if is_open else []


def changes_open_to(user: User, task: Task) -> list[Row]:
    """The changes of state that are this person's to make, each with what still stands in its way (no query)."""
    mine = [each for each in transitions_from(task.status) if can_make(user, task, each)]
    return [
        {
            "verb": each.verb,
            "label": each.label,
            "is_forward": each.verb in FORWARD,
            "obstacle": unmet_condition(task, each),
        }
        for each in mine
    ]


def reports_to_write(task: Task, user: User, row: Row, reports: list[Row], *, on: date) -> list[Row]:
    """The open periods for which this person's unit still owes a report on the task (one query, for the unit alone)."""
    if task.status not in REPORTING or not can_draft(user, task):
        return []
    periods = period_rows(Period.objects.visible_to(user).unlocked(on=on), on=on)
    return missing_reports([row], reports, periods, on=on)


def approved_points(reports: list[Row]) -> list[tuple[date, int]]:
    """When which percent was approved, the earliest first."""
    approved = [each for each in reports if each["status"] == ReportStatus.APPROVED and each["reviewed_at"]]
    return sorted((localtime(each["reviewed_at"]).date(), each["percent"]) for each in approved)


def task_events(events: EventQuerySet, task: Task, reports: list[Row]) -> EventQuerySet:
    """Of these events those about the task, its reports and their evidence, the newest first."""
    report_keys = {each["id"]: f"{task.key}/{each['period']}" for each in reports}
    files = [f"{report_keys[each['id']]}/{file['id']}" for each in reports for file in each["evidence"]]
    about = Q(kind="task", key=task.key) | Q(kind="report", key__in=[*report_keys.values()])
    return events.filter(about | Q(kind="evidence", key__in=files)).order_by("-sequence")


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
