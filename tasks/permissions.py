"""Who may do what to a task; the task must carry its lead (TaskQuerySet.with_lead)."""

from agencies.models import User
from agencies.roles import Can
from tasks.models import Task
from tasks.status import TRANSITIONS, Transition, Who


def can_set_up(user: User, task: Task) -> bool:
    """The office's supervisor and director set deadlines, milestones and deliverable forms."""
    return user.has(Can.SET_UP_TASKS)


def can_edit_calendar(user: User) -> bool:
    """The office and the administrator keep the working-day calendar."""
    return user.has(Can.MANAGE_CALENDAR)


def is_lead_staff(user: User, task: Task) -> bool:
    """A reporter or approver of the unit that leads the task."""
    return user.has(Can.DRAFT) and user.acts_for(task.lead_code)


def may_ever(user: User, task: Task, verb: str) -> bool:
    """Whether this verb is this person's in any state; a verb that nobody has is nobody's to be refused."""
    changes = [each for each in TRANSITIONS if each.verb == verb]
    return not changes or any(can_make(user, task, each) for each in changes)


def can_make(user: User, task: Task, change: Transition) -> bool:
    """Whether this person's hand is the one that the transition table asks for."""
    match change.who:
        case Who.DIRECTOR:
            return user.has(Can.DECIDE)
        case Who.SUPERVISOR:
            return user.has(Can.REVIEW)
        case Who.LEAD_APPROVER:
            return user.has(Can.SUBMIT) and user.acts_for(task.lead_code)
        case Who.LEAD_STAFF:
            return is_lead_staff(user, task)
