"""Who may do what to a report; task and report must carry `lead_code`."""

from agencies.models import User
from agencies.roles import Can
from progress.models import Closing, Hearing, Report
from tasks.models import Assignment, Task


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


def can_draft_closing(user: User, task: Task) -> bool:
    """Reporters and approvers of the unit that leads the task."""
    return user.has(Can.DRAFT) and user.acts_for(task.lead_code)


def can_edit_closing(user: User, closing: Closing) -> bool:
    """The same for a closing request that exists; they also mark the silence of the units heard."""
    return user.has(Can.DRAFT) and user.acts_for(closing.lead_code)


def can_send_closing(user: User, closing: Closing) -> bool:
    """Approvers of the lead unit, but never the one who wrote the draft: maker is not checker."""
    return can_withdraw_closing(user, closing) and closing.drafted_by_id != user.pk


def can_withdraw_closing(user: User, closing: Closing) -> bool:
    """Approvers of the lead unit may take back what the office has not checked yet."""
    return user.has(Can.SUBMIT) and user.acts_for(closing.lead_code)


def can_answer_hearing(user: User, hearing: Hearing) -> bool:
    """Reporters and approvers of the unit that is heard."""
    return user.has(Can.DRAFT) and user.acts_for(hearing.agency_id)


def can_check_closing(user: User) -> bool:
    """The office's supervisor and director check a closing request, or return it."""
    return user.has(Can.REVIEW)


def can_decide_closing(user: User, closing: Closing) -> bool:
    """The director, unless he checked it himself: checking and deciding are two people."""
    return user.has(Can.DECIDE) and user.pk != closing.checked_by_id


def can_contribute(user: User, task: Task) -> bool:
    """Reporters and approvers of a unit that supports the task, for this unit (one query)."""
    if not user.drafts_for_agency:
        return False
    return Assignment.objects.filter(task=task, agency=user.agency_id, role=Assignment.Role.CO).exists()


def can_answer(user: User, report: Report) -> bool:
    """Supervisor and director answer what the office is asked, reporters and approvers what their unit is asked; for a
    unit that has been dissolved the office does.
    """
    if not report.ask:
        return False
    if report.ask_to is None or report.ask_to.dissolved_on:
        return user.has(Can.REVIEW)
    return user.has(Can.DRAFT) and user.acts_for(report.ask_to_id)
