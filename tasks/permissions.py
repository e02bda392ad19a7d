"""Who may do what to a task; the task must carry its lead (TaskQuerySet.with_lead)."""

from datetime import date

from agencies.models import User
from agencies.roles import Can
from tasks.extensions import ExtensionPolicy, is_short
from tasks.models import Extension, SavedView, Task
from tasks.status import TRANSITIONS, ExtensionStatus, Transition, Who


def can_set_up(user: User, task: Task) -> bool:
    """The office's supervisor and director set deadlines, milestones and deliverable forms."""
    return user.has(Can.SET_UP_TASKS)


def can_change_many(user: User) -> bool:
    """Whoever sets up tasks may set up many at once: the office's supervisor and director."""
    return user.has(Can.SET_UP_TASKS)


def can_edit_calendar(user: User) -> bool:
    """The office and the administrator keep the working-day calendar."""
    return user.has(Can.MANAGE_CALENDAR)


def can_set_policy(user: User) -> bool:
    """The office's head sets the rules by which everybody is judged."""
    return user.has(Can.DECIDE)


def can_exempt(user: User, task: Task) -> bool:
    """The office's head records why a task is not judged for a time."""
    return user.has(Can.DECIDE)


def can_try_percent(user: User, task: Task) -> bool:
    """The lead unit's staff and the office ask what a percent would do to the light."""
    return is_lead_staff(user, task) or user.has(Can.SET_UP_TASKS)


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


def can_edit_extension(user: User, extension: Extension) -> bool:
    """Reporters and approvers of the unit that leads the task write its request."""
    return user.has(Can.DRAFT) and user.acts_for(extension.lead_code)


def can_send_extension(user: User, extension: Extension) -> bool:
    """Approvers of the lead unit, but never the one who wrote the request: maker is not checker."""
    is_approver = user.has(Can.SUBMIT) and user.acts_for(extension.lead_code)
    return is_approver and extension.drafted_by_id != user.pk


def can_withdraw_extension(user: User, extension: Extension) -> bool:
    """A draft is dropped by whoever may write it; what was sent is taken back by the unit's approvers."""
    needed = Can.DRAFT if extension.status == ExtensionStatus.DRAFT else Can.SUBMIT
    return user.has(needed) and user.acts_for(extension.lead_code)


def can_answer_extensions(user: User) -> bool:
    """The office's supervisor and director answer requests."""
    return user.has(Can.REVIEW)


def can_answer_extension(user: User, extension: Extension) -> bool:
    """The same for one request, unless they had a hand in it themselves."""
    return can_answer_extensions(user) and user.pk not in (extension.drafted_by_id, extension.sent_by_id)


def can_answer_until(user: User, extension: Extension, until: date, policy: ExtensionPolicy) -> bool:
    """Up to the short days, of what is wanted and of what is given, it is the supervisor's; more is the director's."""
    longest = max(until, extension.wanted_date)
    return user.has(Can.DECIDE) or is_short(extension.due_before, longest, policy)


def can_move_assignments(user: User) -> bool:
    """The office's head decides who answers for a task; the administrator only records which unit succeeds which."""
    return user.has(Can.DECIDE)


def can_keep_views(user: User) -> bool:
    """Whoever reads tasks keeps lists of them under names."""
    return user.reads_tasks


def can_share_views(user: User) -> bool:
    """The office's supervisor and director show a view to everybody."""
    return user.is_office and user.has(Can.SET_UP_TASKS)


def can_change_view(user: User, view: SavedView) -> bool:
    """Only whoever saved a view renames, updates or deletes it."""
    return view.owner_id == user.pk
