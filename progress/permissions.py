"""Who may do what to a report; task and report must carry `lead_code`."""

from agencies.models import User
from agencies.roles import Can
from progress.models import Report
from tasks.models import Task


def can_draft(user: User, task: Task) -> bool:
    """Reporters and approvers of the unit that leads the task."""
    return user.has(Can.DRAFT) and user.acts_for(task.lead_code)


def can_edit(user: User, report: Report) -> bool:
    """The same for a report that exists."""
    return user.has(Can.DRAFT) and user.acts_for(report.lead_code)


def can_submit(user: User, report: Report) -> bool:
    """Approvers of the lead unit, but never the one who wrote the draft: maker is not checker."""
    return user.has(Can.SUBMIT) and user.acts_for(report.lead_code) and report.drafted_by_id != user.pk


def can_withdraw(user: User, report: Report) -> bool:
    """Approvers of the lead unit may take back what the office has not decided yet."""
    return user.has(Can.SUBMIT) and user.acts_for(report.lead_code)


def can_review(user: User, report: Report) -> bool:
    """The office's supervisor and director, unless they had a hand in the report themselves."""
    return user.has(Can.REVIEW) and user.pk not in (report.drafted_by_id, report.submitted_by_id)
