"""What hangs on a task beside its reports: extensions, closing requests, contributions and notices."""

from datetime import date
from typing import Any

from agencies.models import User
from progress.models import Closing
from progress.permissions import can_draft_closing
from progress.readers import closing_rows, contributions_now, task_parts
from supervision.models import Notice
from supervision.readers.notices import notice_rows
from tasks.models import Extension, Task
from tasks.permissions import can_exempt, is_lead_staff
from tasks.readers import extension_obstacle, extension_rows
from tasks.status import REPORTING, RUNNING, Status

Row = dict[str, Any]


def task_cases(task: Task, user: User, *, on: date) -> Row:
    """The cases of one task that this person may see, each the newest first (a dozen queries, fewer for readers)."""
    leads = is_lead_staff(user, task)
    return {
        "extensions": extension_rows(_of(Extension.objects.visible_to(user), task), on=on),
        "extension_obstacle": extension_obstacle(task, on=on) if leads and task.status == Status.ONGOING else None,
        "closings": closing_rows(_of(Closing.objects.visible_to(user), task)),
        "can_ask_closing": task.status == Status.ONGOING and can_draft_closing(user, task),
        "formal_notices": notice_rows(_of(Notice.objects.visible_to(user), task)),
        "may_exempt": can_exempt(user, task) and task.status in RUNNING | REPORTING,
        **_parts(task, user, on=on),
    }


def _of(rows: Any, task: Task) -> Any:
    return rows.filter(task=task.pk).order_by("-pk")


def _parts(task: Task, user: User, *, on: date) -> Row:
    """What the co-units have given for the latest period that runs, and what the person's own unit still owes them."""
    if task.status not in REPORTING:
        return {"parts": None, "to_give": []}
    own = contributions_now(user, on=on, task=task.pk) if user.drafts_for_agency else []
    given = task_parts(task, user, on=on)
    return {
        "parts": given[-1] if given and given[-1]["parts"] else None,
        "to_give": [row for row in own if row["given"] is None and not row["is_closed"]],
    }
