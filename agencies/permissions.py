"""Who may do what to units, people and tokens."""

from collections.abc import Sequence

from agencies.models import ApiToken, User
from agencies.roles import Can, Role, Scope
from ledger.actors import Actor, SystemActor


def can_manage_people(actor: Actor) -> bool:
    """The administrator; and the system itself, through a command on the server."""
    return isinstance(actor, SystemActor) or (isinstance(actor, User) and actor.manages_people)


def can_see_people(user: User) -> bool:
    """Everybody who reads tasks sees at least the people of the own unit; the auditor sees none."""
    return user.manages_people or user.reads_tasks


def can_rename(user: User) -> bool:
    """The office's supervisor and director enter a unit's new name, the administrator too, who keeps the units."""
    return user.has(Can.SET_UP_TASKS) or user.has(Can.MANAGE_PEOPLE)


def can_create_token(actor: Actor, *, owner: User | None, scopes: Sequence[str]) -> bool:
    """The administrator; and whoever reads tasks, for themselves, one that opens the calendar and nothing else."""
    if can_manage_people(actor):
        return True
    if not isinstance(actor, User) or owner is None or actor.pk != owner.pk:
        return False
    return list(scopes) == [Scope.CALENDAR] and can_subscribe(actor)


def can_subscribe(user: User) -> bool:
    """Whoever reads tasks may have them in a calendar."""
    return user.reads_tasks


def can_revoke(actor: Actor, token: ApiToken) -> bool:
    """The administrator, and a person the own tokens."""
    return can_manage_people(actor) or (isinstance(actor, User) and actor.pk == token.user_id)


def can_rotate(actor: Actor, token: ApiToken) -> bool:
    """Whoever may revoke it: a person whose key has become known need not wait for the administrator."""
    return can_revoke(actor, token)


def can_keep_units(user: User) -> bool:
    """The administrator enters new units and records mergers and divisions; who answers then is the director's."""
    return user.has(Can.MANAGE_PEOPLE)


def can_set_leave(by: User, subject: User) -> bool:
    """The person themselves, the approver of the same unit, and the administrator say who stands in for whom."""
    if not by.is_active or subject.agency_id is None:
        return False
    approves = by.role == Role.APPROVER and by.agency_id == subject.agency_id
    return by.manages_people or by.pk == subject.pk or approves
