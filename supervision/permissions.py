"""Who may do what in supervision."""

from agencies.models import User
from agencies.permissions import can_manage_people
from agencies.roles import Can, Role
from ledger.actors import Actor
from supervision.models import Notice
from supervision.status import NOTICE_TRANSITIONS, Hand, NoticeTransition


def can_see_overdue(user: User) -> bool:
    """Everyone who may read tasks: what is late is a public fact of the plan."""
    return user.reads_tasks


def can_retry(user: User) -> bool:
    """The office may have a delivery tried again that had been given up."""
    return user.is_active and user.is_office


def can_make_notice(user: User, notice: Notice, change: NoticeTransition) -> bool:
    """Whether this person's hand is the one that the table asks for: the office's, or the unit's that leads the task
    now. The notice must carry its lead (NoticeQuerySet.with_lead).
    """
    match change.who:
        case Hand.DIRECTOR:
            return user.has(Can.DECIDE)
        case Hand.SUPERVISOR:
            return user.has(Can.REVIEW)
        case Hand.UNIT_APPROVER:
            return user.has(Can.SUBMIT) and user.acts_for(notice.lead_code)
        case Hand.UNIT_STAFF:
            return user.has(Can.DRAFT) and user.acts_for(notice.lead_code)


def may_ever_notice(user: User, notice: Notice, verb: str) -> bool:
    """Whether this verb is this person's for a notice of this level in any state; a verb it never has is nobody's."""
    changes = [each for each in NOTICE_TRANSITIONS if each.verb == verb and each.level == notice.level]
    return not changes or any(can_make_notice(user, notice, each) for each in changes)


def can_see_notices(user: User) -> bool:
    """The office and leaders, and the units' own people: whoever reads tasks and may get or give a notice."""
    return user.reads_tasks and (user.has(Can.READ_SUBMITTED) or user.has(Can.DRAFT))


def can_see_bulletins(user: User) -> bool:
    """Everyone who may read tasks: a bulletin goes to all member units."""
    return user.reads_tasks


def can_issue_bulletin(user: User) -> bool:
    """The director."""
    return user.has(Can.DECIDE)


def can_see_office_clock(user: User) -> bool:
    """The office and leaders: what waits there are the units' own requests and reports."""
    return user.reads_tasks and user.has(Can.READ_SUBMITTED)


def can_see_deliveries(user: User) -> bool:
    """The office sees what was sent to whom, what was not, and why."""
    return user.is_active and user.is_office


def can_see_endpoints(user: User) -> bool:
    """The administrator keeps the addresses of pushes, the office sees which there are."""
    return user.manages_people or (user.is_active and user.is_office)


def can_manage_endpoints(actor: Actor) -> bool:
    """The administrator, or the operator at the command line: addresses of pushes are settings, nobody's business."""
    return can_manage_people(actor)


def can_see_policies(user: User) -> bool:
    """Everyone who may read tasks: by which rules one is judged is public."""
    return user.reads_tasks


def can_send_feedback(user: User) -> bool:
    """Everyone who can log in."""
    return user.is_active and user.role != Role.CLIENT


def can_answer_feedback(user: User) -> bool:
    """The office and the administrator, who read all of it."""
    return user.is_active and (user.is_office or user.manages_people)


def can_rehearse(user: User) -> bool:
    """The office: who would hear what names people and their load."""
    return user.is_active and user.is_office and user.has(Can.READ_SUBMITTED)
