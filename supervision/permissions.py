"""Who may do what in supervision."""

from agencies.models import User


def can_see_overdue(user: User) -> bool:
    """Everyone who may read tasks: what is late is a public fact of the plan."""
    return user.reads_tasks


def can_retry(user: User) -> bool:
    """The office may have a delivery tried again that had been given up."""
    return user.is_active and user.is_office
