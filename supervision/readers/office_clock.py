"""办公室计时: what waits for the office, how long it takes, and when it is late by its own rules."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from common.workdays import WorkCalendar
from progress.models import Closing, Report
from supervision.readers.clocks import gather_clocks
from supervision.reminders import KIND_ANSWER, Clock
from tasks.lights import Colour
from tasks.models import Extension, Task

Row = dict[str, Any]
MEASURED_DAYS = 90
SUBJECTS = {
    "review": _("进展报送审核"),
    "extension": _("延期申请答复"),
    "ask": _("需协调事项答复"),
    "closing": _("办结申请核定"),
    "notice": _("督办通知签发"),
}


def office_clock(*, on: date, subjects: Collection[str] = tuple(SUBJECTS)) -> Row:
    """What waits for the office on a day, the latest first, and how fast it has answered in the last 90 days.

    `subjects` are those that the reader may see. `waiting` rows: subject, subject_label, task, limit, days_over (in
    working days), colour (green, yellow once late).
    `answered` rows: subject_label, count, median (working days from asking to answering).
    """
    gathered = gather_clocks(Task.objects.current(), on=on)
    found = (each for each in gathered.clocks if each.kind == KIND_ANSWER and each.subject in subjects)
    clocks = sorted(found, key=lambda each: each.limit)
    tasks = Task.objects.in_bulk({clock.task for clock in clocks})
    return {
        "waiting": [_waiting(clock, tasks[clock.task], gathered.calendar, on) for clock in clocks],
        "answered": _answered(gathered.calendar, on),
    }


def _waiting(clock: Clock, task: Task, calendar: WorkCalendar, on: date) -> Row:
    days_over = calendar.between(clock.limit, on)
    return {
        "subject": clock.subject,
        "subject_label": SUBJECTS[clock.subject],
        "pk": int(clock.key.split(":")[-2]),
        "task": {"number": task.number, "title": task.title, "title_en": task.title_en},
        "since": clock.opened_on,
        "limit": clock.limit,
        "days_over": days_over,
        "colour": Colour.YELLOW if days_over else Colour.GREEN,
    }


def _answered(calendar: WorkCalendar, on: date) -> list[Row]:
    since = on - timedelta(days=MEASURED_DAYS)
    reports = Report.objects.filter(submitted_at__isnull=False)
    reviewed = reports.filter(reviewed_at__date__gt=since, reviewed_at__date__lte=on)
    asked = reports.filter(answered_at__date__gt=since, answered_at__date__lte=on, ask_to=None)
    decided = Extension.objects.filter(decided_at__date__gt=since, decided_at__date__lte=on, sent_at__isnull=False)
    closed = Closing.objects.filter(decided_at__date__gt=since, decided_at__date__lte=on, sent_at__isnull=False)
    found = {
        "review": reviewed.order_by("pk").values_list("submitted_at", "reviewed_at"),
        "extension": decided.order_by("pk").values_list("sent_at", "decided_at"),
        "closing": closed.order_by("pk").values_list("sent_at", "decided_at"),
        "ask": asked.order_by("pk").values_list("submitted_at", "answered_at"),
    }
    return [_measured(subject, rows, calendar) for subject, rows in found.items()]


def _measured(subject: str, rows: Iterable[tuple[datetime, datetime]], calendar: WorkCalendar) -> Row:
    days = [calendar.between(localtime(asked).date(), localtime(answered).date()) for asked, answered in rows]
    return {"subject_label": SUBJECTS[subject], "count": len(days), "median": median(days) if days else None}
